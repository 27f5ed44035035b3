"""Where artefacts lie: a directory, or a bucket that speaks S3. Both hold sealed bytes only. Everything blocks."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from resources.catalogue import _
from tools.guard.errors import ExpectedError

if TYPE_CHECKING:
    from obstore.store import S3Store

SECONDS = 30


class ArtefactError(ExpectedError):
    """The store of artefacts cannot be used, or what it gave is not what was kept."""


class Place(Protocol):
    """Keeps files by their names."""

    def write(self, name: str, source: Path) -> None:
        """Keep the file `source` as `name`, whole or not at all."""
        ...

    def read(self, name: str, target: Path) -> bool:
        """Write what is kept as `name` to `target`; False when there is nothing."""
        ...

    def names(self) -> Iterator[tuple[str, float, int]]:
        """Every name, when it was written, and its size."""
        ...

    def remove(self, name: str) -> None:
        """Forget `name`, if it is there."""
        ...


@dataclass(frozen=True)
class Folder:
    """A directory of this machine, or one that machines share."""

    directory: Path

    def write(self, name: str, source: Path) -> None:
        """Copied beside it first: another file system, a full disk or a crash leave no half of it."""
        path = self.directory / name
        with _usable():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            try:
                descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as target, source.open("rb") as stream:
                    shutil.copyfileobj(stream, target, 1 << 20)
                    target.flush()
                    os.fsync(target.fileno())
                fresh.replace(path)
            finally:
                fresh.unlink(missing_ok=True)

    def read(self, name: str, target: Path) -> bool:
        """Copy it."""
        path = self.directory / name
        with _usable():
            if not path.is_file():
                return False
            shutil.copyfile(path, target)
        return True

    def names(self) -> Iterator[tuple[str, float, int]]:
        """Those of every kind."""
        with _usable():
            for path in self.directory.glob("*/*"):
                try:
                    found = path.stat()
                except FileNotFoundError:  # another process swept it
                    continue
                yield path.relative_to(self.directory).as_posix(), found.st_mtime, found.st_size

    def remove(self, name: str) -> None:
        """Unlink it."""
        with _usable():
            (self.directory / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Bucket:
    """`s3://bucket/prefix`; host, region and credentials are found where every AWS tool finds them (`AWS_*`, roles)."""

    url: str

    @cached_property
    def _store(self) -> S3Store:
        try:
            from obstore.store import S3Store  # noqa: PLC0415 - an extra
        except ImportError:
            raise ArtefactError(
                _("Artefacts in S3 need a library that is not installed."), _("Install `astreinte[s3]`.")
            ) from None
        with _reachable():
            return S3Store.from_url(
                self.url,
                client_options={
                    "timeout": timedelta(seconds=SECONDS),
                    # Options of ours replace all that the environment says of the client, this one too.
                    "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true",
                },
                retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=SECONDS)},
            )

    def write(self, name: str, source: Path) -> None:
        """Upload it, in parts where it is large."""
        import obstore  # noqa: PLC0415 - an extra

        with _reachable():
            obstore.put(self._store, name, source)

    def read(self, name: str, target: Path) -> bool:
        """Download it piece by piece."""
        import obstore  # noqa: PLC0415 - an extra

        with _reachable():
            try:
                found = obstore.get(self._store, name)
            except FileNotFoundError:
                return False
            with target.open("wb") as stream:
                for piece in found.stream(min_chunk_size=1 << 20):
                    stream.write(piece)
        return True

    def names(self) -> Iterator[tuple[str, float, int]]:
        """Those below the prefix."""
        import obstore  # noqa: PLC0415 - an extra

        with _reachable():
            for batch in obstore.list(self._store):
                for each in batch:
                    yield each["path"], each["last_modified"].timestamp(), each["size"]

    def remove(self, name: str) -> None:
        """Delete it."""
        import obstore  # noqa: PLC0415 - an extra

        with _reachable(), suppress(FileNotFoundError):
            obstore.delete(self._store, name)


def place_of(where: str) -> Place:
    """The place that the setting names: an address of S3, or a directory."""
    return Bucket(where) if where.startswith("s3://") else Folder(Path(where).expanduser().absolute())


@contextmanager
def _usable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _failed(error) from error


@contextmanager
def _reachable() -> Iterator[None]:
    """Failures of the library in words."""
    from obstore.exceptions import BaseError  # noqa: PLC0415 - an extra

    try:
        yield
    except (BaseError, OSError, ValueError) as error:
        raise _failed(error) from None  # its text names hosts and headers


def _failed(error: Exception) -> ArtefactError:
    said = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
    return ArtefactError(
        _("The store of artefacts cannot be used: {reason}.", reason=said.partition("?")[0]),
        _("Somebody who runs the server looks at ASTREINTE_ARTEFACTS and the AWS_ variables."),
    )
