"""Collects what is secret before there is a plan, since a step that fails may quote it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tools.terraform.hcl import Block, Sources
from tools.terraform.plan_secrets import by_name, is_worth_hiding, secret_name, strings
from tools.terraform.resource_facts import facts_of

_VARIABLE = "TF_VAR_"
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)+)"')


def given_secrets(sources: Sources, environ: Mapping[str, str]) -> frozenset[str]:
    """The secrets that stand in the configuration, in its files of variables and in `TF_VAR_*`. Pure."""
    declared = [each for each in sources.blocks if each.type == "variable" and each.labels]
    # A mark that is computed counts: what may be secret is.
    marked = {each.labels[0] for each in declared if each.attributes.get("sensitive", False) is not False}

    def of(name: str, found: Any) -> Iterator[str]:  # noqa: ANN401 - a value of the file
        return strings(found) if name in marked or secret_name(name) else by_name(found)

    texts: list[str] = []
    for block in declared:
        texts += of(block.labels[0], block.attributes.get("default"))
    for values in sources.variables.values():
        for name, (found, _line) in values.items():
            texts += of(name, found)
    for variable, text in environ.items():
        name = variable.removeprefix(_VARIABLE)
        if name != variable and (name in marked or secret_name(name)):
            texts += (text, *_QUOTED.findall(text))
    for block in sources.blocks:
        if block.type != "variable":
            texts += _written(block)
    return frozenset(each for each in texts if is_worth_hiding(each))


def state_secrets(state: str) -> frozenset[str]:
    """The secrets of a pulled state: what it marks, what the type's facts mark, what a name says. Pure."""
    try:
        told = json.loads(state)
    except ValueError:
        return frozenset()
    texts: list[str] = []
    for name, output in told.get("outputs", {}).items():
        if output.get("sensitive") or secret_name(name):
            texts += strings(output.get("value"))
    for resource in told.get("resources", []):
        facts = facts_of(str(resource.get("type", "")))
        known = facts.sensitive_attributes if facts else ()
        for instance in resource.get("instances", []):
            attributes = instance.get("attributes") or {}
            texts += by_name(attributes)
            for name in known:
                texts += strings(attributes.get(name))
            for path in instance.get("sensitive_attributes") or []:
                texts += strings(_at(attributes, path))
    return frozenset(each for each in texts if is_worth_hiding(each))


def _written(block: Block) -> Iterator[str]:
    yield from by_name(block.attributes)
    for inner in block.blocks:
        yield from _written(inner)


def _at(found: Any, path: object) -> Any:  # noqa: ANN401 - a value of the state
    """What stands at a path of the state; the whole where the path is not understood."""
    for step in path if isinstance(path, list) else []:
        key = step.get("value") if isinstance(step, dict) else None
        if isinstance(key, dict):
            key = key.get("value")
        if isinstance(found, dict) and isinstance(key, str):
            found = found.get(key)
        elif isinstance(found, list) and isinstance(key, int) and key < len(found):
            found = found[key]
        else:
            return found
    return found
