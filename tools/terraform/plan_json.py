"""Reads the JSON of a Terraform plan without building it in memory: one instance after the other, the rest raw.

The files come from many places: format versions since 0.1, OpenTofu, PowerShell redirections (UTF-16), CI wrappers
that print a line before the JSON. What is not a plan is refused with what it is instead.
"""

import codecs
import json
import math
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from resources.catalogue import _
from tools.guard.errors import ExpectedError

NULL = msgspec.Raw(b"null")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class PlanJsonError(ExpectedError):
    """The text is not the JSON of a Terraform plan."""


class Body(msgspec.Struct):
    """The `change` of one instance; values and masks stay raw until someone asks."""

    actions: msgspec.Raw = NULL
    before: msgspec.Raw = NULL
    after: msgspec.Raw = NULL
    after_unknown: msgspec.Raw = NULL
    before_sensitive: msgspec.Raw = NULL
    after_sensitive: msgspec.Raw = NULL
    replace_paths: msgspec.Raw = NULL
    importing: msgspec.Raw = NULL


class Entry(msgspec.Struct):
    """One element of `resource_changes`, `resource_drift` or `deferred_changes`."""

    address: str | None = None
    previous_address: str | None = None
    module_address: str | None = None
    mode: str | None = None
    type: str | None = None
    name: str | None = None
    provider_name: str | None = None
    deposed: str | None = None
    action_reason: str | None = None
    change: Body | None = None


class Plan(msgspec.Struct):
    """The top level of a plan."""

    format_version: msgspec.Raw = NULL
    terraform_version: msgspec.Raw = NULL
    variables: msgspec.Raw = NULL
    planned_values: msgspec.Raw = NULL
    resource_drift: msgspec.Raw = NULL
    resource_changes: msgspec.Raw = NULL
    deferred_changes: msgspec.Raw = NULL
    action_invocations: msgspec.Raw = NULL
    deferred_action_invocations: msgspec.Raw = NULL
    output_changes: msgspec.Raw = NULL
    prior_state: msgspec.Raw = NULL
    configuration: msgspec.Raw = NULL
    checks: msgspec.Raw = NULL
    errored: msgspec.Raw = NULL
    complete: msgspec.Raw = NULL


_plan = msgspec.json.Decoder(Plan)
_entry = msgspec.json.Decoder(Entry)
_list = msgspec.json.Decoder(list[msgspec.Raw])
_dict = msgspec.json.Decoder(dict[str, msgspec.Raw])
_any = msgspec.json.Decoder()


def read_plan(stream: BinaryIO | bytes) -> Plan:
    """The plan in `stream` (what `terraform show -json FILE` prints).

    Raises:
        PlanJsonError: it is something else; the text says what and what to do.
    """
    data = _utf8(stream if isinstance(stream, bytes) else stream.read())
    try:
        plan = _plan.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):  # a wrong type at the top level is a DecodeError too
        plan = _plan.decode(_repaired(data))
    except RecursionError as error:
        raise _too_deep() from error
    if plan.resource_changes is NULL and plan.planned_values is NULL and plan.output_changes is NULL:
        raise _not_a_plan(data, plan)
    return plan


def value(raw: msgspec.Raw) -> Any:  # noqa: ANN401 - a JSON value
    """The decoded value of `raw`."""
    try:
        return _any.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):  # a number out of a double's range, half a surrogate pair
        return json.loads(bytes(raw).decode("utf-8", "replace"))
    except RecursionError as error:
        raise _too_deep() from error


def mapping(raw: msgspec.Raw) -> dict[str, msgspec.Raw]:
    """The members of an object, still raw; empty for anything else."""
    try:
        return _dict.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def elements(raw: msgspec.Raw) -> list[msgspec.Raw]:
    """The elements of an array, still raw; empty for anything else."""
    try:
        return _list.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []


def entries(raw: msgspec.Raw) -> Iterator[Entry | None]:
    """The instances of an array; None for an element that cannot be understood."""
    for each in elements(raw):
        try:
            yield _entry.decode(each)
        except (msgspec.DecodeError, UnicodeDecodeError):
            yield _lenient(each)


def text(raw: msgspec.Raw) -> str:
    """A string, or '' for anything else."""
    found = value(raw)
    return found if isinstance(found, str) else ""


def is_null(raw: msgspec.Raw) -> bool:
    """Whether `raw` is null or was not there."""
    return raw is NULL or (len(memoryview(raw)) == 4 and bytes(raw) == b"null")


def _too_deep() -> PlanJsonError:
    return PlanJsonError(_("This JSON is nested deeper than any Terraform plan."))


def _lenient(raw: msgspec.Raw) -> Entry | None:
    """An entry whose fields have types nobody expects (a null change, a number for a name)."""
    members = mapping(raw)
    address = text(members.get("address", NULL))
    if not address:
        return None
    words = {
        name: text(members[name]) or None
        for name in Entry.__struct_fields__
        if name in members and name != "change" and not is_null(members[name])
    }
    body = mapping(members.get("change", NULL))
    return Entry(**words, change=Body(**{name: body[name] for name in Body.__struct_fields__ if name in body}))


def _utf8(data: bytes) -> bytes:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace").encode()
    if data[:1] and data[1:2] == b"\0":  # UTF-16 whose mark a tool has eaten
        return data.decode("utf-16-le", "replace").encode()
    if data[:1] == b"\0" and data[1:2]:
        return data.decode("utf-16-be", "replace").encode()
    return data


def _repaired(data: bytes) -> bytes:
    """JSON that a strict reader refuses, made strict; a wrapper's lines around it dropped."""
    if data[:4] == b"PK\x03\x04":
        raise PlanJsonError(
            _("This is a saved plan, not its JSON."), _("Give the output of `terraform show -json FILE`.")
        )
    words = data.decode("utf-8", "replace")
    decoder = json.JSONDecoder(parse_constant=lambda _name: None, parse_float=_finite)
    start = words.find("{")
    while start >= 0:
        try:
            found, _end = decoder.raw_decode(words, start)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and ("resource_changes" in found or "planned_values" in found or start == 0):
            return json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
        line = words.find("\n", start)
        start = words.find("\n{", line - 1) + 1 if line >= 0 and words.find("\n{", line - 1) >= 0 else -1
    raise PlanJsonError(
        _("This is not the JSON of a Terraform plan: it is cut off, or is something else."),
        _("Give the output of `terraform show -json FILE`."),
    )


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _not_a_plan(data: bytes, plan: Plan) -> PlanJsonError:
    head = data[:4_000]
    if b'"@level"' in head or b'"@message"' in head:
        what = _("This is the log of `terraform plan -json`, which leaves out what changes inside a resource.")
    elif b'"lineage"' in head or (b'"values"' in head and plan.terraform_version is not NULL):
        what = _("This is a state, not a plan.")
    elif plan.format_version is not NULL:
        what = _("This plan names no change at all: neither resources nor outputs.")
    else:
        what = _("This JSON is not a Terraform plan.")
    return PlanJsonError(what, _("Give the output of `terraform show -json FILE`."))
