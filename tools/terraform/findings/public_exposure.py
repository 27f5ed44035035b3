"""What the files open to everybody, by the same reading as in a plan."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.hcl import Block
from tools.terraform.inspect_report import InspectFinding
from tools.terraform.module_folder import ModuleFolder
from tools.terraform.open_ports import openings
from tools.terraform.open_services import opened
from tools.terraform.plan_change import leaves


def check(folder: ModuleFolder) -> Iterator[InspectFinding]:
    """Doors and services that are open by literal values; what variables decide only a plan can tell."""
    for block in folder.resources():
        kind, values = block.labels[0], block.values()
        for each in {str(found): found for found in openings(kind, values)}.values():
            yield InspectFinding(
                rule="public_exposure",
                level=each.level,
                file=block.file,
                line=_line(block, each.source),
                address=".".join(block.labels),
                message=_("A door is opened to the whole internet: {door}.", door=str(each)),
            )
        said: set[str] = set()
        for path, text, level in opened(kind, values, leaves(values)):
            name = path.partition(".")[0]
            if path in said or name not in values:
                continue  # what is open because nothing is said may be meant so
            said.add(path)
            yield InspectFinding(
                rule="public_exposure",
                level=level,
                file=block.file,
                line=block.lines.get(name) or block.line,
                address=".".join(block.labels),
                message=_("Everybody can reach this: {attribute} is {value}.", attribute=path, value=text[:80]),
            )


def _line(block: Block, source: str) -> int | None:
    """The line of the attribute that names the source; the block's when it cannot be told."""
    for name, found in block.attributes.items():
        if any(leaf == source for _path, leaf in leaves(found)):
            return block.lines.get(name) or block.line
    for inner in block.blocks:
        if any(leaf == source for _path, leaf in leaves(inner.values())):
            return _line(inner, source) or inner.line
    return block.line
