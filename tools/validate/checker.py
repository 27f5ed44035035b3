"""What a checker is: one module with a name, the files it judges, and a look at some of them with the real tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from tools.delivery import Validation

if TYPE_CHECKING:
    from tools.validate.bench import Bench

ONE = 1
MANY = 32
"""Files that share a run of a program: enough to forget its start, few enough that a fault costs little."""
ALL = 1_000_000
"""For what starts no program, or one that takes seconds to start."""


@dataclass(frozen=True)
class Source:
    """A file to be judged: its path relative to the repository root, and its bytes."""

    path: str
    content: bytes

    @property
    def name(self) -> str:
        """The file's own name."""
        return PurePosixPath(self.path).name

    @property
    def suffix(self) -> str:
        """The file's ending in lower case, with its dot."""
        return PurePosixPath(self.path).suffix.lower()

    @property
    def first_line(self) -> str:
        """The first line as text."""
        return self.content[:200].split(b"\n", 1)[0].decode("utf-8", errors="replace")

    @property
    def head(self) -> str:
        """The beginning as text: enough to tell what kind of file it is."""
        return self.content[:65_536].decode("utf-8", errors="replace")

    @property
    def text(self) -> str:
        """The whole content as text; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", errors="replace")


class Checker(Protocol):
    """One of the field's tools; a module satisfies it.

    To add one: write `tools/validate/<name>.py`, add its line to `registry.py`, add a clean and a faulty file
    to `tests/validate`.

    Severities are the tool's own words, brought to `error | warning | info | style` by a table in the module.
    A tool that knows no levels gives errors. Any finding is a failure, whatever its level: the file's owner,
    not we, decides which ones matter less. What a comment in the file silences is `suppressed`, never hidden.
    """

    NAME: str
    """The tool's own name, as `Validation.tool`."""
    PROGRAMS: tuple[str, ...]
    """The programs whose replacement may change the result; empty for what runs in this process."""
    TAKES: int
    """The most files that one call judges: `ONE`, `MANY` or `ALL`."""

    def applies(self, source: Source) -> bool:
        """Whether this tool judges files like `source`."""
        ...

    async def check(self, sources: Sequence[Source], bench: Bench) -> Sequence[Validation | None]:
        """Judge each of `sources`, which lie in a private directory at `bench.root / source.path`, in their order.

        What is said of a file must be what would be said of it alone. Where that is in doubt (the tool stopped
        half-way, names no file, names another one), say None of it, or raise: among several, such a file is
        looked at again alone, and only what is said then counts.

        Raises:
            NotJudgedError: the tool is absent or did not do its work. Never a pass.
        """
        ...
