"""Collects every secret string of a plan, wherever Terraform writes it in clear, so that it can be scrubbed.

The masks of the plan do not cover everything: the values of sensitive variables, provider settings, the prior state
and outputs stand in clear beside them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec

from tools.guard.secret_context import is_secret_name, keeps_secret
from tools.guard.secret_shapes import is_placeholder
from tools.terraform.plan_change import is_no_op
from tools.terraform.plan_configuration import Configuration
from tools.terraform.plan_json import NULL, Plan, elements, entries, mapping, read_plan, value
from tools.terraform.resource_facts import facts_of

_SHORTEST = 4
# Words that are never secret, whatever a mask says: to scrub them would make every text unreadable.
_WORDS = frozenset(
    {"true", "false", "null", "none", "default", "admin", "root", "postgres", "mysql", "user", "enabled", "disabled"}
)
_NAMED = tuple(
    f'{stem}"'.encode()
    for stem in ("password", "passwd", "secret", "token", "private_key", "api_key", "access_key", "connection_string")
)
_VALUE = re.compile(rb'\s*:\s*("(?:[^"\\]|\\.){4,4096}")')


def secrets_of(plan: bytes | Plan) -> set[str]:
    """Every secret string of the plan: what a mask hides, and what stands in clear although it is secret.

    Raises:
        PlanJsonError: `plan` is not the JSON of a plan.
    """
    found = read_plan(plan) if isinstance(plan, bytes) else plan
    secrets: set[str] = set()
    configuration = Configuration.of(found.configuration)
    for texts in (
        _masked(found),
        _variables(found, configuration),
        _providers(configuration),
        _outputs(found, configuration),
        _state(mapping(found.prior_state).get("values", NULL)),
        _state(found.planned_values),
        _named(found),
    ):
        secrets.update(each for each in texts if is_worth_hiding(each))
    return secrets


def strings(found: object) -> Iterator[str]:
    """Every string in a value, and every number that is long enough to be a secret."""
    if isinstance(found, str):
        yield found
        if "\n" in found:  # a key is quoted line by line
            yield from (line.strip() for line in found.splitlines() if len(line.strip()) >= 24)
    elif isinstance(found, dict):
        for each in found.values():
            yield from strings(each)
    elif isinstance(found, list):
        for each in found:
            yield from strings(each)
    elif isinstance(found, int | float) and not isinstance(found, bool) and len(str(found)) >= 6:
        yield str(found)


def under_mask(found: object, mask: object) -> Iterator[str]:
    """The strings of a value where its mask is true."""
    if mask is True:
        yield from strings(found)
    elif isinstance(mask, dict) and isinstance(found, dict):
        for name, inner in mask.items():
            if inner:  # most of a mask is empty
                yield from under_mask(found.get(name), inner)
    elif isinstance(mask, list) and isinstance(found, list):
        for each, inner in zip(found, mask, strict=False):
            if inner:
                yield from under_mask(each, inner)


def is_worth_hiding(each: str) -> bool:
    """Whether a text is long and rare enough to be looked for everywhere."""
    return len(each.strip()) >= _SHORTEST and each.lower() not in _WORDS


def _masked(plan: Plan) -> Iterator[str]:
    # What stays as it is stands in the prior state too, under the same mask.
    state_has_masks = b'"sensitive_values"' in bytes(plan.prior_state)
    for changes in (plan.resource_changes, plan.resource_drift):
        for entry in entries(changes):
            if entry is None or entry.change is None or (state_has_masks and is_no_op(entry)):
                continue
            body = entry.change
            sides = [(body.before, body.before_sensitive)]
            if bytes(body.after) != bytes(body.before):
                sides.append((body.after, body.after_sensitive))
            elif bytes(body.after_sensitive) != bytes(body.before_sensitive):
                sides.append((body.before, body.after_sensitive))
            for raw, mask in sides:
                if b"true" in bytes(mask):
                    yield from under_mask(value(raw), value(mask))
            facts = facts_of(entry.type or "")
            if facts and facts.sensitive_attributes:
                for raw in (body.before, body.after):
                    values = mapping(raw)
                    for name in facts.sensitive_attributes:
                        yield from strings(value(values[name])) if name in values else ()


def _variables(plan: Plan, configuration: Configuration) -> Iterator[str]:
    for name, raw in mapping(plan.variables).items():
        found = value(mapping(raw).get("value", NULL))
        if configuration.variables.get(name) or (secret_name(name) and not isinstance(found, bool)):
            yield from strings(found)
        else:
            yield from by_name(found)


def _providers(configuration: Configuration) -> Iterator[str]:
    for raw in mapping(configuration.providers).values():
        yield from _constants(value(mapping(raw).get("expressions", NULL)), "")


def _constants(found: object, name: str) -> Iterator[str]:
    if isinstance(found, dict):
        if "constant_value" in found and secret_name(name):
            yield from strings(found["constant_value"])
        elif "constant_value" in found:
            yield from by_name(found["constant_value"])
        for inner, each in found.items():
            if inner != "constant_value":
                yield from _constants(each, inner)
    elif isinstance(found, list):
        for each in found:
            yield from _constants(each, name)


def _outputs(plan: Plan, configuration: Configuration) -> Iterator[str]:
    for name, raw in mapping(plan.output_changes).items():
        change = mapping(raw)
        for side in ("before", "after"):
            found = value(change.get(side, NULL))
            mask = value(change.get(f"{side}_sensitive", NULL))
            yield from under_mask(found, mask)
            if configuration.outputs.get(name) or secret_name(name):
                yield from strings(found)
    states = (plan.planned_values, mapping(plan.prior_state).get("values", NULL))
    for state in states:
        for name, raw in mapping(mapping(state).get("outputs", NULL)).items():
            members = mapping(raw)
            if value(members.get("sensitive", NULL)) is True or configuration.outputs.get(name) or secret_name(name):
                yield from strings(value(members.get("value", NULL)))


def _state(raw: msgspec.Raw) -> Iterator[str]:
    modules = [mapping(raw).get("root_module", NULL)]
    while modules:
        members = mapping(modules.pop())
        modules += elements(members.get("child_modules", NULL))
        for each in elements(members.get("resources", NULL)):
            yield from _instance(each)


class _Instance(msgspec.Struct):
    """What matters of a resource in a state."""

    type: str = ""
    values: msgspec.Raw = NULL
    sensitive_values: msgspec.Raw = NULL


_instances = msgspec.json.Decoder(_Instance)


def _instance(raw: msgspec.Raw) -> Iterator[str]:
    try:
        found = _instances.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        yield from strings(value(raw))  # nothing is known of it: everything in it may be secret
        return
    if b"true" in bytes(found.sensitive_values):
        yield from under_mask(value(found.values), value(found.sensitive_values))
    facts = facts_of(found.type)
    if facts and facts.sensitive_attributes:
        values = mapping(found.values)
        for name in facts.sensitive_attributes:
            yield from strings(value(values[name])) if name in values else ()


def _named(plan: Plan) -> Iterator[str]:
    """Strings under a name that says what they are, marked or not (old formats have no masks)."""
    for part in (plan.resource_changes, plan.resource_drift):
        for each in elements(part):  # one small text after the other: a copy of the whole would cost memory
            data = bytes(each)
            if b'"actions":["no-op"]' not in data:  # of what stays as it is, nothing is ever printed
                yield from _named_in(data)
    state = bytes(plan.prior_state)
    if b'"sensitive_values"' not in state:  # else it has masks of its own, and the changes repeat its values
        yield from _named_in(state)


def _named_in(data: bytes) -> Iterator[str]:
    lowered = data.lower()
    for name in _NAMED:
        at = lowered.find(name)
        while at >= 0:
            match = _VALUE.match(data, at + len(name))
            if match:
                yield from _kept(data[data.rfind(b'"', 0, at) + 1 : at + len(name) - 1], match[1])
            at = lowered.find(name, at + len(name))


def _kept(name: bytes, quoted: bytes) -> Iterator[str]:
    try:
        found = msgspec.json.decode(quoted)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    if keeps_secret(name.decode("utf-8", "replace"), found):
        yield found


def by_name(found: Any, name: str = "") -> Iterator[str]:  # noqa: ANN401 - a JSON value
    """Every string in a value whose name says that it is secret."""
    if isinstance(found, dict):
        for key, each in found.items():
            yield from by_name(each, str(key))
    elif isinstance(found, list):
        for each in found:
            yield from by_name(each, name)
    elif isinstance(found, str) and name and secret_name(name) and not is_placeholder(found):
        yield found


@lru_cache(maxsize=4096)
def secret_name(name: str) -> bool:
    """Whether what is called so is secret."""
    return is_secret_name(name)
