"""Secrets written into the files, and variables and outputs that would show theirs."""

from collections.abc import Iterator
from typing import Any

from resources.catalogue import _
from tools.guard.secret_context import is_secret_name
from tools.guard.secret_shapes import is_placeholder, is_reference
from tools.terraform.hcl import Block, Expression
from tools.terraform.inspect_report import InspectFinding
from tools.terraform.module_folder import ModuleFolder
from tools.terraform.plan_change import leaves
from tools.terraform.resource_facts import facts_of
from tools.terraform.rules.secret_in_clear import holds_secret

_ABOUT = (
    "_arn",
    "_id",
    "_name",
    "_ids",
    "_names",
    "_length",
    "_version",
    "_path",
    "_type",
    "_uri",
    "_policy",
    "_enabled",
)


def check(folder: ModuleFolder) -> Iterator[InspectFinding]:
    """A secret in a file is high: it is in the repository's history. The value is never shown."""
    for block in folder.blocks:
        address = ".".join((block.type, *block.labels)) if block.type != "resource" else ".".join(block.labels)
        if block.type == "variable":
            yield from _variable(block)
        elif block.type == "output":
            yield from _output(block)
        else:
            yield from _within(block, address, block.labels[0] if block.type == "resource" and block.labels else "")
    for file, variables in folder.tfvars.items():
        for name, (found, line) in variables.items():
            if any(isinstance(leaf, str) and holds_secret(path, leaf) for path, leaf in leaves(_plain(found), name)):
                yield _finding(file, line, f"var.{name}", _("A secret is written into this file."))


def _within(block: Block, address: str, kind: str) -> Iterator[InspectFinding]:
    facts = facts_of(kind)
    for name, found in block.attributes.items():
        line = block.lines.get(name) or block.line
        if facts and name in facts.sensitive_attributes and isinstance(found, str) and _means_something(found):
            yield _finding(block.file, line, address, _("A secret is written into this file."))
            continue
        texts = [(path, leaf) for path, leaf in leaves(_plain(found), name) if isinstance(leaf, str)]
        texts += [(name, each.text) for each in _expressions(found) if "<<" in each.text or "://" in each.text]
        if any(holds_secret(path, leaf) for path, leaf in texts):
            yield _finding(block.file, line, address, _("A secret is written into this file."))
    for inner in block.blocks:
        yield from _within(inner, address, "")


def _variable(block: Block) -> Iterator[InspectFinding]:
    name = block.labels[0] if block.labels else ""
    default = block.attributes.get("default")
    if any(isinstance(leaf, str) and holds_secret(path, leaf) for path, leaf in leaves(_plain(default), name)):
        yield _finding(
            block.file, block.lines.get("default"), f"var.{name}", _("The default of this variable is a secret.")
        )
    if _named_secret(name) and block.attributes.get("sensitive") is not True and not _is_switch(block):
        yield InspectFinding(
            rule="not_sensitive",
            level="medium",
            file=block.file,
            line=block.line,
            address=f"var.{name}",
            message=_("By its name this variable holds a secret, and plans would show it."),
            suggestion="sensitive = true",
        )


def _output(block: Block) -> Iterator[InspectFinding]:
    name = block.labels[0] if block.labels else ""
    shown = block.attributes.get("value")
    tail = shown.text.rpartition(".")[2] if isinstance(shown, Expression) else ""
    if (_named_secret(name) or _named_secret(tail)) and block.attributes.get("sensitive") is not True:
        yield InspectFinding(
            rule="not_sensitive",
            level="medium",
            file=block.file,
            line=block.line,
            address=f"output.{name}",
            message=_("By its name this output holds a secret, and logs would show it."),
            suggestion="sensitive = true",
        )


def _named_secret(name: str) -> bool:
    return is_secret_name(name) and not name.lower().endswith(_ABOUT)


def _is_switch(block: Block) -> bool:
    kind = block.attributes.get("type")
    text = kind.text if isinstance(kind, Expression) else str(kind or "")
    return text in {"bool", "number"} or isinstance(block.attributes.get("default"), bool | int)


def _means_something(found: str) -> bool:
    return bool(found) and not is_placeholder(found) and not is_reference(found)


def _plain(found: Any) -> Any:  # noqa: ANN401 - a value of the file
    if isinstance(found, Expression):
        return None
    if isinstance(found, dict):
        return {name: _plain(each) for name, each in found.items()}
    return [_plain(each) for each in found] if isinstance(found, list) else found


def _expressions(found: Any) -> Iterator[Expression]:  # noqa: ANN401 - a value of the file
    if isinstance(found, Expression):
        yield found
    elif isinstance(found, dict | list):
        for each in found.values() if isinstance(found, dict) else found:
            yield from _expressions(each)


def _finding(file: str, line: int | None, address: str, message: str) -> InspectFinding:
    return InspectFinding(
        rule="hard_coded_secret",
        level="high",
        file=file,
        line=line,
        address=address,
        message=message,
        suggestion=_("Revoke it, and read it from a secret manager or a sensitive variable."),
    )
