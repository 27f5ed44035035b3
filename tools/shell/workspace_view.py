"""What of the workspace a confined command sees: its files, without the secrets, and git's hooks as they are."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

from resources.catalogue import _
from tools.guard.errors import WorkspaceError
from tools.shell.confinement import Confinement
from tools.shell.survey import Survey
from tools.shell.system_view import BUILT, HOME, PROGRAM_FOLDERS, program_roots

# bubblewrap takes 9,000 arguments and looks at every mount for every mount.
MOST_COVERS = 2_000
# In a git folder, what names programs that git runs, or where git finds such names.
GIT_GUARDED = ("hooks", "config", "config.worktree", "commondir", "gitdir")
_HOOKS_PATH = re.compile(r"^\s*hookspath\s*=\s*\"?([^\"\n]+)", re.IGNORECASE | re.MULTILINE)


def workspace_arguments(root: Path, walls: Confinement, found: Survey) -> list[str]:
    """The bubblewrap options that show the workspace and what is granted, then cover what must not be seen.

    Raises:
        WorkspaceError: the workspace holds places of the system, or more secrets than can be covered.
    """
    if any(Path(place).is_relative_to(root) for place in BUILT):
        raise WorkspaceError(
            _("The workspace {path} holds folders of the system: commands in it cannot be confined.", path=root),
            _("Start the server in the folder of one project."),
        )
    covered = [path for path in found.secret_files if _to_cover(path, root, walls)]
    hidden = [path for path in walls.hidden if _is_shown(path, root, walls) and path.exists()]
    if len(covered) + len(found.git_folders) + len(hidden) > MOST_COVERS:
        raise WorkspaceError(
            _("The workspace holds more than {limit} secrets and sockets: they cannot be hidden.", limit=MOST_COVERS),
            _("Start the server in the folder of one project."),
        )
    arguments = [] if root.is_relative_to("/var/tmp") else ["--symlink", "../tmp", "/var/tmp"]  # noqa: S108 - inside
    arguments += ["--bind" if walls.workspace_writable else "--ro-bind", str(root), str(root)]
    if walls.workspace_writable:
        arguments += _guarded(root, walls, found)
    for path in walls.granted:
        arguments += ["--ro-bind-try", str(path.resolve()), str(path)]
        if path.is_relative_to(Path.home()):  # programs look for their credentials in the home they are given
            arguments += ["--ro-bind-try", str(path.resolve()), str(Path(HOME, path.relative_to(Path.home())))]
    for path in dict.fromkeys(covered):
        arguments += ["--ro-bind", "/dev/null", str(path)]  # the mount forbids devices: every open is refused
    for path in found.secret_folders:
        arguments += _emptied(path)
    for path in hidden:
        arguments += _emptied(path) if path.is_dir() else ["--ro-bind", "/dev/null", str(path)]
    return arguments


def _to_cover(path: Path, root: Path, walls: Confinement) -> bool:
    """Whether `path` lies in the workspace and nobody said that it may be read."""
    if not path.is_relative_to(root):
        return False
    inside = path.relative_to(root).as_posix()
    return not any(fnmatchcase(inside, each) or fnmatchcase(path.name, each) for each in walls.revealed)


def _is_shown(path: Path, root: Path, walls: Confinement) -> bool:
    shown = [root, *walls.granted, *map(Path, (*PROGRAM_FOLDERS, *program_roots()))]
    return path != root and any(path.is_relative_to(each) for each in shown)


def _emptied(path: Path) -> list[str]:
    return ["--perms", "0000", "--tmpfs", str(path), "--remount-ro", str(path)]


def _guarded(root: Path, walls: Confinement, found: Survey) -> list[str]:
    """Keep git's programs and the guard's own files as they are. A mount point can neither move nor go."""
    arguments: list[str] = []
    for folder in found.git_folders:
        if folder != root:
            arguments += ["--bind", str(folder), str(folder)]
        for name in GIT_GUARDED:
            path = folder / name  # by its name: a folder above may be a link at this very moment
            if path.is_symlink():
                path = path.resolve()  # a link cannot be mounted on; `Planting` looks whether it stays
            if path.exists() and path.is_relative_to(root) and path != root:
                arguments += ["--ro-bind", str(path), str(path)]
        if not (folder / "hooks").exists() and not (folder / "hooks").is_symlink():
            arguments += _emptied(folder / "hooks")
        arguments += [each for path in _named_hooks(folder, root) for each in ("--ro-bind", str(path), str(path))]
    for path in [*found.git_links, *(root / name for name in walls.protected)]:
        if path.exists() and not path.is_symlink():
            arguments += ["--ro-bind", str(path), str(path)]
    return arguments


def _named_hooks(folder: Path, root: Path) -> list[Path]:
    """Where the repository's configuration says its hooks are, if that is in the workspace."""
    try:
        named = _HOOKS_PATH.findall((folder / "config").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return []
    tree = folder.parent if folder.name == ".git" else folder
    paths = [(tree / name.strip()).resolve() for name in named]
    return [path for path in paths if path.is_dir() and path != root and path.is_relative_to(root)]
