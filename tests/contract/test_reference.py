"""The reference in `docs/` says what the program says."""

import pytest

from tests.docs.reference import DOCS, LANGUAGES, pages
from tests.stories.words import Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reference_is_current(language: Language) -> None:
    for name, text in pages(language).items():
        kept = DOCS / language / "reference" / name
        assert kept.read_text() == text, f"{kept} is not current: python -m tests.docs.reference writes it anew"
