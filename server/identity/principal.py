"""A principal: somebody whose token was verified, with the one role that says what they may do."""

from typing import Any, Literal

from pydantic import Field

from resources.catalogue import _
from tools.guard.errors import ExpectedError
from tools.model import Model

Role = Literal["viewer", "operator", "approver", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "operator", "approver", "admin")
CALLS_PER_MINUTE = 120


class ForbiddenError(ExpectedError):
    """The caller's role does not go as far as this tool, or the caller asks too often."""


class Principal(Model):
    """Who a token speaks for. `name` goes into the journal."""

    name: str
    role: Role
    issuer: str = Field(description="The identity provider's address, or 'token' for a static token.")
    calls_per_minute: int = CALLS_PER_MINUTE

    @property
    def acts(self) -> bool:
        """Whether the role may ask for anything that changes something. An approver decides and does not act."""
        return self.role in {"operator", "admin"}

    @property
    def approves(self) -> bool:
        """Whether the role may decide about what others ask for."""
        return self.role in {"approver", "admin"}

    def require(self, tool: str, *, reads: bool) -> None:
        """Let `tool` through, or refuse.

        Raises:
            ForbiddenError: the tool changes something and the role only reads.
        """
        if not reads and not self.acts:
            raise ForbiddenError(
                _("{name} has the role {role}, which may not call {tool}.", name=self.name, role=self.role, tool=tool),
                _("Ask an administrator for the role operator."),
            )


def principal_of(claims: dict[str, Any] | None) -> Principal | None:
    """The principal that the verifier put among the token's claims."""
    held = (claims or {}).get("astreinte")
    return Principal.model_validate(held) if isinstance(held, dict) else None
