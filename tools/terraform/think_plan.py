"""Thinks a plan through: reads the configuration, chooses the program, judges what making the plan would run."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread

from resources.catalogue import _
from tools.context import Deps
from tools.guard.action import Action
from tools.guard.decision import Decision, Reason
from tools.guard.errors import ExpectedError, NotFoundError
from tools.guard.workspace import Workspace
from tools.terraform.backend import backend_of
from tools.terraform.given_secrets import given_secrets
from tools.terraform.hcl import Sources, read_sources
from tools.terraform.judge_run import needs_credentials, reasons_for_plan, target_reasons
from tools.terraform.module_folder import folders
from tools.terraform.plan_intent import PlanIntent
from tools.terraform.program import Choice, Program, credentials_here, find
from tools.terraform.working_copy import tree_digest

WORKSPACE = re.compile(r"[A-Za-z0-9_.-]{1,90}")
ZIP = b"PK\x03\x04"
# A key is any text: for_each takes domains, addresses and paths.
ADDRESS = re.compile(r"(?=.{1,600}\Z)[A-Za-z_][\w.\-]*(?:\[(?:\d+|\"(?:[^\"\\\x00-\x1f]|\\.)*\")\][\w.\-]*)*")


class PlanArgumentError(ExpectedError):
    """An argument is not what it must be."""


@dataclass(frozen=True)
class Wanted:
    """The tool's arguments."""

    path: str
    workspace: str
    var_files: tuple[str, ...]
    targets: tuple[str, ...]
    refresh_only: bool
    destroy: bool
    engine: Choice
    plan_file: str | None = None
    """A plan that was made elsewhere of this configuration, to be shown instead of making one."""


async def is_binary(place: Workspace, name: str) -> bool:
    """Whether the file `name` is a plan as terraform writes it, and not its JSON."""
    path = place.resolve(name)

    def look() -> bool:
        with path.open("rb") as stream:
            return stream.read(len(ZIP)) == ZIP

    return path.is_file() and await anyio.to_thread.run_sync(look)


async def think_plan(
    deps: Deps, wanted: Wanted, *, revision: str | None = None, tree: Path | None = None
) -> PlanIntent:
    """The judged intent. Nothing has run but a look at the program's version.

    `tree` is the workspace as it was at `revision`, when an earlier commit is planned.

    Raises:
        NotFoundError: there is no Terraform file.
        PlanArgumentError: an argument could be read as something else.
    """
    _check(wanted)
    folder = deps.place.directory(wanted.path)
    for each in wanted.var_files:
        deps.place.resolve(f"{wanted.path}/{each}")
    root = tree or deps.place.root
    at = root / folder.relative_to(deps.place.root)
    sources = await read_sources(root, at)
    if not sources.files:
        raise NotFoundError(
            _("There is no Terraform file under {path}.", path=wanted.path), _("Look with glob for **/*.tf.")
        )
    await _add_neighbours(root, sources, at)
    modules = folders(sources)
    program = await find(wanted.engine, deps.place.root)
    backend = backend_of(sources, folder.relative_to(deps.place.root).as_posix(), program.name)
    reasons = reasons_for_plan(sources, modules)
    reasons += await anyio.to_thread.run_sync(
        lambda: target_reasons(deps, folder, wanted.workspace, changes=not wanted.refresh_only)
    )
    if revision is not None:
        message = _("It plans the commit {revision} again, as it was.", revision=revision)
        reasons.append(Reason(rule="terraform.rollback", verdict="allow", message=message))
    action = _action(root, folder, wanted, program, sources, revision)
    if any(each.rule == "terraform.runs_code" for each in reasons):
        # What is run may be a script beside the configuration: consent to it ends when it changes.
        action.digests["tree"] = await anyio.to_thread.run_sync(tree_digest, root)
    decision = deps.guard.judge(action, Decision.of(reasons), changes=False)
    found = credentials_here(os.environ, Path.home())
    return PlanIntent(
        base=deps.place.root,
        folder=folder,
        workspace=wanted.workspace,
        backend=backend.kind,
        local_state=backend,
        var_files=wanted.var_files,
        targets=wanted.targets,
        refresh_only=wanted.refresh_only,
        destroy=wanted.destroy,
        program=program.path,
        program_name=program.name,
        program_version=program.version,
        credentials=needs_credentials(modules) and bool(found),
        executes=tuple(sorted({each.message for each in reasons if each.rule == "terraform.runs_code"})),
        action=action,
        decision=decision,
        revision=revision,
        secrets=given_secrets(sources, os.environ),
        plan_file=str(deps.place.resolve(wanted.plan_file)) if wanted.plan_file else None,
    )


def _check(wanted: Wanted) -> None:
    if not WORKSPACE.fullmatch(wanted.workspace):
        raise PlanArgumentError(_("{name} is no name of a workspace.", name=wanted.workspace))
    for each in wanted.targets:
        if not ADDRESS.fullmatch(each):
            raise PlanArgumentError(_("{name} is no address of a resource.", name=each))
    for each in wanted.var_files:
        if not each.endswith((".tfvars", ".tfvars.json")):
            raise PlanArgumentError(_("{name} is no file of variables (.tfvars, .tfvars.json).", name=each))
    if wanted.refresh_only and (wanted.destroy or wanted.targets):
        raise PlanArgumentError(_("refresh_only goes with neither destroy nor targets."))


async def _add_neighbours(root: Path, sources: Sources, folder: Path) -> None:
    """Add the sources of local modules outside `folder`, which run just as well."""
    # Only folders that were read: some are skipped by their name, and a module may stand in one all the same.
    seen = {folder.resolve(), *((root / each).parent.resolve() for each in sources.files)}
    at = 0
    while at < len(sources.blocks):
        block = sources.blocks[at]
        at += 1
        source = block.literal("source") or "" if block.type == "module" else ""
        if not source.startswith(("./", "../")):
            continue
        place = (root / block.file).parent.joinpath(source).resolve()
        if place in seen or not place.is_dir():
            continue
        if not place.is_relative_to(root.resolve()):
            continue  # not copied either: terraform will say that the module is not there
        more = await read_sources(root.resolve(), place)
        seen |= {place, *((root.resolve() / each).parent for each in more.files)}
        sources.files += more.files
        sources.blocks += more.blocks
        sources.variables |= more.variables
        sources.broken += more.broken


def _action(
    root: Path, folder: Path, wanted: Wanted, program: Program, sources: Sources, revision: str | None
) -> Action:
    digest = hashlib.sha256()
    for name in sorted({*sources.files, *(f"{wanted.path}/{each}" for each in wanted.var_files)}):
        path = root / name
        digest.update(f"{name}\0".encode() + (path.read_bytes() if path.is_file() else b"") + b"\0")
    what = _("Plan {path} with {program} {version}, workspace {workspace}", path=wanted.path, program=program.name,
             version=program.version, workspace=wanted.workspace)  # fmt: skip
    return Action(
        tool="rollback_terraform" if revision else "plan_terraform",
        target=f"{folder} ({wanted.workspace})",
        arguments={
            "path": wanted.path,
            "workspace": wanted.workspace,
            "var_files": list(wanted.var_files),
            "targets": list(wanted.targets),
            "refresh_only": wanted.refresh_only,
            "destroy": wanted.destroy,
            "engine": program.name,
            "revision": revision,
            "plan_file": wanted.plan_file,
        },
        digests={"configuration": digest.hexdigest()},
        what=what,
        undo=_("A plan changes nothing; there is nothing to undo."),
    )
