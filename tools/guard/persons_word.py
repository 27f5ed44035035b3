"""A person's word about a waiting action, from wherever it is given, kept in the journal."""

from dataclasses import dataclass

from tools.guard.approval import Approvals, Request
from tools.guard.journal import Journal
from tools.guard.state import State


@dataclass(frozen=True)
class PersonsWord:
    """Approves and refuses. No tool holds one of these."""

    state: State

    def say(self, request_id: str, *, approve: bool, who: str, reason: str, four_eyes: bool = False) -> Request:
        """Decide about a pending request as `who`. Blocking.

        Raises:
            ApprovalError: see `Approvals.decide`.
        """
        decided = Approvals(self.state).decide(request_id, approve=approve, who=who, reason=reason, four_eyes=four_eyes)
        journal = Journal(self.state)
        body = {"who": who, "tool": "approve", "approval": request_id, "action": decided.digest, "reason": reason}
        journal.append("opened", f"approve-{request_id}", body)
        journal.append("closed", f"approve-{request_id}", {"result": decided.state})
        return decided
