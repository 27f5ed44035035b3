"""Builds the documentation site in both languages with Zensical; `python -m tests.docs.site build|serve`."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.docs.reference import LANGUAGES, PAGES
from tests.stories.words import Language, Words

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
WORK = ROOT / ".cache" / "docs"
SITE = ROOT / "site"
ZENSICAL = (str(Path(sys.executable).with_name("zensical")),)
NAMES = {"fr": "Français", "en": "English"}
PROJECT = {"changelog": "CHANGELOG.md", "contributing": "CONTRIBUTING.md", "security": "SECURITY.md"}

Nav = list[tuple[Words, Any]]
TUTORIAL = ("index", "new-service", "failing-deploy", "dangerous-plan", "found-secret", "incident")
HOW_TO = ("deliver", "pipeline", "containers", "deploy", "terraform", "observe", "secrets", "audit", "handoff",
          "files-and-commands", "approve", "team")  # fmt: skip
SECTIONS: tuple[tuple[Words, str, tuple[str, ...]], ...] = (
    (Words("Tutoriel", "Tutorial"), "tutorial", TUTORIAL),
    (Words("Guides", "How-to guides"), "how-to", HOW_TO),
    (Words("Référence", "Reference"), "reference", tuple(PAGES)),
    (Words("Comprendre", "Explanation"), "explanation", ("how-it-works", "security")),
)
DECISIONS = Words(
    "# Décisions\n\nUne page par décision, en anglais : le contexte, la décision, ses conséquences.",
    "# Decisions\n\nOne page each: the context, the decision, its consequences.",
)


def lay(language: Language) -> Path:
    """Everything that the site shows in `language`, in one folder, with its configuration beside it."""
    home = WORK / language
    shutil.rmtree(home, ignore_errors=True)
    pages = home / "pages"
    shutil.copytree(DOCS / language, pages)
    shutil.copytree(DOCS / "decisions", pages / "decisions")
    shutil.copy(DOCS / "site.css", pages / "site.css")
    shutil.copy(ROOT / "resources/console/icon.svg", pages / "icon.svg")
    decisions = [(path.name, _title(path)) for path in sorted((DOCS / "decisions").glob("*.md"))]
    listed = "\n".join(f"- [{title}]({name})" for name, title in decisions)
    (pages / "decisions/index.md").write_text(f"{DECISIONS.of(language)}\n\n{listed}\n")
    (pages / "project").mkdir()
    for name, source in PROJECT.items():
        (pages / "project" / f"{name}.md").write_text(_at_home((ROOT / source).read_text()))
    shutil.copy(DOCS / "adding-a-generator.md", pages / "project/adding-a-generator.md")
    configuration = home / "zensical.toml"
    configuration.write_text(_configuration(language, pages))
    return configuration


def _title(page: Path) -> str:
    return page.read_text().splitlines()[0].removeprefix("# ")


def _at_home(text: str) -> str:
    """Links of a page that lies at the repository's top, as they lead from `project/`."""
    return re.sub(r"\]\(docs/([\w-]+)\.md\)", r"](\1.md)", text)


def nav(language: Language, pages: Path) -> list[dict[str, Any]]:
    """The site's table of contents."""
    told: list[dict[str, Any]] = [
        {Words("Accueil", "Home").of(language): "index.md"},
        {Words("Installer", "Install").of(language): "install.md"},
    ]
    for title, folder, names in SECTIONS:
        below = [{_title_of(pages / folder / f"{name}.md"): f"{folder}/{name}.md"} for name in names]
        told.append({title.of(language): below})
    decided = [f"decisions/{path.name}" for path in sorted((pages / "decisions").glob("0*.md"))]
    told.append({Words("Décisions", "Decisions").of(language): ["decisions/index.md", *decided]})
    project = [f"project/{name}.md" for name in (*PROJECT, "adding-a-generator")]
    told.append({Words("Projet", "Project").of(language): project})
    return told


def _title_of(page: Path) -> str:
    found = re.search(r"^# (.+)$", page.read_text(), re.MULTILINE)
    assert found, page
    return found[1].replace("`", "")


def _configuration(language: Language, pages: Path) -> str:
    here = "/" if language == "fr" else "/en/"
    contents = _inline(nav(language, pages))
    others = ", ".join(
        f'{{ name = "{NAMES[each]}", link = "{"/" if each == "fr" else "/en/"}", lang = "{each}" }}'
        for each in LANGUAGES
    )
    described = Words("Un ingénieur DevOps d'astreinte, en serveur MCP", "A DevOps engineer on call, as an MCP server")
    return f"""\
[project]
site_name = "astreinte"
site_description = {json.dumps(described.of(language), ensure_ascii=False)}
site_url = "https://astreinte.example{here}"
docs_dir = "pages"
site_dir = "site"
extra_css = ["site.css"]
nav = {contents}

[project.extra]
generator = false
alternate = [{others}]

[project.theme]
language = "{language}"
logo = "icon.svg"
favicon = "icon.svg"
font = false
features = ["content.code.copy", "navigation.footer", "navigation.indexes", "navigation.path", "navigation.top",
  "navigation.tracking", "search.highlight", "toc.follow"]

[[project.theme.palette]]
media = "(prefers-color-scheme: light)"
scheme = "default"
toggle.icon = "lucide/sun"
toggle.name = "{Words("Passer au thème sombre", "Switch to dark mode").of(language)}"

[[project.theme.palette]]
media = "(prefers-color-scheme: dark)"
scheme = "slate"
toggle.icon = "lucide/moon"
toggle.name = "{Words("Passer au thème clair", "Switch to light mode").of(language)}"

[project.markdown_extensions]
admonition = {{}}
attr_list = {{}}
md_in_html = {{}}
tables = {{}}
toc.permalink = true
pymdownx.highlight.pygments_lang_class = true
pymdownx.inlinehilite = {{}}
pymdownx.superfences.custom_fences = [
  {{ name = "mermaid", class = "mermaid", format = "pymdownx.superfences.fence_code_format" }},
]
"""


def _inline(value: Any) -> str:
    """TOML's inline form."""
    if isinstance(value, dict):
        return (
            "{ "
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {_inline(each)}" for key, each in value.items())
            + " }"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_inline(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def build(language: Language) -> None:
    """Build one language; a warning is an error."""
    configuration = lay(language)
    subprocess.run([*ZENSICAL, "build", "--strict", "--clean", "--config-file", str(configuration)], check=True)
    out = SITE if language == "fr" else SITE / "en"
    shutil.copytree(configuration.parent / "site", out, dirs_exist_ok=True)


def main() -> int:
    """Build the site, or build and serve one language of it."""
    if sys.argv[1:2] == ["serve"]:
        language: Language = "en" if "en" in sys.argv else "fr"
        return subprocess.run([*ZENSICAL, "serve", "--config-file", str(lay(language))], check=False).returncode
    shutil.rmtree(SITE, ignore_errors=True)
    for language in LANGUAGES:
        build(language)
    return 0


if __name__ == "__main__":
    sys.exit(main())
