"""The one door for paths: everything is resolved, symlinks included, and confined to one directory."""

import os
import stat
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Self

from resources.catalogue import _
from tools.guard.errors import ExpectedError, NotFoundError, UnreadableFileError, WorkspaceError

LONGEST_SHOWN = 200


@dataclass(frozen=True)
class Workspace:
    """A directory that the agent may look at; `root` is absolute and resolved."""

    root: Path

    @classmethod
    def at(cls, directory: Path) -> Self:
        """The workspace rooted at `directory`.

        Raises:
            WorkspaceError: it is not a directory, or is the root of the file system.
        """
        root = directory.expanduser().resolve()
        if not root.is_dir():
            raise WorkspaceError(
                _("The workspace {path} is not a directory.", path=root),
                _("Give an existing directory to --workspace."),
            )
        if root == Path(root.anchor):
            raise WorkspaceError(
                _("The root of the file system cannot be a workspace: nothing would be outside it."),
                _("Give the directory of one project to --workspace."),
            )
        return cls(root)

    def resolve(self, path: str) -> Path:
        """The absolute, symlink-free form of `path` (relative to the root, or absolute inside it).

        The file need not exist. Raises `WorkspaceError` when it would lie outside the workspace.
        """
        if "\0" in path:
            raise WorkspaceError(_("A path cannot contain a NUL character."))
        try:
            resolved = (self.root / path).resolve()
            if resolved.is_relative_to(self.root):
                _may_be(resolved)
        except (OSError, RuntimeError, UnicodeEncodeError) as error:
            # A symlink loop is a RuntimeError before Python 3.13; half of a surrogate pair is no name at all.
            raise WorkspaceError(
                _("The path {path} cannot be resolved: {reason}.", path=_shown(path), reason=_reason(error))
            ) from error
        if not resolved.is_relative_to(self.root):
            raise WorkspaceError(
                _("The path {path} leads outside the workspace {root}.", path=path, root=self.root),
                _("Use a path inside the workspace; symbolic links are followed before this is checked."),
            )
        return resolved

    def relative(self, path: Path) -> str:
        """`path` as people write it: relative to the root, with forward slashes."""
        return path.relative_to(self.root).as_posix()

    def directory(self, path: str) -> Path:
        """The existing directory that `path` names, resolved.

        Raises:
            WorkspaceError: it is outside the workspace.
            NotFoundError: there is no such directory.
        """
        resolved = self.resolve(path)
        if not resolved.is_dir():
            raise NotFoundError(
                _("There is no directory {path} in the workspace.", path=path),
                _("Look with glob for what there is."),
            )
        return resolved

    def open(self, path: str) -> BufferedReader:
        """Open an existing regular file for reading, sure that it lies inside the workspace.

        Raises:
            WorkspaceError: it is outside, or became a link to the outside while it was opened.
            NotFoundError: there is no such file.
            UnreadableFileError: it is not a regular file, or may not be read.
        """
        resolved = self.resolve(path)
        try:
            # O_NOFOLLOW and O_NONBLOCK: a file swapped for a link or a FIFO must neither lead out nor hang.
            descriptor = os.open(resolved, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise NotFoundError(
                _("There is no file {path} in the workspace.", path=path),
                _("Look with glob for what there is."),
            ) from error
        except OSError as error:
            raise UnreadableFileError(
                _("The file {path} cannot be opened: {reason}.", path=path, reason=_reason(error))
            ) from error
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnreadableFileError(_("{path} is not a regular file.", path=path))
            if not opened_inside(descriptor, self.root):
                raise WorkspaceError(
                    _("The path {path} leads outside the workspace {root}.", path=path, root=self.root)
                )
        except ExpectedError:
            os.close(descriptor)
            raise
        return os.fdopen(descriptor, "rb")


def opened_inside(descriptor: int, root: Path) -> bool:
    """Whether an open descriptor is still inside `root`, whatever happened to the path since it was resolved."""
    link = Path(f"/proc/self/fd/{descriptor}")
    if not link.exists():  # no /proc (macOS): the resolved path was checked just before
        return True
    return Path(os.readlink(link)).is_relative_to(root)  # noqa: PTH115 - Path.readlink cannot name deleted files


def _reason(error: OSError | RuntimeError | UnicodeEncodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _may_be(path: Path) -> None:
    """Raise what says that no file can have this name: `Path.resolve` keeps quiet of it."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        str(path).encode()  # a name in another encoding is told only of a file that is there
    except PermissionError:
        pass


def _shown(path: str) -> str:
    """`path` as it may be told: cut, and without what no text can hold."""
    told = path.encode(errors="backslashreplace").decode()
    return told if len(told) <= LONGEST_SHOWN else f"{told[:LONGEST_SHOWN]}…"
