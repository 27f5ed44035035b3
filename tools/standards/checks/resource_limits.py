"""No container takes the machine from the others."""

import re
from collections.abc import Iterator
from typing import Any

from resources.catalogue import _
from tools.standards.repository import Repository, Text
from tools.standards.standing import Evidence, Standing, failed, passed, unknown

NAME = "resource_limits"
IMAGE = r"^\s*(-\s*)?image:\s"
LIMIT = r"^\s*(limits:|mem_limit:)"


def check(repository: Repository) -> Standing:
    """Each container of manifests, compose files and stacks, against its own limit of memory."""
    found: list[Evidence] = []
    seen = 0
    for text in repository.of("kubernetes", "compose", "swarm"):
        for evidence, limited in _containers(text):
            seen += 1
            if not limited:
                found.append(evidence)
    if not seen:
        return unknown(NAME, _("No container is described here."))
    if found:
        return failed(NAME, found, _("Give each container a memory limit and a share of the processor."))
    return passed(NAME)


def _containers(text: Text) -> Iterator[tuple[Evidence, bool]]:
    """The containers of a file, and whether each has a limit."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - cold start
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    loader = YAML(pure=True)  # keeps the lines
    loader.allow_duplicate_keys = True
    try:
        documents = list(loader.load_all(text.content))
    except (YAMLError, RecursionError, ValueError, TypeError):  # a template: it can only be counted
        images = text.grep(IMAGE)
        missing = len(images) - len(text.grep(LIMIT))
        yield from ((each, number >= missing) for number, each in enumerate(images))
        return
    lines = text.content.splitlines()
    for document in documents:
        found = _in_manifest(document) if text.kind == "kubernetes" else _in_compose(document)
        for container, limited in found:
            # A merged image has no line of its own.
            line = (container.lc.data or {}).get("image", (container.lc.line,))[0]
            yield Evidence(path=text.path, line=line + 1, says=lines[line].strip()[:160]), limited


def _in_compose(document: Any) -> Iterator[tuple[Any, bool]]:  # noqa: ANN401 - ruamel is untyped
    for service in _mapping(document, "services").values():
        if isinstance(service, dict) and "image" in service:
            yield service, "mem_limit" in service or "memory" in _mapping(service, "deploy", "resources", "limits")


def _in_manifest(node: Any) -> Iterator[tuple[Any, bool]]:  # noqa: ANN401 - ruamel is untyped
    """The containers at any depth: pods stand in deployments, cron jobs, lists and custom resources."""
    if isinstance(node, list):
        for each in node:
            yield from _in_manifest(each)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if re.fullmatch(r"(?:init|ephemeral)?[cC]ontainers", str(key)) and isinstance(value, list):
            for container in value:
                if isinstance(container, dict) and "image" in container:
                    yield container, "memory" in _mapping(container, "resources", "limits")
        else:
            yield from _in_manifest(value)


def _mapping(node: Any, *keys: str) -> dict[Any, Any]:  # noqa: ANN401 - ruamel is untyped
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}
