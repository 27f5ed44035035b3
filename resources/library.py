"""The library: what people and models read, by kind, name and language, from the files beside this one.

Nothing is read at import time. A list opens the first three lines of each page (0.7 ms for all of them),
so that a title lives in one place: the page.
"""

from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from resources.catalogue import LANGUAGES, Language

Kind = Literal["standards", "rules", "runbooks", "protocols"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Every page there is, in reading order. Adding one is a name here and a Markdown file per language.
SHELVES: dict[Kind, tuple[str, ...]] = {
    "standards": (
        "no_versioned_secrets",  # the card's four
        "reversible_deployments",
        "monitoring_and_alerting",
        "separated_environments",
        "pinned_actions_and_images",  # the field's
        "least_privilege",
        "lock_files",
        "resource_limits",
        "tls",
        "backups",
    ),
    "rules": ("documented_pipelines_and_scripts", "rollback_strategy", "downtime_alert"),
    "runbooks": (
        "deploy",
        "rollback",
        "incident",
        "restore_backup",
        "rotate_secrets",
        "certificate_renewal",
        "scale",
        "region_failover",
    ),
    "protocols": ("handoff", "escalation", "response_format", "statuses"),
}

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
FENCE = "---\n"


class Head(NamedTuple):
    """What a list shows of a page: its heading and the sentence quoted under it."""

    title: str
    summary: str


class UnknownPageError(LookupError):
    """There is no page of that name; `known` are the names there are."""

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        self.kind = kind
        self.name = name
        self.known = known
        super().__init__(f"no {kind} named {name!r}; there are: {', '.join(known)}")


def page_path(kind: Kind, name: str, language: Language) -> Path:
    """Where a page is; a page that is missing in one language falls back on another.

    Raises:
        UnknownPageError: the shelf has no page of that name.
    """
    if name not in SHELVES[kind]:
        raise UnknownPageError(kind, name, SHELVES[kind])
    return _in_language(kind, f"{name}.md", language)


def read_page(kind: Kind, name: str, language: Language) -> str:
    """The Markdown of a page.

    Raises:
        UnknownPageError: the shelf has no page of that name.
    """
    return page_path(kind, name, language).read_text(encoding="utf-8")


def read_head(kind: Kind, name: str, language: Language) -> Head:
    """The title and the summary of a page, without reading the rest.

    Raises:
        UnknownPageError: the shelf has no page of that name.
    """
    with page_path(kind, name, language).open(encoding="utf-8") as page:
        title, _blank, summary = page.readline(), page.readline(), page.readline()
    return Head(title.removeprefix("# ").strip(), summary.removeprefix("> ").strip())


def example_path(language: Language) -> Path:
    """Where the commented example of `devops.yaml` is."""
    return _in_language("examples", "devops.yaml", language)


def read_card(language: Language) -> str:
    """The agent card's body: the file without the front matter that makes it a subagent."""
    text = _in_language("prompts", "devops.md", language).read_text(encoding="utf-8")
    _before, _front_matter, body = text.split(FENCE, 2)
    return body.lstrip("\n")


def prompt_folders(language: Language) -> list[Path]:
    """Where prompt templates are looked for: the language's folder, then the others'."""
    return [HERE / "prompts" / each for each in _preferred(language)]


@cache  # a server asks for the path of each of them, and they come with the package
def template_names() -> tuple[str, ...]:
    """The delivery templates, by path below `templates/`, in alphabetical order."""
    found = (path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if _is_template(path))
    return tuple(sorted(found))


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
