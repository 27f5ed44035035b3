"""What runs code at plan or apply: provisioners and external data sources."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.inspect_report import InspectFinding
from tools.terraform.module_folder import ModuleFolder

_PROGRAMS = frozenset({"external", "shell_script", "shell"})


def check(folder: ModuleFolder) -> Iterator[InspectFinding]:
    """An external data source runs at every plan: medium. A provisioner runs at the apply: medium on this machine."""
    for block in folder.resources():
        for each in block.inner("provisioner"):
            kind = each.labels[0] if each.labels else "?"
            yield InspectFinding(
                rule="code_execution",
                level="medium" if kind == "local-exec" else "low",
                file=each.file,
                line=each.line,
                address=".".join(block.labels),
                message=_("A provisioner ({kind}) runs commands that no plan shows.", kind=kind),
            )
    for block in folder.of("data"):
        if block.labels and block.labels[0] in _PROGRAMS:
            yield InspectFinding(
                rule="code_execution",
                level="medium",
                file=block.file,
                line=block.line,
                address="data." + ".".join(block.labels),
                message=_("This data source runs a program on this machine at every plan."),
            )
