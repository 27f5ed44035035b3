"""The gate that every side effect passes: policy, a person's consent, the journal before and after.

A tool reads: judge the action, `admit` it (denied, waiting for a person, or granted), act inside `recorded`.
The model has no way to answer for the person: consent comes through the client's own elicitation dialogue,
or out of band through a terminal or the console.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import anyio
from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver.resolve import Elicit
from pydantic import BaseModel, Field

from resources.catalogue import _
from tools.guard.action import Action
from tools.guard.approval import ApprovalError, Approvals, Request
from tools.guard.decision import Decision
from tools.guard.errors import ExpectedError
from tools.guard.journal import Journal
from tools.guard.policy import Policy
from tools.guard.redact import Redactor
from tools.guard.state import StateError
from tools.guard.visible import visible
from tools.model import Model


class DeniedError(ExpectedError):
    """The guard refuses the action; the text gives every reason."""


class UnrecordedError(ExpectedError):
    """The action is over, and the journal could not be told how it ended."""


class Consent(BaseModel):
    """The form a person fills in at the client."""

    approve: bool = Field(description="Approve this one action, exactly as shown?")


class ApprovalRequired(Model):
    """What a client that cannot ask its person gets: how a person approves, and what to call again with."""

    id: str = Field(description="Call again with approval = this id once a person has approved.")
    digest: str
    what: str
    where: str
    why: list[str] = Field(description="Why a person must decide.")
    undo: str
    expires_at: str
    how: str = Field(description="What the person does.")


log = logging.getLogger(__name__)
_closing: set[asyncio.Future[None]] = set()  # the loop itself keeps only weak references to tasks


def answered(outcome: ElicitationResult[Any]) -> ElicitationResult[Consent] | None:
    """The person's answer out of what a resolver came back with; None when nobody was asked."""
    return None if isinstance(outcome, AcceptedElicitation) and outcome.data is None else outcome


@dataclass(frozen=True)
class Granted:
    """Leave to act, once."""

    action: Action
    decision: Decision
    approved_by: str | None = None
    approval: str | None = None


@dataclass
class Entry:
    """The journal's open record of an action under way; `result` and `digests` are written when it closes."""

    call: str
    result: str = "ok"
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Gate:
    """Everything the gate needs; one per server process."""

    journal: Journal
    approvals: Approvals
    policy: Policy
    redactor: Redactor
    asked: list[str] = field(default_factory=list)
    """Fingerprints of the actions that the person at the client was asked about during this call."""

    def judge(self, action: Action, decision: Decision, *, changes: bool) -> Decision:
        """The built-in `decision` after the policy's word."""
        return self.policy.judge(decision, tool=action.tool, targets=[action.target, *action.acts_on], changes=changes)

    def question(self, action: Action, decision: Decision) -> Elicit[Consent]:
        """What the person at the client is asked."""
        self.asked.append(action.digest)
        why = "\n".join(f"- {reason}" for reason in self._reasons(decision))
        message = _(
            "{what}\nWhere: {where}\nWhy you are asked:\n{why}\nWhat undoes it: {undo}\nFingerprint: {digest}",
            # The SDK holds an answer good for the very same question only: the digest makes it the very same action.
            digest=action.digest,
            what=visible(self.redactor.text(action.what)),
            where=visible("\n".join([action.target, *action.acts_on])),
            why=why or "-",
            undo=action.undo,
        )
        return Elicit(message, Consent)

    async def admit(
        self,
        action: Action,
        decision: Decision,
        *,
        who: str,
        answer: ElicitationResult[Consent] | None = None,
        approval: str | None = None,
    ) -> Granted | ApprovalRequired:
        """Let `action` through, or say what it waits for.

        `answer` is the person's, when the client could ask; `approval` is the id of an approval given out of band.

        Raises:
            DeniedError: the guard or the person refuses.
            ApprovalError: `approval` does not let this very action through.
        """
        if decision.decision == "deny":
            await self._refused(action, decision, who, "denied")
            reasons = " ".join(self._reasons(decision, only="deny"))
            raise DeniedError(
                _("The guard refuses: {reasons}", reasons=reasons),
                _("Do it another way; a denial cannot be approved."),
            )
        if decision.decision == "allow":
            return Granted(action, decision)
        if approval:
            try:
                request = await self.approvals.use(approval, action)
            except ApprovalError:  # replayed, forged, expired or for something else: who tried is kept
                await self._refused(action, decision, who, "approval_refused", approval)
                raise
            return Granted(action, decision, request.decided_by, approval)
        if answer is None:
            shown = Action.model_validate(self.redactor.value(action.model_dump()))
            told = Decision.model_validate(self.redactor.value(decision.model_dump()))
            return _required(await self.approvals.ask(action.digest, shown, told, who))
        if isinstance(answer, AcceptedElicitation) and answer.data.approve:
            return Granted(action, decision, who)
        await self._refused(action, decision, who, "refused")
        raise DeniedError(_("The person refused this action."), _("Ask them what they would prefer."))

    @asynccontextmanager
    async def recorded(self, granted: Granted, *, who: str) -> AsyncIterator[Entry]:
        """Open the journal's record, let the caller act, and close the record whatever happens."""
        started = anyio.current_time()
        # In its own task: a call that is cancelled while its record is written must still close that record.
        opening = asyncio.ensure_future(self.journal.opened(self._body(granted, who)))
        entry = Entry("")
        failure: BaseException | None = None
        try:
            entry.call = await asyncio.shield(opening)
            yield entry
        except BaseException as error:  # cancellation too is a result that the journal tells
            failure = error
            entry.result = "cancelled" if isinstance(error, anyio.get_cancelled_exc_class()) else "failed"
            entry.details["error"] = type(error).__name__
            raise
        finally:
            body = {"result": entry.result, "seconds": round(anyio.current_time() - started, 3), **entry.details}
            closing = asyncio.ensure_future(self._close(opening, body))
            _closing.add(closing)
            closing.add_done_callback(_closing.discard)
            with anyio.CancelScope(shield=True):
                try:
                    await asyncio.shield(closing)
                except StateError as error:
                    if failure is None:  # what went wrong first is what the caller must hear
                        raise _unrecorded(granted.action, entry, error) from error
                    log.error("not recorded: %s ended as %s", granted.action.tool, entry.result)  # noqa: TRY400 - known

    async def _close(self, opening: asyncio.Future[str], body: dict[str, Any]) -> None:
        await self.journal.closed(await opening, self.redactor.value(body))

    async def _refused(
        self, action: Action, decision: Decision, who: str, result: str, approval: str | None = None
    ) -> None:
        call = await self.journal.opened(self._body(Granted(action, decision, approval=approval), who))
        await self.journal.closed(call, {"result": result})

    def _body(self, granted: Granted, who: str) -> dict[str, Any]:
        body = {
            "who": who,
            "tool": granted.action.tool,
            "target": granted.action.target,
            "acts_on": granted.action.acts_on,
            "arguments": granted.action.arguments,
            "digests": granted.action.digests,
            "action": granted.action.digest,
            "decision": granted.decision.decision,
            "reasons": [{"rule": reason.rule, "verdict": reason.verdict} for reason in granted.decision.reasons],
            "approved_by": granted.approved_by,
            "approval": granted.approval,
        }
        redacted = self.redactor.value(body)
        if not isinstance(redacted, dict):
            raise TypeError(redacted)
        return redacted

    def _reasons(self, decision: Decision, only: str | None = None) -> list[str]:
        return [self.redactor.text(reason) for reason in _spoken(decision, only)]


def _unrecorded(action: Action, entry: Entry, error: StateError) -> UnrecordedError:
    return UnrecordedError(
        _(
            "{tool} was carried out ({result}), but the journal cannot record it. {reason}",
            tool=action.tool,
            result=entry.result,
            reason=error.happened,
        ),
        _("Do not do it again: look at what it did, and repair the state directory first."),
    )


def _spoken(decision: Decision, only: str | None = None) -> list[str]:
    return [
        visible(f"{reason.message} [{reason.span.text}]" if reason.span else reason.message)
        for reason in decision.reasons
        if reason.verdict != "allow" and only in {None, reason.verdict}
    ]


def _required(request: Request) -> ApprovalRequired:
    expires = datetime.fromtimestamp(request.expires, UTC)
    return ApprovalRequired(
        id=request.id,
        digest=request.digest,
        what=visible(request.action.what),
        where="\n".join([request.action.target, *request.action.acts_on]),
        why=_spoken(request.decision),
        undo=request.action.undo,
        expires_at=expires.isoformat(timespec="seconds").replace("+00:00", "Z"),
        how=_("A person runs `astreinte approve {id}` in a terminal of this machine.", id=request.id),
    )
