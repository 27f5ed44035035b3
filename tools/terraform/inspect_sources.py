"""Turns the blocks of a configuration into the inspection's answer."""

from pathlib import Path
from typing import Any, Literal

from resources.catalogue import _
from tools.guard.errors import NotFoundError
from tools.guard.redact import redactor_for
from tools.guard.workspace import Workspace
from tools.terraform.findings.registry import FINDINGS
from tools.terraform.findings.state_storage import locking
from tools.terraform.hcl import Block, Expression, Sources, read_sources
from tools.terraform.inspect_report import (
    Backend,
    BrokenFile,
    Directory,
    InputVariable,
    InspectFinding,
    ModuleCall,
    Output,
    Provider,
    Resource,
    TerraformInspection,
)
from tools.terraform.module_folder import ModuleFolder, folders
from tools.terraform.resource_facts import facts_of
from tools.terraform.risk_report import LEVELS

# Most entries of each list in one answer: the first number with which the answer is short enough.
_LENGTHS = (1_000, 150, 100, 60, 40, 25, 15, 8)
_MODES: dict[str, Literal["managed", "data", "ephemeral"]] = {
    "resource": "managed",
    "data": "data",
    "ephemeral": "ephemeral",
}


async def inspect_sources(
    workspace: Workspace, folder: Path, path: str, characters: int = 25_000
) -> TerraformInspection:
    """Everything the files under `folder` say, in an answer of about `characters`.

    Raises:
        NotFoundError: there is no Terraform file.
    """
    sources = await read_sources(workspace.root, folder)
    if not sources.files:
        raise NotFoundError(_("There is no Terraform file under {path}.", path=path), _("Look with glob for **/*.tf."))
    parts = folders(sources)
    findings = [each for part in parts for rule in FINDINGS.values() for each in rule(part)]
    findings.sort(key=lambda each: (-LEVELS.index(each.level), each.file, each.line or 0))
    lists: dict[str, list[Any]] = {
        "directories": [_directory(part, sources) for part in parts],
        "modules": [_call(block) for part in parts for block in part.of("module")],
        "providers": [each for part in parts for each in _providers(part)],
        "resources": [each for block in sources.blocks if (each := _resource(block))],
        "variables": [_variable(block) for block in sources.blocks if block.type == "variable" and block.labels],
        "outputs": [_output(block) for block in sources.blocks if block.type == "output" and block.labels],
        "backends": [each for part in parts for each in _backends(part)],
        "workspaces": _workspaces(parts, folder),
        "findings": [_shown(each, workspace) for each in findings],
        "broken": [BrokenFile(file=each.path, line=each.line, reason=_scrubbed(each.reason, workspace))
                   for each in sources.broken],
        "executes": sorted({f"{each.address} ({each.file})" for each in findings if each.rule == "code_execution"}),
    }  # fmt: skip
    answers = (_answer(sources, lists, path, most) for most in _LENGTHS)
    return next(
        (each for each in answers if len(each.model_dump_json()) <= characters),
        _answer(sources, lists, path, _LENGTHS[-1]),
    )


def _answer(sources: Sources, lists: dict[str, list[Any]], path: str, most: int) -> TerraformInspection:
    left_out = {name: len(each) - most for name, each in lists.items() if len(each) > most}
    if sources.left_out:
        left_out["files"] = sources.left_out
    return TerraformInspection(
        path=path,
        summary=_summary(sources, lists),
        left_out=left_out,
        **{name: each[:most] for name, each in lists.items()},
    )


def _summary(sources: Sources, lists: dict[str, list[Any]]) -> str:
    return _(
        "{files} files, {resources} resources, {findings} findings, {broken} files that cannot be read.",
        files=len(sources.files),
        resources=len(lists["resources"]),
        findings=len(lists["findings"]),
        broken=len(sources.broken),
    )


def _directory(part: ModuleFolder, sources: Sources) -> Directory:
    versions = (each.literal("required_version") for each in part.of("terraform"))
    files = {each for each in sources.files if (each.rpartition("/")[0] or ".") == part.path}
    return Directory(
        path=part.path,
        root=part.is_root,
        required_version=next((each for each in versions if each), None),
        lock_file=part.has_lock,
        files=len(files),
    )


def _call(block: Block) -> ModuleCall:
    source = _said(block.attributes.get("source")) or "?"
    return ModuleCall(
        name=block.labels[0] if block.labels else "?",
        source=source,
        version=_said(block.attributes.get("version")),
        local=source.startswith(("./", "../", "/")),
        file=block.file,
        line=block.line,
    )


def _providers(part: ModuleFolder) -> list[Provider]:
    found: dict[str, Provider] = {}
    for block in part.settings("required_providers"):
        for name, given in block.attributes.items():
            source = given.get("source") if isinstance(given, dict) else None
            source = source if isinstance(source, str) else None
            constraint = given.get("version") if isinstance(given, dict) else given
            found[name] = Provider(
                name=name,
                source=source,
                constraint=_said(constraint),
                locked=_locked(part, source or f"hashicorp/{name}"),
                file=block.file,
                line=block.lines.get(name) or block.line,
            )
    for block in part.of("provider"):
        if block.labels and block.labels[0] not in found:
            name = block.labels[0]
            found[name] = Provider(
                name=name,
                constraint=block.literal("version"),
                locked=_locked(part, f"hashicorp/{name}"),
                file=block.file,
                line=block.line,
            )
    return list(found.values())


def _locked(part: ModuleFolder, source: str) -> str | None:
    return next((version for name, version in part.locked.items() if name.endswith(f"/{source}")), None)


def _resource(block: Block) -> Resource | None:
    mode = _MODES.get(block.type)
    if mode is None or len(block.labels) != 2:
        return None
    kind, name = block.labels
    facts = facts_of(kind)
    repeated: Literal["count", "for_each"] | None = None
    if "count" in block.attributes:
        repeated = "count"
    elif "for_each" in block.attributes:
        repeated = "for_each"
    return Resource(
        address=f"{kind}.{name}" if mode == "managed" else f"{mode}.{kind}.{name}",
        type=kind,
        mode=mode,
        repeated=repeated,
        prevent_destroy=any(each.attributes.get("prevent_destroy") is True for each in block.inner("lifecycle")),
        stateful=bool(facts.stateful) if facts else None,
        file=block.file,
        line=block.line,
    )


def _variable(block: Block) -> InputVariable:
    return InputVariable(
        name=block.labels[0],
        type=_said(block.attributes.get("type")),
        sensitive=block.attributes.get("sensitive") is True,
        required="default" not in block.attributes,
        description=_said(block.attributes.get("description")),
        file=block.file,
        line=block.line,
    )


def _output(block: Block) -> Output:
    hidden = block.attributes.get("sensitive") is True
    return Output(name=block.labels[0], sensitive=hidden, file=block.file, line=block.line)


def _backends(part: ModuleFolder) -> list[Backend]:
    found = [
        Backend(
            directory=part.path,
            type=block.labels[0] if block.labels else "?",
            locking=False if block.labels[:1] == ("local",) else locking(block),
            encrypted=block.attributes["encrypt"] if isinstance(block.attributes.get("encrypt"), bool) else None,
            file=block.file,
            line=block.line,
        )
        for block in part.settings("backend")
    ]
    return found + [
        Backend(directory=part.path, type="cloud", locking=True, encrypted=True, file=block.file, line=block.line)
        for block in part.settings("cloud")
    ]


def _workspaces(parts: list[ModuleFolder], folder: Path) -> list[str]:
    names: set[str] = set()
    for part in parts:
        for block in (*part.settings("cloud"), *part.settings("backend")):
            for inner in block.inner("workspaces"):
                names |= {each for each in (inner.literal("name"), inner.literal("prefix")) if each}
                tags = inner.attributes.get("tags")
                names |= {f"tag:{each}" for each in tags if isinstance(each, str)} if isinstance(tags, list) else set()
    for state in folder.glob("terraform.tfstate.d/*"):
        if state.is_dir():
            names.add(state.name)
    return sorted(names)


def _said(found: object) -> str | None:
    if isinstance(found, Expression):
        return found.text[:200]
    return found[:200] if isinstance(found, str) else None


def _shown(each: InspectFinding, workspace: Workspace) -> InspectFinding:
    return each.model_copy(update={"message": _scrubbed(each.message, workspace)})


def _scrubbed(text: str, workspace: Workspace) -> str:
    return redactor_for(workspace.root).text(text)
