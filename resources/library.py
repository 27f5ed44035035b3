"""The library: what people and models read, by kind, name and language, from the files beside this one.

Nothing is read at import time and listing touches no page: titles come from `resources.shelves`.
"""

from pathlib import Path

from resources.catalogue import LANGUAGES, Language
from resources.shelves import SHELVES, Entry, Kind

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
_FENCE = "---\n"


class UnknownPageError(LookupError):
    """There is no page of that name; `known` are the names there are."""

    def __init__(self, kind: str, name: str, known: list[str]) -> None:
        self.kind = kind
        self.name = name
        self.known = known
        super().__init__(f"no {kind} named {name!r}; there are: {', '.join(known)}")


def names(kind: Kind) -> list[str]:
    """The names on a shelf, in reading order."""
    return list(SHELVES[kind])


def entry(kind: Kind, name: str, language: Language) -> Entry:
    """Title and summary of a page, without opening it.

    Raises:
        UnknownPageError: the shelf has no page of that name.
    """
    if name not in SHELVES[kind]:
        raise UnknownPageError(kind, name, names(kind))
    return SHELVES[kind][name][language]


def page_path(kind: Kind, name: str, language: Language) -> Path:
    """Where a page is; a page that is missing in one language falls back on another.

    Raises:
        UnknownPageError: the shelf has no page of that name.
    """
    if name not in SHELVES[kind]:
        raise UnknownPageError(kind, name, names(kind))
    return _in_language(kind, f"{name}.md", language)


def read_page(kind: Kind, name: str, language: Language) -> str:
    """The Markdown of a page.

    Raises:
        UnknownPageError: the shelf has no page of that name.
    """
    return page_path(kind, name, language).read_text(encoding="utf-8")


def example_path(language: Language) -> Path:
    """The commented example of `devops.yaml`."""
    return _in_language("examples", "devops.yaml", language)


def read_card(language: Language) -> str:
    """The agent card's body: the file without the front matter that makes it a subagent."""
    text = _in_language("prompts", "devops.md", language).read_text(encoding="utf-8")
    _empty, _front_matter, body = text.split(_FENCE, 2)
    return body.lstrip("\n")


def prompt_folders(language: Language) -> list[Path]:
    """Where prompt templates are looked for: the language's folder, then the others'."""
    return [HERE / "prompts" / each for each in _preferred(language)]


def template_names() -> list[str]:
    """The delivery templates, by path below `templates/`, in alphabetical order."""
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if _is_template(path))


def template_path(name: str) -> Path:
    """Where a delivery template is. Only listed names open, so no name reaches outside the folder.

    Raises:
        UnknownPageError: there is no template of that name.
    """
    if name not in (known := template_names()):
        raise UnknownPageError("templates", name, known)
    return TEMPLATES / name


def _is_template(path: Path) -> bool:
    return path.is_file() and path.suffix not in {".py", ".pyc"} and not path.name.startswith(".")


def _preferred(language: Language) -> list[Language]:
    return [language, *(each for each in LANGUAGES if each != language)]


def _in_language(folder: str, name: str, language: Language) -> Path:
    candidates = [HERE / folder / each / name for each in _preferred(language)]
    return next((path for path in candidates if path.is_file()), candidates[0])
