"""The tool that hands work over as the card's protocol says: what is missing, what was made, how to go on and back."""

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal

import anyio.to_thread
from pydantic import Field

from resources.catalogue import _, speaking
from tools.brief import Brief
from tools.context import Deps, Given
from tools.deliver import GENERATORS
from tools.delivery import Check, Command, Delivery, Escalation, Risk, Rollback, Status, VariableToSet, combine
from tools.guard.errors import ExpectedError
from tools.guard.workspace import Workspace
from tools.handoff.missing import Missing, missing_of
from tools.model import Model
from tools.resolve_brief import resolve_brief


class HandedFile(Model):
    """One file of the work, and whether the repository holds exactly this."""

    path: str
    sha256: str
    purpose: str = ""
    state: Literal["same", "changed", "absent"]


class Handoff(Model):
    """What a second agent or a person needs to go on. Pass `files` back as `expected` to verify it later."""

    summary: str
    status: Status
    missing: list[Missing] = []
    files: list[HandedFile] = []
    commands: list[Command] = []
    variables: list[VariableToSet] = []
    checks: list[Check] = []
    rollback: list[Rollback] = []
    risks: list[Risk] = []
    escalations: list[Escalation] = []


async def handoff(
    deps: Given,
    path: Annotated[str, Field(description="Repository folder inside the workspace.")] = ".",
    brief: Annotated[dict[str, Any] | None, Field(description="Fields of devops.yaml that win over the file.")] = None,
    expected: Annotated[
        dict[str, str] | None, Field(description="Path → SHA-256 of an earlier handoff: only verify these.")
    ] = None,
) -> Handoff:
    """Hand work over, or take it over: what is missing and who gives it, files with digests, how to go on and back.

    done: everything is in place; waiting: access or answers are missing; blocked: the architecture or secrets are.
    """
    if expected is not None:
        return await _verified(deps, path, expected)
    resolved, project = await resolve_brief(deps, path, brief or {})
    with speaking(resolved.language or deps.language):
        delivery = combine([GENERATORS[each](resolved, project) for each in resolved.deliverables])
        return await _handed(deps, path, resolved, delivery, [each.question for each in project.questions])


async def _handed(deps: Deps, path: str, brief: Brief, delivery: Delivery, questions: list[str]) -> Handoff:
    files = await anyio.to_thread.run_sync(
        lambda: [
            HandedFile(
                path=each.path,
                sha256=each.sha256,
                purpose=each.purpose,
                state=_state(deps.place, path, each.path, each.sha256),
            )
            for each in delivery.files
        ]
    )
    missing = missing_of(brief, delivery, questions)
    status = _status(missing, files, delivery.status)
    return Handoff(
        summary=_summary(status, missing, files),
        status=status,
        missing=missing,
        files=files,
        commands=delivery.commands,
        variables=delivery.variables,
        checks=delivery.checks,
        rollback=delivery.rollback,
        risks=delivery.risks,
        escalations=delivery.escalations,
    )


async def _verified(deps: Deps, path: str, expected: dict[str, str]) -> Handoff:
    files = await anyio.to_thread.run_sync(
        lambda: [
            HandedFile(path=name, sha256=digest, state=_state(deps.place, path, name, digest))
            for name, digest in expected.items()
        ]
    )
    same = sum(each.state == "same" for each in files)
    status: Status = "done" if same == len(files) else "blocked"
    told = _("{same} of {count} files are as they were handed over.", same=same, count=len(files))
    return Handoff(summary=told, status=status, files=files)


def _state(place: Workspace, folder: str, path: str, digest: str) -> Literal["same", "changed", "absent"]:
    try:
        with place.open(str(Path(folder) / path)) as stream:
            found = stream.read()
    except (ExpectedError, OSError):
        return "absent"
    return "same" if hashlib.sha256(found).hexdigest() == digest else "changed"


def _status(missing: list[Missing], files: list[HandedFile], generated: Status) -> Status:
    if generated == "blocked" or any(each.blocks for each in missing):
        return "blocked"
    if missing or generated == "waiting" or any(each.state != "same" for each in files):
        return "waiting"
    return "done"


def _summary(status: Status, missing: list[Missing], files: list[HandedFile]) -> str:
    written = sum(each.state == "same" for each in files)
    told = {
        "done": _("Done: {written} of {count} files are in place.", written=written, count=len(files)),
        "waiting": _("Waiting: {written} of {count} files are in place, {missing} things are missing.",
                     written=written, count=len(files), missing=len(missing)),
        "blocked": _("Blocked: {missing} things are missing before the work can go on.", missing=len(missing)),
    }  # fmt: skip
    return told[status]
