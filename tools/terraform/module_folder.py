"""The blocks of one directory, which Terraform reads as one module."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from tools.terraform.hcl import Block, Sources


@dataclass
class ModuleFolder:
    """One module as the findings see it."""

    path: str
    blocks: list[Block] = field(default_factory=list)
    locked: dict[str, str] = field(default_factory=dict)
    """Provider source to the version of the lock file."""
    has_lock: bool = False
    is_root: bool = True
    tfvars: dict[str, dict[str, tuple[Any, int | None]]] = field(default_factory=dict)
    incomplete: bool = False
    """Whether a file of it could not be read: what is missing may stand there."""

    def of(self, kind: str) -> list[Block]:
        """The top-level blocks of one type."""
        return [each for each in self.blocks if each.type == kind]

    def settings(self, kind: str) -> list[Block]:
        """The blocks of one type inside `terraform { … }`."""
        return [inner for each in self.of("terraform") for inner in each.inner(kind)]

    def resources(self) -> list[Block]:
        """The managed resources that name their type and themselves."""
        return [each for each in self.of("resource") if len(each.labels) == 2]


def folders(sources: Sources) -> list[ModuleFolder]:
    """The modules in `sources`, and which of them nobody else calls."""
    found: dict[str, ModuleFolder] = {}

    def at(file: str) -> ModuleFolder:
        path = PurePosixPath(file).parent.as_posix()
        return found.setdefault(path, ModuleFolder(path))

    for block in sources.blocks:
        at(block.file).blocks.append(block)
    for file, variables in sources.variables.items():
        at(file).tfvars[file] = variables
    for broken in sources.broken:
        at(broken.path).incomplete = True
    for block in sources.locks:
        folder = at(block.file)
        folder.has_lock = True
        if block.type == "provider" and block.labels:
            folder.locked[block.labels[0]] = block.literal("version") or "?"
    called = {
        _joined(folder.path, source)
        for folder in found.values()
        for call in folder.of("module")
        if (source := call.literal("source")) and source.startswith(("./", "../"))
    }
    for folder in found.values():
        # A folder of nothing but values is no module.
        of_its_own = bool(folder.blocks) or folder.incomplete
        folder.is_root = of_its_own and folder.path not in called and "modules" not in PurePosixPath(folder.path).parts
    return [found[path] for path in sorted(found)]


def _joined(path: str, source: str) -> str:
    parts: list[str] = [] if path == "." else path.split("/")
    for step in source.rsplit("//", maxsplit=1)[-1].split("/") if source.startswith("./") else source.split("/"):
        if step == "..":
            parts = parts[:-1] if parts else parts
        elif step not in {"", "."}:
            parts.append(step)
    return "/".join(parts) or "."
