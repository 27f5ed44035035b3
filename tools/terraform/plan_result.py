"""What plan_terraform and rollback_terraform answer."""

from typing import Literal

from pydantic import Field

from tools.guard.gate import ApprovalRequired
from tools.model import Model
from tools.terraform.diagnostic import Diagnostic
from tools.terraform.risk_report import RiskReport


class PlanResult(Model):
    """A plan and its risks. Nothing has been changed."""

    summary: str
    status: Literal["done", "approval_required"]
    plan_id: str | None = Field(default=None, description="For apply_terraform; null for a plan made elsewhere.")
    report: RiskReport | None = None
    program: str | None = None
    workspace: str = "default"
    commit: str | None = Field(default=None, description="What was planned; with -dirty when the tree differs.")
    unformatted: list[str] = Field(default=[], description="Files that `terraform fmt` would change.")
    diagnostics: list[Diagnostic] = []
    seconds: dict[str, float] = {}
    expires_at: str | None = None
    skipped: list[str] = Field(default=[], description="Links that led outside and were not followed.")
    data_not_restored: list[str] = Field(default=[], description="Of a rollback: what comes back empty.")
    approval_required: ApprovalRequired | None = None
