"""Stateful resources that one wrong plan would take away: nothing in the file forbids their deletion."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.hcl import Block, Expression
from tools.terraform.inspect_report import InspectFinding
from tools.terraform.module_folder import ModuleFolder
from tools.terraform.protection import REFUSES
from tools.terraform.resource_facts import facts_of


def check(folder: ModuleFolder) -> Iterator[InspectFinding]:
    """Medium for data that is nowhere else; copies and caches are left out."""
    for block in folder.resources():
        facts = facts_of(block.labels[0])
        if facts is None or facts.stateful != "primary" or protected(block):
            continue
        yield InspectFinding(
            rule="unprotected_data",
            level="medium",
            file=block.file,
            line=block.line,
            address=".".join(block.labels),
            message=_("This holds data, and nothing here forbids its deletion."),
            suggestion="lifecycle { prevent_destroy = true }",
        )
        for name in ("skip_final_snapshot", "force_destroy"):
            if block.attributes.get(name) is True:
                yield InspectFinding(
                    rule="unprotected_data",
                    level="medium",
                    file=block.file,
                    line=block.lines.get(name),
                    address=".".join(block.labels),
                    message=_("A destroy would delete the data without a copy."),
                    suggestion=f"{name} = false",
                )


def protected(block: Block) -> bool:
    """Whether the file forbids the deletion, or leaves that to a variable."""
    if any(each.attributes.get("prevent_destroy") is True for each in block.inner("lifecycle")):
        return True
    if any(
        block.attributes.get(name) is True or isinstance(block.attributes.get(name), Expression) for name in REFUSES
    ):
        return True
    return any(each.attributes.get("deletion_protection_enabled") is True for each in block.inner("settings"))
