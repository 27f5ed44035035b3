"""Reads the code blocks of the documentation, each with the comment before it that says how it is tried."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(
    r"(?:^<!-- (?P<how>[^\n]*) -->\n)?^```(?P<kind>\w+)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
STORIES = {"new-service", "failing-deploy", "dangerous-plan", "found-secret", "incident"}


@dataclass(frozen=True)
class Block:
    """A fenced block of the page `page`, relative to the language's folder."""

    page: str
    how: str
    kind: str
    text: str

    @property
    def runs(self) -> bool:
        """Whether the tests run it."""
        return self.how == "run"

    @property
    def call(self) -> tuple[str, str] | None:
        """The tool it calls, and what is said about how that is tried."""
        found = re.fullmatch(r"call: (\w+)(?:, (.+))?", self.how)
        return (found[1], found[2] or "") if found else None

    @property
    def excused(self) -> bool:
        """Whether it says why the tests do not run it."""
        return self.how.startswith("not run: ")


def written_pages(language: str) -> list[Path]:
    """The pages that people write: neither the reference nor the stories."""
    home = DOCS / language
    return [
        path
        for path in sorted(home.rglob("*.md"))
        if path.parent.name != "reference" and not (path.parent.name == "tutorial" and path.stem in STORIES)
    ]


def blocks(language: str) -> Iterator[Block]:
    """Every block of the written pages."""
    for path in written_pages(language):
        for found in BLOCK.finditer(path.read_text()):
            page = path.relative_to(DOCS / language).as_posix()
            yield Block(page, found["how"] or "", found["kind"], found["text"])
