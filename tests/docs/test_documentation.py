"""Every command and every call of the documentation is tried, and the site is built without a warning."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from mcp import Client

from server.app import build_server, tool_names
from server.cli import COMMANDS, app
from server.settings import Settings
from tests.docs import site
from tests.docs.blocks import DOCS, Block, blocks, written_pages
from tests.stories import shop
from tests.stories.words import Language
from tools.guard.policy import Policy

BLOCKS: dict[Language, list[Block]] = {"fr": list(blocks("fr")), "en": list(blocks("en"))}
CALLS = [block for block in BLOCKS["en"] if block.call]
RUNS = [block for block in BLOCKS["en"] if block.runs]


def test_both_languages_have_the_same_pages() -> None:
    french, english = ([path.relative_to(DOCS / each) for path in written_pages(each)] for each in ("fr", "en"))
    assert french == english


def test_both_languages_show_the_same_commands_and_calls() -> None:
    def shown(block: Block) -> tuple[str, ...]:
        text = block.text.replace("--language en ", "")
        return (block.page, block.how, block.kind, "" if block.call and block.call[0] == "escalate" else text)

    tried = {
        language: [shown(each) for each in found if each.kind in {"sh", "json", "toml"}]
        for language, found in BLOCKS.items()
    }
    assert tried["fr"] == tried["en"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_command_and_call_says_how_it_is_tried(language: Language) -> None:
    untold = [each for each in BLOCKS[language] if each.kind == "sh" and not (each.runs or each.excused)]
    untold += [
        each for each in BLOCKS[language] if each.kind == "json" and not (each.call or each.how.startswith("file: "))
    ]
    assert not untold


@pytest.mark.parametrize("block", [each for each in BLOCKS["en"] if each.kind == "sh"], ids=lambda each: each.page)
def test_every_astreinte_command_is_one_that_the_program_knows(block: Block) -> None:
    for line in block.text.splitlines():
        words = shlex.split(line, comments=True) if line.startswith("astreinte ") else []
        start = next((index for index, word in enumerate(words) if word in COMMANDS), None)
        if start is not None:
            context = app.make_context("astreinte", words[1:], resilient_parsing=False)
            name, command, rest = app.resolve_command(context, words[start:])
            assert command is not None, line
            assert name is not None
            command.make_context(name, rest, parent=context, resilient_parsing=isinstance(command, click.Group))


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example, as a repository of its own."""
    root = tmp_path_factory.mktemp("docs") / "shop"
    shutil.copytree(shop.EXAMPLE, root)
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "The shop"]):
        who = ["-c", "user.name=Alice", "-c", "user.email=alice@example.com"]
        subprocess.run(["git", *who, *arguments], cwd=root, check=True)
    return root


def test_the_commands_of_the_tutorial_do_what_it_says(example: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    script = "\n".join(
        ["set -euo pipefail", *(f"echo '=== {number}'\n{each.text}" for number, each in enumerate(RUNS))]
    )
    done = subprocess.run(
        ["bash", "-c", script], cwd=example, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    _before, doctor, inspected, _brief, _delivered, listed, audited, written, waiting, verified = done.stdout.split(
        "=== "
    )
    assert "actionlint" in doctor
    component = json.loads(inspected.split("\n", 1)[1])["components"][0]
    assert component["evidence"]["start_command"] == "Procfile:1"
    assert component["health_path"] is None
    assert {"../delivery/Dockerfile", "../delivery/deploy/scripts/deploy.sh"} <= set(listed.split())
    assert "tls" in audited.lower()
    request = json.loads(written.split("\n", 1)[1])["approval_required"]["id"]
    assert request in waiting
    assert not (example / "Dockerfile").exists()
    assert "intact" in verified


@asynccontextmanager
async def connected(example: Path, tmp_path: Path) -> AsyncIterator[Client]:
    """A client of a server that works in the example, as the guides have it."""
    repository = tmp_path / "shop"
    shutil.copytree(example, repository)
    (repository / "devops.yaml").write_text(shop.brief(8080))
    (repository / "infra").mkdir()
    (repository / "infra/main.tf").write_text('resource "aws_s3_bucket" "receipts" {\n  bucket = "receipts"\n}\n')
    async with Client(build_server(Settings(workspace=repository, language="en", state=tmp_path / "state"))) as client:
        yield client


async def test_every_call_is_one_that_the_tool_takes_and_answers(example: Path, tmp_path: Path) -> None:
    async with connected(example, tmp_path) as client:
        schemas = {each.name: each.input_schema for each in (await client.list_tools()).tools}
        for block in CALLS:
            await tried(client, block, schemas)


async def tried(client: Client, block: Block, schemas: Mapping[str, Mapping[str, Any]]) -> None:
    """One call: its arguments fit, and the tool answers, or a story shows that it does."""
    assert block.call is not None
    tool, note = block.call
    arguments = json.loads(block.text)
    if note == "where callers have checkouts":
        assert tool in tool_names() - set(schemas)
        return
    jsonschema.validate(arguments, schemas[tool])
    unknown = set(arguments) - set(schemas[tool]["properties"])
    assert not unknown, (block.page, tool, unknown)
    if note.startswith("played in: "):
        story = (DOCS / "en/tutorial" / f"{note.removeprefix('played in: ')}.md").read_text()
        assert f"`{tool}`" in story, (block.page, tool)
    elif not note:
        result = await client.call_tool(tool, arguments)
        assert not result.is_error, (block.page, tool, result.content)


def test_the_policy_that_is_shown_is_one() -> None:
    shown = [each.text for each in BLOCKS["en"] if each.page == "how-to/approve.md" and each.kind == "toml"]
    assert [Policy.model_validate(tomllib.loads(text)) for text in shown]


def test_every_tool_has_a_guide() -> None:
    assert {block.call[0] for block in CALLS if block.call} == tool_names()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_site_is_built_without_a_warning(language: Language) -> None:
    pytest.importorskip("zensical", reason="the documentation's group is not installed")
    configuration = site.lay(language)
    argv = [*site.ZENSICAL, "build", "--strict", "--clean", "--config-file", str(configuration)]
    done = subprocess.run(
        argv, capture_output=True, text=True, timeout=100, check=False, env={**os.environ, "NO_COLOR": "1"}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made = configuration.parent / "site"
    assert (made / "tutorial/new-service/index.html").exists()
    assert 'lang="en"' in (made / "index.html").read_text() or language == "fr"
