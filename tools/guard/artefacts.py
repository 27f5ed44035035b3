"""Large things that outlive a call: plans, outputs, logs, states before an apply. Sealed here, whoever keeps them."""

import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from resources.catalogue import _
from tools.guard.artefact_places import ArtefactError, Folder, Place
from tools.guard.sealing import DamagedError, seal, unseal

_NAME = re.compile(r"[a-z]+/[A-Za-z0-9_-]{1,80}(?:\.[a-z]+)?")
DAY = 86_400.0
SHORT_LIVED: Mapping[str, float] = {"plans": 2 * DAY}
"""Kinds that go earlier than the others: nobody may apply a plan after a day."""
FOR_EVER = frozenset({"states"})
"""Kinds that nobody removes but a person: the state as it was before an apply."""
ABANDONED = 3 * 3600.0
MOST_BYTES = 2_000_000_000
"""Of a directory on this machine; a bucket has as much room as its owner pays for."""


@dataclass(frozen=True)
class Artefacts:
    """Artefacts at `place`; `scratch` is a private folder of this machine. Everything blocks."""

    place: Place
    key: bytes = field(repr=False)
    scratch: Path
    shared: bool = False
    """Whether other machines find here what this one puts."""

    def put(self, name: str, content: bytes | Path) -> None:
        """Keep `content` as `name`, sealed.

        Raises:
            ArtefactError: the store cannot be used.
        """
        with self._scratch() as sealed:
            with sealed.open("wb") as target, _opened(content) as source:
                seal(source, target, self.key, _checked(name))
            self.place.write(name, sealed)

    def get(self, name: str) -> bytes | None:
        """What is kept as `name`; None when nothing is.

        Raises:
            ArtefactError: the store cannot be used, or gave something else.
        """
        with self._scratch() as plain:
            return plain.read_bytes() if self.fetch(name, plain) else None

    def fetch(self, name: str, target: Path) -> bool:
        """Write what is kept as `name` to `target`; False when nothing is.

        Raises:
            ArtefactError: as for `get`; `target` is not written then.
        """
        with self._scratch() as sealed, self._scratch() as plain:
            if not self.place.read(_checked(name), sealed):
                return False
            try:
                with sealed.open("rb") as source, plain.open("wb") as stream:
                    unseal(source, stream, self.key, name)
            except DamagedError:
                raise ArtefactError(
                    _("What is kept as {name} was changed, or sealed under another secret.", name=name)
                ) from None
            target.touch(mode=0o600)
            with plain.open("rb") as source, target.open("wb") as stream:
                while piece := source.read(1 << 20):
                    stream.write(piece)
        return True

    def names(self, kind: str = "") -> list[tuple[str, float, int]]:
        """Every name of a kind, when it was kept and its size, the oldest first."""
        found = [each for each in self.place.names() if _NAME.fullmatch(each[0]) and each[0].startswith(kind)]
        return sorted(found, key=lambda each: each[1])

    def remove(self, name: str) -> None:
        """Forget it."""
        self.place.remove(_checked(name))

    def sweep(self, longest: float) -> list[str]:
        """Remove what is older than `longest` seconds or its kind's own time; of a directory also beyond its room."""
        gone: list[str] = []
        known = [each for each in self.names() if each[0].partition("/")[0] not in FOR_EVER]
        room = MOST_BYTES if isinstance(self.place, Folder) else None
        total = sum(size for _name, _at, size in known)
        for name, at, size in known:
            kind = name.partition("/")[0]
            old = time.time() - at > min(longest, SHORT_LIVED.get(kind, longest))
            if old or (room is not None and total > room):
                self.place.remove(name)
                gone.append(name)
                total -= size
        for left in self.scratch.glob("*"):  # in clear, of a process that was killed
            if time.time() - left.stat().st_mtime > ABANDONED:
                left.unlink(missing_ok=True)
        return gone

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        self.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, path = tempfile.mkstemp(dir=self.scratch)
        os.close(descriptor)
        try:
            yield Path(path)
        finally:
            Path(path).unlink(missing_ok=True)


@contextmanager
def _opened(content: bytes | Path):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a binary stream of either kind
    if isinstance(content, Path):
        with content.open("rb") as stream:
            yield stream
    else:
        import io  # noqa: PLC0415 - only for small ones

        yield io.BytesIO(content)


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ArtefactError(_("{name} is no name of an artefact.", name=name[:100]))
    return name
