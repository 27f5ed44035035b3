"""Says every sentence in the reader's language: gettext catalogues behind one function, `_`.

English sentences in the source are the message ids; `resources/locale/fr` holds the French. The language
is ambient (a context variable set once per request) so that pure code deep in a generator needs no
language argument, and two concurrent requests in two languages never mix.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LOCALE = Path(__file__).parent / "locale"

_language: ContextVar[Language] = ContextVar("language", default="fr")


def current_language() -> Language:
    """The language of the request being served."""
    return _language.get()


def set_language(language: Language) -> None:
    """Speak `language` from here to the end of the current request (task)."""
    _language.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak `language` inside the block, then the previous one again."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == "en":  # the message ids are the English text
        return gettext.NullTranslations()
    return gettext.translation("astreinte", LOCALE, [language])


def _(message: str, /, **values: object) -> str:
    """`message` in the current language, its `{name}` fields filled from `values`.

    Only literal sentences may be passed: the extractor collects them from the source.
    """
    text = _catalogue(_language.get()).gettext(message)
    return text.format(**values) if values else text
