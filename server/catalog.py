"""The catalogue: standards, rules, runbooks, protocols, schema, example and templates as MCP resources.

Each page is listed in the server's language; a template gives it in the other. Pages are read when a client
reads them, never before.
"""

import json
from collections.abc import Callable
from pathlib import Path

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.server.mcpserver.resources import FileResource, FunctionResource
from mcp_types import Completion, CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference

from resources.catalogue import LANGUAGES, Language, _, speaking
from resources.library import (
    KINDS,
    SHELVES,
    Kind,
    UnknownPageError,
    example_path,
    page_path,
    read_head,
    template_names,
    template_path,
)
from server.suggestions import matching, suggest
from tools.brief import Brief
from tools.context import Deps

MARKDOWN, YAML, PLAIN, SCHEMA = "text/markdown", "text/yaml", "text/plain", "application/schema+json"
ANY_TEMPLATE = "devops://templates/{+name}"
ANY_EXAMPLE = "devops://{language}/examples/devops.yaml"


def add_resources(server: MCPServer[Deps], language: Language) -> None:
    """Give `server` every resource and resource template, titled in `language`."""
    with speaking(language):
        for kind in KINDS:
            _add_shelf(server, kind, language)
        _add_brief(server, language)
        _add_templates(server, language)


def brief_schema() -> str:
    """The JSON Schema of `devops.yaml`."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "devops://schema/devops.yaml",
        **Brief.model_json_schema(),
        "title": "devops.yaml",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


async def complete(
    ref: PromptReference | ResourceTemplateReference,
    argument: CompletionArgument,
    context: CompletionContext | None,
) -> Completion | None:
    """What may stand in an argument of a prompt or of a resource template, given what is typed so far."""
    if isinstance(ref, PromptReference):
        known = (context.arguments if context else None) or {}
        return suggest(ref.name, argument, known)
    return matching(_values(ref.uri, argument.name), argument.value)


def _add_shelf(server: MCPServer[Deps], kind: Kind, home: Language) -> None:
    for name in SHELVES[kind]:
        head = read_head(kind, name, home)
        server.add_resource(
            FileResource(
                uri=f"devops://{kind}/{name}",
                name=f"{kind}/{name}",
                title=head.title,
                description=head.summary,
                mime_type=MARKDOWN,
                path=page_path(kind, name, home),
            )
        )

    def page(name: str) -> str:
        return _text(lambda: page_path(kind, name, home), home)

    def page_in(language: str, name: str) -> str:
        spoken = _known_language(language, home)
        return _text(lambda: page_path(kind, name, spoken), spoken)

    titles = {
        "standards": _("Standards"),
        "rules": _("Rules"),
        "runbooks": _("Runbooks"),
        "protocols": _("Protocols"),
    }
    server.resource(
        f"devops://{kind}/{{name}}",
        name=kind,
        title=titles[kind],
        description=_("One page by name, in the server's language."),
        mime_type=MARKDOWN,
    )(page)
    server.resource(
        f"devops://{{language}}/{kind}/{{name}}",
        name=f"{kind}_in_language",
        title=titles[kind],
        description=_("One page by name, in French (fr) or English (en)."),
        mime_type=MARKDOWN,
    )(page_in)


def _add_brief(server: MCPServer[Deps], home: Language) -> None:
    server.add_resource(
        FunctionResource(
            uri="devops://schema/devops.yaml",
            name="schema/devops.yaml",
            title=_("JSON Schema of devops.yaml"),
            description=_("Every field of the brief, with its type, default and meaning."),
            mime_type=SCHEMA,
            fn=brief_schema,
        )
    )
    server.add_resource(
        FileResource(
            uri="devops://examples/devops.yaml",
            name="examples/devops.yaml",
            title=_("Example of devops.yaml"),
            description=_("A complete, commented brief to start from."),
            mime_type=YAML,
            path=example_path(home),
        )
    )

    def example_in(language: str) -> str:
        return example_path(_known_language(language, home)).read_text(encoding="utf-8")

    server.resource(
        ANY_EXAMPLE,
        name="example_in_language",
        title=_("Example of devops.yaml"),
        description=_("A complete, commented brief, in French (fr) or English (en)."),
        mime_type=YAML,
    )(example_in)


def _add_templates(server: MCPServer[Deps], home: Language) -> None:
    for name in template_names():
        server.add_resource(
            FileResource(
                uri=f"devops://templates/{name}",
                name=f"templates/{name}",
                title=name,
                description=_("Template (Jinja) that the generators fill."),
                mime_type=PLAIN,
                path=template_path(name),
            )
        )

    def template(name: str) -> str:
        return _text(lambda: template_path(name), home)

    server.resource(
        ANY_TEMPLATE,
        name="templates",
        title=_("Templates"),
        description=_("A template (Jinja) that the generators fill, by path."),
        mime_type=PLAIN,
    )(template)


def _text(find: Callable[[], Path], language: Language) -> str:
    try:
        return find().read_text(encoding="utf-8")
    except UnknownPageError as error:
        with speaking(language):
            raise ResourceNotFoundError(
                _(
                    "There is no {name} in {kind}. There are: {names}.",
                    name=error.name,
                    kind=error.kind,
                    names=", ".join(error.known),
                )
            ) from error


def _known_language(name: str, home: Language) -> Language:
    for language in LANGUAGES:
        if name == language:
            return language
    with speaking(home):
        message = _("Unknown language {name}. There are: {names}.", name=name, names=", ".join(LANGUAGES))
    raise ResourceNotFoundError(message)


def _values(uri: str, variable: str) -> tuple[str, ...]:
    shelves = {f"devops://{prefix}{kind}/{{name}}": kind for kind in KINDS for prefix in ("", "{language}/")}
    if variable == "language" and (uri in shelves or uri == ANY_EXAMPLE) and "{language}" in uri:
        return LANGUAGES
    if variable == "name" and uri in shelves:
        return SHELVES[shelves[uri]]
    if variable == "name" and uri == ANY_TEMPLATE:
        return template_names()
    return ()
