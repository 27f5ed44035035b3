"""Walks a repository once: .gitignore respected, links not followed, bounded, and never surprised."""

import os
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from resources.catalogue import _
from tools.stacks.ignore import Ignore, is_ignored

MAX_FILES = 50_000
MAX_DEPTH = 64
MAX_WARNINGS = 20

# Installed dependencies, caches and build output: committed or not, they are not the project's own text.
# fmt: off
SKIPPED = frozenset({
    ".git", ".hg", ".svn", ".jj", "node_modules", "bower_components", "jspm_packages", ".pnpm-store", ".yarn",
    ".venv", "venv", "virtualenv", "site-packages", "__pycache__", "__pypackages__", ".tox", ".nox",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".eggs", "vendor", "dist", ".next", ".nuxt",
    ".output", ".svelte-kit", ".astro", ".turbo", ".nx", ".parcel-cache", ".cache", ".vercel", ".netlify",
    ".gradle", ".idea", ".vs", ".terraform", ".terragrunt-cache", ".serverless", ".aws-sam", ".dart_tool",
    ".bundle", "_build", ".stack-work", "dist-newstyle", "coverage", "htmlcov", "Pods", "DerivedData", ".build",
})
# fmt: on
# Folders that are build output only beside the manifest of the tool that writes them.
OUTPUT_BESIDE: dict[str, frozenset[str]] = {
    "target": frozenset({"pom.xml", "Cargo.toml", "build.sbt"}),
    "build": frozenset({"build.gradle", "build.gradle.kts", "setup.py", "package.json"}),
    "bin": frozenset({"global.json", "Directory.Build.props"}),
    "obj": frozenset({"global.json", "Directory.Build.props"}),
}


@dataclass
class Walk:
    """What one walk found: file paths relative to the root, with `/`, in no order, and what went wrong."""

    files: list[str] = field(default_factory=list)
    links: set[str] = field(default_factory=set)
    """Symbolic links that lead to a regular file inside the root; also in `files`."""
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Folder:
    """A folder still to be read: its path ('' or 'a/b/') and the rules that hold in it."""

    prefix: str
    depth: int
    ignores: tuple[Ignore, ...]


def walk(root: Path, max_files: int = MAX_FILES) -> Walk:
    """Every file under `root` that git would not ignore and that is not installed or built."""
    walker = _Walker(os.path.realpath(root), max_files)  # links are judged against where the root really is
    walker.run()
    return walker.found


class _Walker:
    """The state of one walk: the folders still to read and what was found so far."""

    def __init__(self, root: str, max_files: int) -> None:
        self._root = root
        self._max_files = max_files
        # Nearest folders first: when the limit strikes, what was read is the top of the repository.
        self._queue: deque[_Folder] = deque([_Folder("", 0, ())])
        self._odd_names: list[str] = []
        self._full = False
        self.found = Walk()

    def run(self) -> None:
        while self._queue and not self._full:
            self._read_folder(self._queue.popleft())
        self._summarise()

    def _read_folder(self, folder: _Folder) -> None:
        try:
            with os.scandir(os.path.join(self._root, folder.prefix)) as scan:  # noqa: PTH118 - one join a folder
                entries = list(scan)
        except OSError as error:
            self.found.warnings.append(
                _(
                    "The folder {path} cannot be read: {reason}.",
                    path=_short(folder.prefix or "."),
                    reason=error.strerror or str(error),
                )
            )
            return
        names = {entry.name for entry in entries}
        if ".gitignore" in names:
            own = Ignore.read(self._root, folder.prefix)
            folder = _Folder(folder.prefix, folder.depth, (*folder.ignores, own) if own else folder.ignores)
        for entry in entries:
            if not entry.name.isascii() and not _is_text(entry.name):
                self._odd_names.append(_short(folder.prefix + entry.name))
                continue
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
            except OSError:  # it went away while we looked
                continue
            if is_folder:
                self._plan_folder(entry.name, folder, names)
            else:
                self._take_file(entry, folder)

    def _plan_folder(self, name: str, folder: _Folder, siblings: set[str]) -> None:
        path = f"{folder.prefix}{name}/"
        if name in SKIPPED or siblings & OUTPUT_BESIDE.get(name, frozenset()):
            return
        if folder.ignores and is_ignored(path, folder.ignores):
            return
        if folder.depth >= MAX_DEPTH:
            self.found.warnings.append(_("The folder {path} is too deep and was not read.", path=_short(path)))
            return
        self._queue.append(_Folder(path, folder.depth + 1, folder.ignores))

    def _take_file(self, entry: "os.DirEntry[str]", folder: _Folder) -> None:
        path = folder.prefix + entry.name
        if folder.ignores and is_ignored(path, folder.ignores):
            return
        try:
            is_file = entry.is_file(follow_symlinks=False)
            # A link is followed only to a regular file inside the root; folders, sockets, loops are left out.
            is_link = not is_file and entry.is_symlink() and _leads_inside(entry.path, self._root)
        except OSError:
            return
        if not (is_file or is_link):
            return
        if len(self.found.files) >= self._max_files:
            self._full = True
            return
        self.found.files.append(path)
        if is_link:
            self.found.links.add(path)

    def _summarise(self) -> None:
        warnings = self.found.warnings
        if len(warnings) > MAX_WARNINGS:
            more = len(warnings) - MAX_WARNINGS
            warnings[MAX_WARNINGS:] = [_("{count} more folders could not be read.", count=more)]
        if self._odd_names:
            warnings.append(
                _(
                    "{count} names are not valid UTF-8 and were left out: {names}.",
                    count=len(self._odd_names),
                    names=", ".join(sorted(self._odd_names)[:5]),
                )
            )
        if self._full:
            warnings.append(
                _(
                    "The repository has more than {limit} files; only the first were read.",
                    limit=self._max_files,
                )
            )


def _leads_inside(path: str, root: str) -> bool:
    try:
        real = os.path.realpath(path, strict=True)
    except (OSError, ValueError):
        return False
    return real.startswith(root.rstrip("/") + "/") and os.path.isfile(real)  # noqa: PTH113


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _short(path: str) -> str:
    """`path` as it can be shown: bytes that are no text escaped, and not a screenful."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return text if len(text) <= 200 else text[:100] + "…" + text[-60:]
