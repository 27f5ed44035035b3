"""Approvals: asked for by the server, given by a person, bound to one exact action, used once.

No tool approves. A request is sealed under a key in the private state directory, which the sandbox cannot
see; an approval written into the database by anything that lacks the key is void.
"""

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Literal

import anyio.to_thread

from resources.catalogue import _
from tools.guard.action import Action
from tools.guard.decision import Decision
from tools.guard.errors import ExpectedError
from tools.guard.journal import canonical
from tools.guard.state import State
from tools.model import Model

CLOCK_STEP = 5.0
"""Seconds that a clock may be put back without anybody noticing."""
LIFETIME = 900.0
"""Seconds: an approval given in the morning must not let an action through in the evening."""
ApprovalState = Literal["pending", "approved", "refused", "used"]


class ApprovalError(ExpectedError):
    """An approval is missing, refused, expired, used, or for another action."""


class Request(Model):
    """What a person is asked to approve."""

    id: str
    digest: str
    action: Action
    decision: Decision
    created: float
    expires: float
    state: ApprovalState = "pending"
    decided: float | None = None
    asked_by: str = ""
    decided_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Approvals:
    """The approvals kept in a state directory."""

    state: State
    lifetime: float = LIFETIME

    async def ask(self, digest: str, shown: Action, decision: Decision, who: str = "") -> Request:
        """Keep a pending request of `who` for the action with `digest`; `shown` and `decision` are redacted."""
        return await anyio.to_thread.run_sync(self._ask, digest, shown, decision, who)

    async def use(self, request_id: str, action: Action) -> Request:
        """Use up the approval `request_id` for exactly `action`.

        Raises:
            ApprovalError: it does not exist, is not approved, has expired, was used, or is for another action.
        """
        return await anyio.to_thread.run_sync(self._use, request_id, action)

    def pending(self) -> list[Request]:
        """Requests that wait for a person, oldest first. Blocking."""
        with self.state.reading() as db:
            rows = db.execute(
                "SELECT id FROM approvals WHERE state = 'pending' AND expires > ? ORDER BY created", (time.time(),)
            ).fetchall()
        return [self.get(row[0]) for row in rows]

    def decided(self, limit: int = 50) -> list[Request]:
        """Requests that somebody decided about, newest first. Blocking."""
        with self.state.reading() as db:
            rows = db.execute(
                "SELECT id FROM approvals WHERE state <> 'pending' ORDER BY created DESC LIMIT ?", (limit,)
            ).fetchall()
        return [self.get(row[0]) for row in rows]

    def get(self, request_id: str) -> Request:
        """The request `request_id`. Blocking.

        Raises:
            ApprovalError: there is none, or its record was forged.
        """
        with self.state.reading() as db:
            row = db.execute(
                "SELECT digest, request, created, expires, state, decided, decided_by, reason, seal"
                " FROM approvals WHERE id = ?",
                (request_id,),
            ).fetchone()
        if row is None:
            raise ApprovalError(
                _("There is no approval request {id}.", id=request_id), _("Call again without an approval to get one.")
            )
        digest, request, created, expires, state, decided, decided_by, reason, seal = row
        if not hmac.compare_digest(seal, self._seal(request_id, digest, request, expires, state, decided_by)):
            raise ApprovalError(_("The approval {id} was not given by this server's person.", id=request_id))
        body = json.loads(request)
        return Request(
            id=request_id,
            digest=digest,
            action=body["action"],
            decision=body["decision"],
            created=created,
            expires=expires,
            state=state,
            decided=decided,
            asked_by=body.get("asked_by", ""),
            decided_by=decided_by,
            reason=reason,
        )

    def decide(self, request_id: str, *, approve: bool, who: str, reason: str = "", four_eyes: bool = False) -> Request:
        """Approve or refuse a pending request, as the person `who`. Blocking.

        Raises:
            ApprovalError: it is not pending any more, has expired, or is the person's own and `four_eyes` are needed.
        """
        request = self.get(request_id)
        if four_eyes and approve and person_of(request.asked_by) == person_of(who):
            raise ApprovalError(
                _("{who} asked for {id} and cannot approve it.", who=person_of(who), id=request_id),
                _("Somebody else with the role approver decides."),
            )
        if request.state != "pending":
            raise ApprovalError(_("The request {id} was decided already: {state}.", id=request_id, state=request.state))
        if self._expired(request):
            raise ApprovalError(_("The request {id} has expired.", id=request_id), _("Ask the agent to call again."))
        state: ApprovalState = "approved" if approve else "refused"
        # From now on the approval lives a full lifetime: the person may have taken their time to read.
        self._move(request, "pending", state, who=who, reason=reason, expires=time.time() + self.lifetime)
        return self.get(request_id)

    def _ask(self, digest: str, shown: Action, decision: Decision, who: str) -> Request:
        now = time.time()
        request_id = secrets.token_hex(8)
        body = canonical({"action": shown.model_dump(), "decision": decision.model_dump(), "asked_by": who})
        expires = now + self.lifetime
        seal = self._seal(request_id, digest, body, expires, "pending", None)
        row = (request_id, digest, body, now, expires, "pending", None, None, None, seal)
        with self.state.transaction() as db:
            db.execute("INSERT INTO approvals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return self.get(request_id)

    def _use(self, request_id: str, action: Action) -> Request:
        request = self.get(request_id)
        if request.state != "approved":
            told = {
                "pending": _("The request {id} waits for a person: `astreinte approve {id}`.", id=request_id),
                "refused": _("The request {id} was refused: {reason}", id=request_id, reason=request.reason or "-"),
                "used": _("The approval {id} was used already; each one is good for one action.", id=request_id),
            }
            raise ApprovalError(told[request.state])
        if self._expired(request):
            raise ApprovalError(_("The approval {id} has expired.", id=request_id), _("Call again without it."))
        if not hmac.compare_digest(request.digest, action.digest):
            raise ApprovalError(
                _("The approval {id} is for another action: what would happen has changed.", id=request_id),
                _("Call again without it, and have the person look at the new action."),
            )
        self._move(request, "approved", "used", who=request.decided_by, reason=request.reason, expires=request.expires)
        return request

    @staticmethod
    def _expired(request: Request) -> bool:
        """Whether its time is over, or has not come: a clock that was put back must not lengthen a life."""
        begun = request.created if request.decided is None else request.decided
        return not begun - CLOCK_STEP <= time.time() < request.expires

    def _move(
        self,
        request: Request,
        old: ApprovalState,
        new: ApprovalState,
        *,
        who: str | None,
        reason: str | None,
        expires: float,
    ) -> None:
        with self.state.transaction() as db:
            body = db.execute("SELECT request FROM approvals WHERE id = ?", (request.id,)).fetchone()[0]
            seal = self._seal(request.id, request.digest, body, expires, new, who)
            moved = db.execute(
                "UPDATE approvals SET state = ?, decided_by = ?, reason = ?, expires = ?, decided = ?, seal = ?"
                " WHERE id = ? AND state = ?",
                (new, who, reason, expires, time.time(), seal, request.id, old),
            ).rowcount
        if moved != 1:  # somebody was faster: exactly one wins
            raise ApprovalError(_("The request {id} was decided or used by somebody else just now.", id=request.id))

    def _seal(self, request_id: str, digest: str, body: str, expires: float, state: str, who: str | None) -> str:
        message = canonical([request_id, digest, body, expires, state, who]).encode()
        return hmac.new(self.state.key("approvals.key"), message, hashlib.sha256).hexdigest()


def person_of(who: str) -> str:
    """The person in `who`, without the client they speak through."""
    return who.partition(" via ")[0]
