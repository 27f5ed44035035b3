"""Finds what a command left for the person's own git to run, or for the guard to obey, and renames it out of the way.

Existing hooks and configurations are read-only inside the sandbox. What remains is a repository made inside it,
with hooks or a configuration of its own, that a person's git would trust when they enter the folder.
"""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.guard.workspace import opened_inside
from tools.shell.survey import Survey, survey
from tools.shell.workspace_view import GIT_GUARDED

_HEADING = re.compile(r"\s*\[\s*(?P<name>[A-Za-z0-9.-]+)(?:\s+\"(?:[^\"\\\n]|\\.)*\")?\s*\]")
_ENTRY = re.compile(r"\s*(?P<key>[A-Za-z][A-Za-z0-9-]*)\s*(?:=(?P<value>[^\n]*))?")
# Settings that name no program and no file. Everything else in a repository nobody has seen is put aside.
_HARMLESS = re.compile(
    r"core\.(?:repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|autocrlf|eol"
    r"|safecrlf|quotepath|abbrev|compression|sparsecheckout|sparsecheckoutcone|preloadindex|untrackedcache|splitindex)"
    r"|remote\.(?:url|fetch|pushurl|push|tagopt|prune|mirror|promisor|partialclonefilter|gh-resolved)"
    r"|branch\.(?:remote|merge|rebase|description|vscode-merge-base)|user\.(?:name|email)|submodule\.(?:url|active|branch|path)"
    r"|extensions\.(?:worktreeconfig|partialclone|objectformat|refstorage|compatobjectformat)"
    r"|(?:init|gc|pack|index|advice|color|fetch|pull|push|rebase|status|log|commit|feature)\.(?!gpg|recursesubmodulescmd|template)[a-z-]+"
)


@dataclass(frozen=True)
class Planting:
    """The state of things before a command ran."""

    root: Path
    protected: tuple[str, ...]
    known: frozenset[tuple[int, int]]
    unguarded: dict[Path, str]
    """What no mount could keep as it is: absent (an empty text) or a link (its target)."""

    @classmethod
    def before(cls, root: Path, protected: tuple[str, ...], found: Survey) -> "Planting":
        """Remember which git folders there are, and what no mount covers. Blocking."""
        named = [folder / name for folder in found.git_folders for name in GIT_GUARDED]
        named += [root / name for name in protected]
        unguarded = {path: _target(path) for path in named if path.is_symlink() or not path.exists()}
        return cls(root, protected, frozenset(map(_identity, found.git_folders)), unguarded)

    def disarm(self, limit: int) -> tuple[str, ...]:
        """Put aside what was planted; the names it had, relative to the workspace. Blocking."""
        found = survey(self.root, limit)
        folders = {each.resolve() for each in found.git_folders}
        suspects = [path for path, target in self.unguarded.items() if _changed(path, target, folders)]
        for folder in found.git_folders:
            if _identity(folder) not in self.known:
                suspects += _planted(folder, folders)
        moved = [path for path in dict.fromkeys(suspects) if self._put_aside(path)]
        return tuple(path.relative_to(self.root).as_posix() for path in moved)

    def _put_aside(self, path: Path) -> bool:
        """Rename `path`, sure that its folder is in the workspace whatever other commands do meanwhile."""
        with suppress(OSError):
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                if opened_inside(folder, self.root):
                    aside = f"{path.name}.disarmed-{secrets.token_hex(3)}"
                    os.rename(path.name, aside, src_dir_fd=folder, dst_dir_fd=folder)
                    if self.unguarded.get(path):
                        os.symlink(self.unguarded[path], path.name, dir_fd=folder)
                    return True
            finally:
                os.close(folder)
        return False


def harmless_configuration(text: str) -> bool:
    """Whether a repository's configuration only says what a clone or a fresh repository says."""
    section = ""
    for line in text.split("\n"):
        rest = line
        while heading := _HEADING.match(rest):
            section, rest = heading["name"].lower().split(".")[0], rest[heading.end() :]
        if not rest.strip() or rest.lstrip().startswith(("#", ";")):
            continue
        entry = _ENTRY.fullmatch(rest)
        if entry is None or not _HARMLESS.fullmatch(f"{section}.{entry['key'].lower()}"):
            return False
    return True


def _changed(path: Path, target: str, git_folders: set[Path]) -> bool:
    """Whether something dangerous stands where there was nothing, or where a link to `target` was."""
    if not os.path.lexists(path) or (path.is_symlink() and _target(path) == target):
        return False
    if target or path.name == "commondir":  # nothing makes one in a repository that had none
        return True
    if path.name == "hooks":  # covered by an empty folder, whose mount point stays behind
        return _holds_hooks(path)
    return _is_dangerous(path, git_folders)


def _planted(folder: Path, git_folders: set[Path]) -> list[Path]:
    """What in a new git folder would run programs."""
    found = [folder / name for name in ("config", "config.worktree", "commondir")]
    dangerous = [path for path in found if os.path.lexists(path) and _is_dangerous(path, git_folders)]
    return [*dangerous, *([folder / "hooks"] if _holds_hooks(folder / "hooks") else [])]


def _is_dangerous(path: Path, git_folders: set[Path]) -> bool:
    if path.name in {"config", "config.worktree"}:
        return path.is_symlink() or not _reads_harmless(path)
    if path.name == "commondir":
        return not _leads_to(path, git_folders)
    return path.name != "gitdir"


def _holds_hooks(hooks: Path) -> bool:
    if hooks.is_symlink():
        return True
    with suppress(OSError):
        return any(not entry.name.endswith(".sample") for entry in os.scandir(hooks))
    return False


def _reads_harmless(path: Path) -> bool:
    try:
        return harmless_configuration(path.read_text(encoding="utf-8-sig", errors="replace"))
    except OSError:
        return False


def _leads_to(common: Path, git_folders: set[Path]) -> bool:
    try:
        named = common.read_text(encoding="utf-8", errors="replace").rstrip("\n")
        return (common.parent / named).resolve() in git_folders
    except (OSError, ValueError):
        return False


def _identity(folder: Path) -> tuple[int, int]:
    try:
        found = folder.lstat()
    except OSError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


def _target(path: Path) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115 - the text of the link, to make it again
    except OSError:
        return ""
