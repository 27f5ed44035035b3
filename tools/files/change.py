"""Carries a proposed change through the gate: a person's consent where needed, the journal, the disk, the checkers."""

import asyncio
from typing import Any, Literal

import anyio
import anyio.to_thread
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit
from pydantic import Field

from resources.catalogue import _
from tools.context import Deps
from tools.delivery import File, Validation
from tools.files.proposal import Proposal
from tools.files.versions import Versions
from tools.guard.gate import ApprovalRequired, Consent, answered
from tools.guard.landing import land
from tools.model import Model


class FileChange(Model):
    """What became of a change. Nothing was written when `status` is approval_required or unchanged."""

    summary: str
    status: Literal["done", "unchanged", "approval_required"]
    path: str
    sha256: str | None = Field(default=None, description="Digest of the file now; null when there is none.")
    diff: str = ""
    diff_truncated: bool = False
    version: int | None = Field(default=None, description="Give it to restore to undo exactly this change.")
    warnings: list[str] = []
    validations: list[Validation] = Field(default=[], description="What the real checkers say of the file now.")
    approval_required: ApprovalRequired | None = None


async def question(deps: Deps, proposal: Proposal, approval: str | None) -> Elicit[Consent] | None:
    """What to ask the person before `proposal`; None when nothing is asked, or this client cannot ask."""
    if approval or not deps.can_ask or proposal.before == proposal.after:
        return None
    decision = proposal.decision(deps.guard, deps.place)
    if decision.decision != "ask":
        return None
    return deps.guard.question(proposal.action(deps.place), decision)


async def carry_out(
    deps: Deps, proposal: Proposal, *, approval: str | None, consent: ElicitationResult[Any] | None
) -> FileChange:
    """Make the change if the gate lets it through, and say what the checkers think of the file.

    Raises:
        DeniedError: the guard or the person refuses.
        ApprovalError: `approval` is not for this very change.
        StaleViewError: the file changed meanwhile.
    """
    gate, workspace = deps.guard, deps.place
    if proposal.before == proposal.after:
        return _result(deps, proposal, "unchanged", _("{path} holds that already.", path=proposal.path))
    action, decision = proposal.action(workspace), proposal.decision(gate, workspace)
    answer = answered(consent) if consent is not None else None
    admitted = await gate.admit(action, decision, who=deps.who, answer=answer, approval=approval)
    if isinstance(admitted, ApprovalRequired):
        told = _("A person must approve the change of {path}. {how}", path=proposal.path, how=admitted.how)
        return _result(deps, proposal, "approval_required", told).model_copy(update={"approval_required": admitted})
    async with gate.recorded(admitted, who=deps.who) as entry:
        landing = asyncio.ensure_future(anyio.to_thread.run_sync(_land, deps, proposal, entry.call))
        try:
            version = await asyncio.shield(landing)
        finally:
            # A thread cannot be stopped: who is cancelled waits for it, and the journal tells what was written.
            with anyio.CancelScope(shield=True):
                await asyncio.wait({landing})
            if not landing.cancelled() and landing.exception() is None:
                entry.details.update(version=landing.result(), digests=action.digests)
    validations = await _validations(deps, proposal)
    told = _(
        "{path}: {added} lines added, {removed} removed; {findings} findings from the checkers.",
        path=proposal.path,
        added=proposal.diff.added,
        removed=proposal.diff.removed,
        findings=sum(len(each.findings) for each in validations),
    )
    return _result(deps, proposal, "done", told).model_copy(update={"version": version, "validations": validations})


def _land(deps: Deps, proposal: Proposal, call: str) -> int:
    state = deps.guard.journal.state
    # One writer at a time among all our processes: between the comparison and the replacement nobody else writes.
    with state.exclusive("files.lock"):
        version = Versions(state).keep(deps.place, proposal.path, proposal.before, proposal.after, call)
        try:
            land(deps.place, proposal.path, proposal.after, expected=proposal.before)
        except BaseException:  # nothing was written, so there is no version to go back to
            Versions(state).forget(version)
            raise
    return version


async def _validations(deps: Deps, proposal: Proposal) -> list[Validation]:
    from tools.validate.validate import validate_files  # noqa: PLC0415 - cold start: only writers need the checkers

    if proposal.after is None:
        return []
    try:
        text = proposal.after.data.decode("utf-8")
    except UnicodeDecodeError:
        return []
    file = File(path=proposal.path, content=text, purpose="")
    return await validate_files([file], workspace=deps.place)


def _result(
    deps: Deps, proposal: Proposal, status: Literal["done", "unchanged", "approval_required"], summary: str
) -> FileChange:
    now = proposal.after if status == "done" else proposal.before
    return FileChange(
        summary=summary,
        status=status,
        path=proposal.path,
        sha256=now.sha256 if now else None,
        diff=deps.guard.redactor.text(proposal.diff.text),
        diff_truncated=proposal.diff.truncated,
        warnings=list(proposal.warnings),
    )
