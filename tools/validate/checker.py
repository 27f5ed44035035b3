"""What a checker is: one module with a name, the files it judges, and one look at a file with the real tool."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from tools.delivery import Validation


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


class Checker(Protocol):
    """One of the field's tools; a module satisfies it.

    To add one: write `tools/validate/<name>.py`, add its line to `registry.py`, add a clean and a faulty file
    to `tests/validate`.
    """

    NAME: str
    """The tool's own name, as `Validation.tool`."""

    def applies(self, source: Source) -> bool:
        """Whether this tool judges files like `source`."""
        ...

    async def check(self, source: Source, tree: Path) -> Validation:
        """Judge `source`, which lies at `tree / source.path` in a private copy that nothing else writes to.

        An absent tool, or one that did not do its work, gives `not_validated` with a reason; never a pass.
        """
        ...
