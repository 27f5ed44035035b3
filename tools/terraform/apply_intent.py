"""A saved plan that is to be applied, with what the person is shown, before anything runs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.guard.action import Action
from tools.guard.decision import Decision

if TYPE_CHECKING:  # not needed to start
    from tools.terraform.risk_report import RiskReport
    from tools.terraform.saved_plan import SavedPlan


@dataclass(frozen=True)
class ApplyIntent:
    """The plan as it was kept, its report, and the action an approval is bound to."""

    plan: "SavedPlan"
    report: "RiskReport"
    action: Action
    decision: Decision
