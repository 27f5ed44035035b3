"""The risk report of a Terraform plan: what would change, how dangerous that is, and what nobody can know yet."""

from collections.abc import Sized
from typing import Literal

from pydantic import ConfigDict, Field

from tools.delivery import Escalation, Severity
from tools.model import Model

Verdict = Literal["safe", "review", "dangerous"]
LEVELS: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")


class Summary(Model):
    """How many resource instances each action touches; an import or a move is counted beside its action."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, serialize_by_alias=True)

    create: int = 0
    update: int = 0
    replace: int = 0
    destroy: int = 0
    no_op: int = 0
    read: int = 0
    import_: int = Field(default=0, alias="import")
    forget: int = 0


class PlanRisk(Model):
    """One thing a person must have seen before this plan is applied."""

    rule: str
    level: Severity
    address: str
    type: str = Field(description="Resource type, or '' for what is not a resource.")
    message: str
    evidence: dict[str, str] = Field(
        default={}, description="What in the plan says so: attribute, before, after, reason. Never a sensitive value."
    )


class Unknown(Model):
    """Something the plan does not say. It is never taken for harmless."""

    address: str
    type: str = ""
    what: Literal["value", "type", "action", "entry", "plan"]
    attribute: str = ""
    reason: str


class BlastRadius(Model):
    """How far the change reaches."""

    changed: int = Field(
        default=0, description="Instances that are created, updated, replaced, destroyed or forgotten."
    )
    total: int = Field(default=0, description="Managed instances in the plan.")
    share: float = Field(default=0.0, description="changed / total")
    stateful_lost: list[str] = Field(default=[], description="Stateful instances that would be destroyed or replaced.")
    modules: list[str] = []
    types: dict[str, int] = Field(default={}, description="Changed instances by resource type.")
    providers: list[str] = []
    dependents: list[str] = Field(
        default=[], description="Configured resources that refer to one that is destroyed or replaced."
    )
    refers_to: dict[str, list[str]] = Field(default={}, description="Dependent: the lost resources it refers to.")


class CostItem(Model):
    """The estimated monthly difference one instance makes."""

    address: str
    type: str
    monthly_delta: float
    basis: str


class Cost(Model):
    """An estimate from list prices of a stated date, without traffic, requests, discounts or taxes."""

    label: str
    currency: str = "USD"
    prices_of: str = Field(description="Month of the price table.")
    monthly_delta: float | None = Field(description="null when nothing that changes has a known price.")
    items: list[CostItem] = []
    unknown: dict[str, int] = Field(default={}, description="Changed instances without a known price, by type.")


class RiskReport(Model):
    """What a person reads before they approve a plan. It holds no sensitive value."""

    summary: Summary
    verdict: Verdict
    risks: list[PlanRisk]
    blast_radius: BlastRadius
    unknown: list[Unknown]
    cost: Cost
    escalations: list[Escalation]
    format_version: str = ""
    terraform_version: str = ""
    left_out: dict[str, int] = Field(default={}, description="How many entries of each list this answer leaves out.")

    def within(self, characters: int) -> "RiskReport":
        """The same report, as short as its JSON must be; the gravest risks stay."""
        if len(self.model_dump_json()) <= characters:
            return self
        for count in (200, 100, 50, 25, 10):
            short = self.at_most(count)
            if len(short.model_dump_json()) <= characters:
                return short
        return self.at_most(5)

    def at_most(self, count: int) -> "RiskReport":
        """The same report with the `count` gravest risks and as many unknowns; summary and verdict stay whole."""
        lists: dict[str, Sized] = {
            "risks": self.risks,
            "unknown": self.unknown,
            "cost": self.cost.items,
            "stateful_lost": self.blast_radius.stateful_lost,
            "dependents": self.blast_radius.dependents,
        }
        return self.model_copy(
            update={
                "left_out": {name: len(each) - count for name, each in lists.items() if len(each) > count},
                "risks": self.risks[:count],
                "unknown": self.unknown[:count],
                "cost": self.cost.model_copy(update={"items": self.cost.items[:count]}),
                "blast_radius": self.blast_radius.model_copy(
                    update={
                        "stateful_lost": self.blast_radius.stateful_lost[:count],
                        "dependents": self.blast_radius.dependents[:count],
                        "refers_to": dict([*self.blast_radius.refers_to.items()][:count]),
                        "modules": self.blast_radius.modules[:count],
                        "types": dict([*self.blast_radius.types.items()][:count]),
                    }
                ),
            }
        )
