"""What apply_terraform answers."""

from typing import Literal

from pydantic import Field

from tools.guard.gate import ApprovalRequired
from tools.model import Model
from tools.terraform.diagnostic import Diagnostic

Progress = Literal["waiting", "applying", "applied", "failed", "indeterminate"]
"""How far a saved plan has come."""


class ApplyResult(Model):
    """What was changed, and whether the cloud agrees."""

    summary: str
    status: Literal["done", "approval_required"]
    outcome: Progress | None = Field(default=None, description="applied, failed, or indeterminate.")
    plan_id: str
    changes: dict[str, int] = {}
    completed: list[str] = Field(default=[], description="Addresses that were changed, in order.")
    diagnostics: list[Diagnostic] = []
    drift: bool | None = Field(default=None, description="Whether a refresh afterwards differs; null: not known.")
    state_backup: str | None = Field(default=None, description="The state as it was before, on this machine.")
    seconds: float = 0.0
    next: list[str] = []
    approval_required: ApprovalRequired | None = None
