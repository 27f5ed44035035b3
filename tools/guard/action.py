"""What someone wants to do, in the one form that is shown, approved, journalled and compared."""

import hashlib
from typing import Any

from pydantic import Field

from tools.guard.journal import canonical
from tools.model import Model


class Action(Model):
    """One side effect. Its digest binds an approval: any change of what would happen changes the digest."""

    tool: str
    target: str = Field(description="Where it acts, resolved: the workspace, a cluster, a state.")
    arguments: dict[str, Any] = Field(description="Everything that decides what happens.")
    acts_on: list[str] = Field(
        default=[], description="What it reaches beyond `target`, as kind:name: a cluster, an account, an engine."
    )
    digests: dict[str, str] = Field(default={}, description="SHA-256 of files and plans the action depends on.")
    what: str = Field(description="What will happen, in one sentence.")
    undo: str = Field(description="What undoes it, in one sentence.")

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical action. The sentences for people are not part of it."""
        bound = {name: getattr(self, name) for name in ("tool", "target", "acts_on", "arguments", "digests")}
        return hashlib.sha256(canonical(bound).encode()).hexdigest()
