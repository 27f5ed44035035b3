"""Prompts and resources as other people's clients see them: a diff in these snapshots is an API change."""

import json
import os
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.server.mcpserver import MCPServer

from resources.catalogue import Language
from server.catalog import add_resources, complete
from server.prompts import prompts

HERE = Path(__file__).parent
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"


def _server(language: Language) -> MCPServer[Any]:
    server: MCPServer[Any] = MCPServer("test")
    for prompt in prompts(language):
        server.add_prompt(prompt)
    add_resources(server, language)
    server.completion()(complete)  # type: ignore[no-untyped-call]
    return server


def _plain(models: list[Any]) -> list[dict[str, Any]]:
    return [model.model_dump(mode="json", by_alias=True, exclude_none=True) for model in models]


async def _prompts(language: Language) -> list[dict[str, Any]]:
    async with Client(_server(language)) as client:
        return _plain((await client.list_prompts()).prompts)


async def _resources(language: Language) -> dict[str, list[dict[str, Any]]]:
    async with Client(_server(language)) as client:
        listed = _plain((await client.list_resources()).resources)
        return {
            # Generators add and rename their templates freely: the API is the URI template, not each file.
            "resources": [each for each in listed if not each["uri"].startswith("devops://templates/")],
            "resourceTemplates": _plain((await client.list_resource_templates()).resource_templates),
        }


def _matches(name: str, current: object) -> bool:
    path = HERE / name
    if UPDATE:
        path.write_text(json.dumps(current, indent=2, ensure_ascii=False) + "\n")
    return bool(json.loads(path.read_text()) == current)


async def test_the_prompts_match_their_snapshot() -> None:
    assert _matches("prompts.json", await _prompts("en")), "run `python3 dev.py goldens` and read the diff"


async def test_the_resources_match_their_snapshot() -> None:
    assert _matches("resources.json", await _resources("en")), "run `python3 dev.py goldens` and read the diff"


async def test_both_languages_list_the_same_things_in_the_same_order() -> None:
    french, english = await _resources("fr"), await _resources("en")
    assert [each["uri"] for each in french["resources"]] == [each["uri"] for each in english["resources"]]
    assert [each["name"] for each in await _prompts("fr")] == [each["name"] for each in await _prompts("en")]
    pairs = zip(french["resources"], english["resources"], strict=True)
    pages = [(left, right) for left, right in pairs if left["mimeType"] == "text/markdown"]
    assert not [left["uri"] for left, right in pages if left["title"] == right["title"]]


async def test_every_prompt_argument_and_resource_says_what_it_is() -> None:
    for prompt in await _prompts("en"):
        assert prompt["title"]
        assert prompt["description"]
        assert all(argument["description"] for argument in prompt["arguments"]), prompt["name"]
    listed = await _resources("en")
    for resource in [*listed["resources"], *listed["resourceTemplates"]]:
        assert resource["title"]
        assert resource["description"]
        assert resource["mimeType"] in {"text/markdown", "text/yaml", "text/plain", "application/schema+json"}
