"""Compares the mounts of a built sandbox with those that were asked for, before anything runs in it.

Another command may swap a folder of the workspace for a link while the view is built; bubblewrap would follow it
and mount a place of the host. Whatever way that happened, it shows as a mount point that nobody asked for.
"""

import re
from dataclasses import dataclass
from pathlib import Path

_ESCAPED = re.compile(r"\\([0-7]{3})")
_BINDS = {"--bind", "--ro-bind", "--ro-bind-try"}
# bubblewrap fills these itself; nothing of the workspace can lie below them.
_OWN = (Path("/proc"), Path("/dev"))


@dataclass(frozen=True)
class Expected:
    """Where mounts must be, where they may be, and below what the host's own mounts come along."""

    required: frozenset[str]
    optional: frozenset[str]
    shown: tuple[str, ...]

    @classmethod
    def of(cls, arguments: list[str]) -> "Expected":
        """What bubblewrap's `arguments` ask for."""
        required: set[str] = {"/"}
        optional: set[str] = set()
        shown: list[str] = []
        for position, option in enumerate(arguments):
            if option in _BINDS:
                source, place = arguments[position + 1], arguments[position + 2]
                (optional if option == "--ro-bind-try" else required).update((place,))
                if source != "/dev/null":
                    shown.append(place)
            elif option == "--tmpfs":
                required.add(arguments[position + 1])
        return cls(_ours(required), _ours(optional | {str(Path(place).resolve()) for place in optional}), tuple(shown))

    def matches(self, present: frozenset[str], host: frozenset[str]) -> bool:
        """Whether `present` is what was asked for; `host` are the mount points outside."""
        extra = _ours(set(present)) - self.required - self.optional
        return self.required <= present and all(place in host and self._shows(place) for place in extra)

    def _shows(self, place: str) -> bool:
        return any(Path(place).is_relative_to(each) for each in self.shown)


def mount_points(pid: int | str = "self") -> frozenset[str]:
    """The mount points that process `pid` has; none when it is gone."""
    try:
        table = Path(f"/proc/{pid}/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return frozenset()
    return frozenset(_unescaped(line.split(" ")[4]) for line in table.split("\n") if line)


def _unescaped(place: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), place)


def _ours(places: set[str]) -> frozenset[str]:
    return frozenset(each for each in places if not any(Path(each).is_relative_to(own) for own in _OWN))
