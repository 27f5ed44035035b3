"""The tool that hands in what a caller changed in their checkout: as a patch, or as a branch that a person approved."""

from typing import Annotated, Literal

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from resources.catalogue import _
from tools.checkouts.hand_in_intent import HandIn
from tools.context import Given
from tools.guard.gate import ApprovalRequired, Consent, answered
from tools.model import Model

MOST_FILES = 200
ROOM = 4_000
"""Characters of the answer around the patch."""


class Proposed(Model):
    """What was changed against `base`."""

    summary: str
    status: Literal["done", "nothing", "approval_required"]
    base: str | None = None
    commit: str | None = None
    branch: str | None = Field(default=None, description="Where it was pushed.")
    files: list[str] = []
    patch: str = Field(default="", description="For `git am`.")
    next_offset: int | None = Field(default=None, description="More of the patch is there.")
    approval_required: ApprovalRequired | None = None


async def handed_in(deps: Given, branch: str | None, message: str, discard: bool) -> HandIn | None:
    """The changes as they would be handed in."""
    from tools.checkouts.hand_in import think_hand_in  # noqa: PLC0415 - cold start

    return await think_hand_in(deps, branch, message, discard=discard)


async def consent_to_hand_in(
    deps: Given, intent: Annotated[HandIn | None, Resolve(handed_in)], approval: str | None
) -> Elicit[Consent] | Consent | None:
    """Ask the person, where the guard wants that and the client can."""
    if intent is None or intent.action is None or intent.decision is None or approval or not deps.can_ask:
        return None
    if intent.decision.decision != "ask":
        return None
    return deps.guard.question(intent.action, intent.decision)


async def propose_changes(
    deps: Given,
    intent: Annotated[HandIn | None, Resolve(handed_in)],
    consent: Annotated[ElicitationResult[Consent], Resolve(consent_to_hand_in)],
    branch: Annotated[str | None, Field(description="New branch to push; null: only the patch.")] = None,
    message: Annotated[str, Field(description="Of the commit.")] = "",
    offset: Annotated[int, Field(ge=0, description="In the patch.")] = 0,
    discard: Annotated[bool, Field(description="Forget the changes instead.")] = False,
    approval: Annotated[str | None, Field(description="Id a person approved.")] = None,
) -> Proposed:
    """Hand in what you changed in your private checkout: a patch, or a branch once a person approved."""
    from tools.checkouts.hand_in import forget, push  # noqa: PLC0415 - cold start

    found = intent
    if found is None:
        return Proposed(summary=_("Nothing was changed in your checkout."), status="nothing")
    if found.action is None or found.decision is None:
        return _told(found, _("What you changed, as a patch. Nothing was pushed."), offset, deps.output_limit)
    admitted = await deps.guard.admit(
        found.action, found.decision, who=deps.who, answer=answered(consent), approval=approval
    )
    if isinstance(admitted, ApprovalRequired):
        told = _("A person must approve this. {how}", how=admitted.how)
        shown = _told(found, told, offset, deps.output_limit)
        return shown.model_copy(update={"status": "approval_required", "approval_required": admitted})
    async with deps.guard.recorded(admitted, who=deps.who) as entry:
        entry.details.update(commit=found.commit, base=found.draft.base)
        if discard:
            await forget(found)
            return _told(found, _("The changes are forgotten; this was their patch."), offset, deps.output_limit)
        await push(found, branch or "")
    said = _("Pushed as the branch {branch}. Open a merge request for it.", branch=branch)
    return _told(found, said, offset, deps.output_limit).model_copy(update={"branch": branch})


def _told(found: HandIn, summary: str, offset: int, limit: int) -> Proposed:
    end = offset + max(1_000, limit - ROOM)
    return Proposed(
        summary=summary,
        status="done",
        base=found.draft.base,
        commit=found.commit,
        files=found.files[:MOST_FILES],
        patch=found.patch[offset:end],
        next_offset=end if end < len(found.patch) else None,
    )
