"""Puts a file into the workspace in one step: confined to it, complete or not at all, whatever others do meanwhile.

Every folder on the way is opened without following links, starting from the workspace's own descriptor, so a
folder swapped for a link after the path was checked leads nowhere.
"""

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from resources.catalogue import _
from tools.guard.errors import ExpectedError, UnreadableFileError, WorkspaceError
from tools.guard.workspace import Workspace

LARGEST = 16 * 1024 * 1024
DEEPEST = 64
"""Folders on the way to a file: nothing else in the server walks deeper."""


class StaleViewError(ExpectedError):
    """The file is not what the client has seen: somebody changed, created or removed it."""


@dataclass(frozen=True)
class Content:
    """What a file holds, with its permission bits."""

    data: bytes
    mode: int

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def current(workspace: Workspace, path: str) -> Content | None:
    """What the file at `path` (relative, resolved) holds now; None when there is none.

    Raises:
        WorkspaceError: a folder on the way is a link or no folder.
        UnreadableFileError: it is not a regular file, or too large to be handled here.
    """
    try:
        with _folder(workspace, path, create=False) as (folder, name):
            return _content(folder, name, path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableFileError(
            _("The file {path} cannot be opened: {reason}.", path=path, reason=error.strerror)
        ) from error


def land(workspace: Workspace, path: str, content: Content | None, *, expected: Content | None) -> None:
    """Replace `expected` at `path` by `content` in one step; None stands for no file.

    Raises:
        StaleViewError: the file is not `expected` any more.
        WorkspaceError: a folder on the way is a link or no folder, or the place may not be written.
    """
    try:
        with _folder(workspace, path, create=content is not None) as (folder, name):
            found = _content(folder, name, path)
            if (found and found.data) != (expected and expected.data):
                raise stale(path)
            if content is None:
                os.unlink(name, dir_fd=folder)
            else:
                _replace(folder, name, path, content, found)
            os.fsync(folder)
    except PermissionError as error:
        raise WorkspaceError(
            _("The file {path} may not be written: {reason}.", path=path, reason=error.strerror)
        ) from error


def stale(path: str) -> StaleViewError:
    """The error that says that `path` changed since it was read."""
    return StaleViewError(
        _("The file {path} is not what you have seen: it was changed, created or removed meanwhile.", path=path),
        _("Read it again and redo your change on what it holds now."),
    )


def _replace(folder: int, name: str, path: str, content: Content, found: Content | None) -> None:
    temporary = f".{name[:100]}.{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content.data)
            stream.flush()
            if found is not None:
                owner = os.stat(name, dir_fd=folder, follow_symlinks=False)
                with suppress(PermissionError):  # only root may give a file away
                    os.fchown(stream.fileno(), owner.st_uid, owner.st_gid)
            os.fchmod(stream.fileno(), content.mode)
            os.fsync(stream.fileno())
        if found is None:
            # A link, unlike a rename, fails when somebody created the file in this very moment.
            _link(folder, temporary, name)
        else:
            # Writing took its time: an editor that knows no lock of ours may have saved meanwhile.
            now = _content(folder, name, path)
            if now is None or now.data != found.data:
                raise stale(path)
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except FileExistsError as error:
        raise stale(path) from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)


def _link(folder: int, temporary: str, name: str) -> None:
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS}:
            raise
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)  # a file system without hard links


@contextmanager
def _folder(workspace: Workspace, path: str, *, create: bool) -> Iterator[tuple[int, str]]:
    """The open folder that holds `path`, and the file's own name in it."""
    if not PurePosixPath(path).parts:
        raise UnreadableFileError(_("{path} is not a regular file.", path=path))
    *parents, name = PurePosixPath(path).parts
    if len(parents) > DEEPEST:
        raise WorkspaceError(_("The path {path} has more than {depth} folders.", path=path[:200], depth=DEEPEST))
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    folder = os.open(workspace.root, flags)
    try:
        for parent in parents:
            if create:
                with suppress(FileExistsError):
                    os.mkdir(parent, 0o777, dir_fd=folder)
            inner = os.open(parent, flags, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder, name
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR, errno.EISDIR}:
            raise WorkspaceError(
                _("The path {path} leads over a link or over something that is no folder.", path=path)
            ) from error
        raise
    finally:
        os.close(folder)


def _content(folder: int, name: str, path: str) -> Content | None:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise UnreadableFileError(_("{path} is not a regular file.", path=path))
    with os.fdopen(descriptor, "rb") as stream:
        if found.st_size > LARGEST:
            raise UnreadableFileError(
                _("{path} is too large to be changed here: {size} bytes.", path=path, size=found.st_size)
            )
        return Content(stream.read(LARGEST + 1), stat.S_IMODE(found.st_mode))
