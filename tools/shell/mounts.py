"""Compares the mounts of a built sandbox with those that were asked for, before anything runs in it.

Another command may swap a folder of the workspace for a link while the view is built; bubblewrap would follow it
and mount a place of the host. Whatever way that happened, it shows: as a mount point that nobody asked for, or as
a mount point whose content is not what lies at the place it was asked from.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar

_ESCAPED = re.compile(r"\\([0-7]{3})")
_BINDS = {"--bind", "--ro-bind", "--ro-bind-try"}
# bubblewrap fills these itself; nothing of the workspace can lie below them.
_OWN = (Path("/proc"), Path("/dev"))


class Mounted(NamedTuple):
    """What is mounted: the kernel's number of the file system, and the place in it that is shown."""

    device: str
    shown: str
    kind: str


# What is mounted at each mount point, the uppermost last.
Mounts: TypeAlias = Mapping[str, tuple[Mounted, ...]]
Value = TypeVar("Value")


@dataclass(frozen=True)
class Expected:
    """What must be mounted where, what may be, and below what the host's own mounts come along."""

    required: Mapping[str, frozenset[str]]
    """The sources of each mount point; none for a file system of the sandbox's own."""
    optional: Mapping[str, frozenset[str]]
    shown: tuple[str, ...]

    @classmethod
    def of(cls, arguments: list[str], root: Path) -> "Expected":
        """What bubblewrap's `arguments` ask for.

        Below the workspace `root` a source is taken by its name alone: whether a link stands in its way now says
        nothing about the moment it was mounted.
        """
        required: dict[str, set[str]] = {"/": set()}
        optional: dict[str, set[str]] = {}
        shown: list[str] = []
        for position, option in enumerate(arguments):
            if option in _BINDS:
                source, place = arguments[position + 1], arguments[position + 2]
                real = source if Path(source).is_relative_to(root) else os.path.realpath(source)
                if option == "--ro-bind-try":
                    optional.setdefault(place, set()).add(real)
                    optional.setdefault(os.path.realpath(place), set()).add(real)
                else:
                    required.setdefault(place, set()).add(real)
                if source != "/dev/null":
                    shown.append(place)
            elif option == "--tmpfs":
                required.setdefault(arguments[position + 1], set())
        return cls(_frozen(required), _frozen(optional), tuple(shown))

    def matches(self, present: Mounts, host: Mounts) -> bool:
        """Whether `present` is what was asked for; `host` are the mounts outside."""
        if not self.required.keys() <= present.keys():
            return False
        return all(self._allows(place, mounted, host) for place, mounted in _ours(present).items())

    def _allows(self, place: str, mounted: tuple[Mounted, ...], host: Mounts) -> bool:
        if place not in self.required and place not in self.optional:
            along = any(Path(place).is_relative_to(each) for each in self.shown)
            return along and place in host and set(mounted) <= set(host[place])
        sources = self.required.get(place, frozenset()) | self.optional.get(place, frozenset())
        allowed = {_lies(source, host) for source in sources}
        own = place in self.required and not self.required[place]
        return all(each in allowed or (own and each.kind == "tmpfs" and each.shown in _TOPS) for each in mounted)


_TOPS = {"/", "/newroot"}  # bubblewrap prepares the sandbox's own root in a folder of this name


def mounts(pid: int | str = "self") -> Mounts:
    """The mounts that process `pid` has; none when it is gone."""
    try:
        table = Path(f"/proc/{pid}/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return {}
    found: dict[str, tuple[Mounted, ...]] = {}
    for line in filter(None, table.split("\n")):
        fields, _separator, kind = line.partition(" - ")
        _number, _parent, device, shown, place, *_options = fields.split(" ")
        mounted = Mounted(device, _unescaped(shown), kind.split(" ")[0])
        place = _unescaped(place)
        found[place] = (*found.get(place, ()), mounted)
    return found


def _lies(source: str, host: Mounts) -> Mounted | None:
    """Where `source` lies: in which file system, and where in it."""
    place = Path(source)
    for each in (place, *place.parents):
        if (mounted := host.get(str(each))) is not None:
            top = mounted[-1]
            return top._replace(shown=str(Path(top.shown, place.relative_to(each))))
    return None


def _frozen(places: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {place: frozenset(sources) for place, sources in _ours(places).items()}


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), text)


def _ours(places: Mapping[str, Value]) -> dict[str, Value]:
    return {place: value for place, value in places.items() if not any(Path(place).is_relative_to(own) for own in _OWN)}
