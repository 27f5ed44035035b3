"""Changes of a checkout as they would be handed in, before anything leaves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.guard.action import Action
from tools.guard.decision import Decision

if TYPE_CHECKING:  # not needed to start
    from tools.checkouts.checkout import Checkout
    from tools.checkouts.draft_store import Draft


@dataclass(frozen=True)
class HandIn:
    """The changes as a commit; `action` only where something would leave, or be forgotten."""

    checkout: "Checkout"
    draft: "Draft"
    commit: str
    patch: str
    files: list[str]
    action: Action | None = None
    decision: Decision | None = None
