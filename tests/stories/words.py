"""A sentence of a story in both languages of the tutorial."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["fr", "en"]


@dataclass(frozen=True)
class Words:
    """What is said, for readers of either language."""

    fr: str
    en: str

    def of(self, language: Language) -> str:
        """The sentence in `language`."""
        return self.fr if language == "fr" else self.en
