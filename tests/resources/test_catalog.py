"""Resources over the protocol: read, refused by name, completed."""

import json
from typing import Any, Literal

import jsonschema
import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, PromptReference, ResourceTemplateReference, TextResourceContents
from ruamel.yaml import YAML

from resources.catalogue import LANGUAGES, Language
from resources.library import SHELVES, example_path, read_page, template_names
from server.catalog import add_resources, brief_schema, complete
from server.prompts import prompts
from server.suggestions import SUGGESTIONS
from tools.brief import Brief

Reference = PromptReference | ResourceTemplateReference


def _server(language: Language = "fr") -> MCPServer[Any]:
    server: MCPServer[Any] = MCPServer("test")
    for prompt in prompts(language):
        server.add_prompt(prompt)
    add_resources(server, language)
    server.completion()(complete)  # type: ignore[no-untyped-call]
    return server


async def _read(uri: str, language: Language) -> str:
    async with Client(_server(language)) as client:
        (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    return content.text


async def _refusal(uri: str) -> MCPError:
    async with Client(_server("en")) as client:
        with pytest.raises(MCPError) as caught:
            await client.read_resource(uri)
    return caught.value


async def _complete(
    client: Client, ref: Reference, name: str, value: str, known: dict[str, str] | None = None
) -> list[str]:
    argument = {"name": name, "value": value}
    return (await client.complete(ref, argument, context_arguments=known)).completion.values


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_every_listed_resource_can_be_read(mode: Literal["legacy", "auto"]) -> None:
    async with Client(_server(), mode=mode) as client:
        for resource in (await client.list_resources()).resources:
            (content,) = (await client.read_resource(resource.uri)).contents
            assert content.mime_type == resource.mime_type
            assert isinstance(content, TextResourceContents)
            assert content.text.strip()


async def test_a_page_is_in_the_servers_language_unless_its_address_says_otherwise() -> None:
    assert await _read("devops://standards/tls", "fr") == read_page("standards", "tls", "fr")
    assert await _read("devops://standards/tls", "en") == read_page("standards", "tls", "en")
    assert await _read("devops://en/runbooks/deploy", "fr") == read_page("runbooks", "deploy", "en")
    assert "Describe the service once" in await _read("devops://en/examples/devops.yaml", "fr")


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("devops://standards/nothing", "no_versioned_secrets"),
        ("devops://de/standards/tls", "fr, en"),
        ("devops://en/runbooks/nothing", "region_failover"),
        ("devops://templates/nothing.j2", "nothing.j2"),
    ],
)
async def test_an_unknown_name_is_not_found_and_says_what_there_is(uri: str, said: str) -> None:
    refusal = await _refusal(uri)
    assert said in refusal.error.message
    assert refusal.error.code == INVALID_PARAMS


@pytest.mark.parametrize("path", ["../catalogue.py", "%2e%2e/catalogue.py", "/etc/passwd", "..%2f..%2fpyproject.toml"])
async def test_a_template_name_never_reaches_outside_its_folder(path: str) -> None:
    assert (await _refusal(f"devops://templates/{path}")).error.code == INVALID_PARAMS


async def test_every_delivery_template_is_listed_in_order() -> None:
    async with Client(_server()) as client:
        uris = [str(each.uri) for each in (await client.list_resources()).resources]
    assert [uri for uri in uris if uri.startswith("devops://templates/")] == [
        f"devops://templates/{name}" for name in template_names()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_brief_is_valid_and_says_its_language(language: Language) -> None:
    data = YAML(typ="safe").load(example_path(language))
    jsonschema.validate(data, json.loads(brief_schema()))
    assert Brief.model_validate(data).language == language
    assert set(data) == set(Brief.model_fields), "the example shows every field"


def test_both_examples_differ_only_in_their_words() -> None:
    french, english = (YAML(typ="safe").load(example_path(language)) for language in LANGUAGES)
    for data in (french, english):
        del data["language"], data["constraints"]["hosting"]
    assert french == english


def test_the_schema_of_the_brief_is_a_valid_schema_that_refuses_unknown_fields() -> None:
    schema = json.loads(brief_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"servce": "orders"}, schema)


async def test_names_and_languages_of_resource_templates_are_completed() -> None:
    async with Client(_server()) as client:

        async def words(uri: str, name: str, value: str = "") -> list[str]:
            return await _complete(client, ResourceTemplateReference(uri=uri), name, value)

        uris = [each.uri_template for each in (await client.list_resource_templates()).resource_templates]
        assert await words("devops://standards/{name}", "name", "re") == [
            "reversible_deployments",
            "resource_limits",
        ] + [name for name in SHELVES["standards"] if "re" in name and not name.startswith("re")]
        for uri in uris:
            if "{language}" in uri:
                assert await words(uri, "language") == list(LANGUAGES)
            if "{name}" in uri:
                assert await words(uri, "name")
        assert await words("devops://unknown/{name}", "name") == []


async def test_prompt_arguments_are_completed() -> None:
    async with Client(_server()) as client:

        async def words(prompt: str, name: str, value: str, known: dict[str, str] | None = None) -> list[str]:
            return await _complete(client, PromptReference(name=prompt), name, value, known)

        assert await words("devops", "language", "f") == ["fr"]
        assert await words("deliver_service", "target", "k") == ["kubernetes"]
        assert await words("devops", "livrables", "monitoring, config", {"language": "fr"}) == [
            "monitoring, configuration de déploiement"
        ]
        assert await words("devops", "livrables", "depl", {"language": "en"}) == ["deployment configuration"]
        assert await words("devops", "contraintes", "HEB") == ["hébergement UE"]
        assert await words("devops", "unknown", "") == []
        assert await words("unknown", "language", "") == []


def test_suggestions_are_for_arguments_that_exist() -> None:
    declared = {prompt.name: {each.name for each in prompt.arguments or []} for prompt in prompts("en")}
    for prompt, arguments in SUGGESTIONS.items():
        assert set(arguments) <= declared[prompt]
