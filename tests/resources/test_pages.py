"""Every page says the same in both languages, in the same shape, with examples that parse and links that resolve."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import hcl2
import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer
from ruamel.yaml import YAML

from resources.catalogue import LANGUAGES, Language
from resources.library import HERE, KINDS, SHELVES, Kind, UnknownPageError, page_path, read_head, read_page
from server.catalog import add_resources
from tools.context import Deps

PAGES = [(kind, name, language) for kind in KINDS for name in SHELVES[kind] for language in LANGUAGES]
STANDARD = {
    "fr": ["Pourquoi", "Comment c’est vérifié", "Comment corriger", "Voir aussi"],
    "en": ["Why", "How it is checked", "How to fix", "See also"],
}
RUNBOOK = {
    "fr": ["Quand", "Avant de commencer", "Étapes", "Vérifications", "Si ça ne marche pas", "Qui prévenir"],
    "en": ["When", "Before you start", "Steps", "Checks", "If it does not work", "Who to tell"],
}
HEADINGS: dict[Kind, dict[str, list[str]]] = {"standards": STANDARD, "rules": STANDARD, "runbooks": RUNBOOK}
BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)]+)\)|(devops://[\w./-]*\w)")


def _blocks(text: str, kind: str) -> list[str]:
    return [body for language, body in BLOCK.findall(text) if language == kind]


def _dedented(body: str) -> str:
    margin = min(len(line) - len(line.lstrip()) for line in body.splitlines() if line.strip())
    return "\n".join(line[margin:] for line in body.splitlines()) + "\n"


def _outside_code(text: str) -> str:
    return re.sub(r"`[^`]*`", "`", BLOCK.sub("", text))


each_page = pytest.mark.parametrize(("kind", "name", "language"), PAGES, ids=str)


def test_the_shelves_list_exactly_the_files_there_are() -> None:
    for kind in KINDS:
        for language in LANGUAGES:
            assert {path.stem for path in (HERE / kind / language).glob("*.md")} == set(SHELVES[kind])


@each_page
def test_a_page_opens_with_a_title_and_one_quoted_sentence(kind: Kind, name: str, language: Language) -> None:
    lines = read_page(kind, name, language).splitlines()
    assert lines[0].startswith("# ")
    assert lines[1] == ""
    assert re.match(r"> .+\.$", lines[2])
    assert lines[3] == ""
    assert read_head(kind, name, language) == (lines[0][2:], lines[2][2:])


@each_page
def test_pages_of_one_kind_have_the_same_sections_in_the_same_order(kind: Kind, name: str, language: Language) -> None:
    found = re.findall(r"^## (.+)$", BLOCK.sub("", read_page(kind, name, language)), re.MULTILINE)
    if kind in HEADINGS:
        assert found == HEADINGS[kind][language]


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KINDS for name in SHELVES[kind]])
def test_both_languages_have_the_same_code_links_and_lists(kind: Kind, name: str) -> None:
    french, english = read_page(kind, name, "fr"), read_page(kind, name, "en")

    def shape(text: str) -> list[int]:
        return [
            len(re.findall(pattern, text, re.MULTILINE)) for pattern in (r"^ *```", r"^- ", r"^\d+\. ", r"^\|", "^## ")
        ]

    assert shape(french) == shape(english)
    assert sorted(re.findall(r"devops://[\w./]+", french)) == sorted(re.findall(r"devops://[\w./]+", english))
    for kind_of_block in ("sh", "hcl", "nginx"):
        without_comments = [
            [re.sub(r"^\s*#.*$", "", block, flags=re.MULTILINE) for block in _blocks(text, kind_of_block)]
            for text in (french, english)
        ]
        assert without_comments[0] == without_comments[1]


@each_page
def test_yaml_examples_parse(kind: Kind, name: str, language: Language) -> None:
    for body in _blocks(read_page(kind, name, language), "yaml"):
        assert YAML(typ="safe").load(io.StringIO(_dedented(body)))


@each_page
def test_terraform_examples_parse(kind: Kind, name: str, language: Language) -> None:
    for body in _blocks(read_page(kind, name, language), "hcl"):
        assert hcl2.loads(body)  # type: ignore[no-untyped-call, unused-ignore]


@each_page
def test_shell_examples_pass_shellcheck(kind: Kind, name: str, language: Language) -> None:
    program = shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck is not installed")
    for body in _blocks(read_page(kind, name, language), "sh"):
        # SC2154: a variable exported in an earlier block of the same page.
        command = [program, "--shell=sh", "--exclude=SC2154,SC2034", "-"]
        done = subprocess.run(command, input=_dedented(body), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", sorted(HERE.glob("*/fr/*.md*")), ids=lambda path: path.name)
def test_french_typography_outside_code(path: Path) -> None:
    if path.name == "devops.md":
        pytest.skip("the card is kept byte for byte")
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"))
    text = _outside_code(text)
    assert not re.findall(r".{0,20} [;:?!»](?:\s|$)", text), "an ordinary space before double punctuation"
    assert not re.findall(r"\w[;?!](?:\s|$)", text), "no space before double punctuation"
    assert not re.findall(r"«[^\u00a0].{0,20}", text), "an ordinary space after «"
    assert not re.findall(r".{0,20}\d [%€]", text), "an ordinary space before a unit"
    assert not re.findall(r".{0,20}\w'\w", text), "a straight apostrophe"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_link_resolves(language: Language) -> None:
    server: MCPServer[Deps] = MCPServer("test")
    add_resources(server, language)
    links: dict[str, str] = {}
    for path in sorted([*HERE.glob(f"*/{language}/*.md*"), *HERE.glob(f"*/{language}/*.yaml")]):
        for target, bare in LINK.findall(path.read_text(encoding="utf-8")):
            links[target or bare] = path.name
    assert len(links) > 20
    async with Client(server) as client:
        for link, source in links.items():
            assert link.startswith("devops://"), f"{source}: {link}"
            assert (await client.read_resource(link)).contents, f"{source}: {link}"


def test_a_page_missing_in_one_language_falls_back_on_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules" / "en").mkdir(parents=True)
    (tmp_path / "rules" / "en" / "downtime_alert.md").write_text("# Only in English\n")
    monkeypatch.setattr("resources.library.HERE", tmp_path)
    assert read_page("rules", "downtime_alert", "fr") == "# Only in English\n"


@pytest.mark.parametrize("name", ["../library", "TLS", "", "tls.md", "../../pyproject"])
def test_a_name_that_is_not_on_the_shelf_opens_nothing(name: str) -> None:
    with pytest.raises(UnknownPageError) as caught:
        page_path("standards", name, "fr")
    assert "tls" in caught.value.known
