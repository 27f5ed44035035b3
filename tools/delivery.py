"""The delivery: the handoff output of the agent card as a model. Every generator returns one."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from tools.model import Model
from tools.project import Question

Status = Literal["done", "waiting", "blocked"]
Severity = Literal["info", "low", "medium", "high", "critical"]
Situation = Literal["secrets_or_network", "budget", "production_downtime", "incompatible_architecture"]
Recipient = Literal["securite", "chef-equipe", "architecte"]
FindingLevel = Literal["error", "warning", "info", "style"]

RECIPIENTS: dict[Situation, Recipient] = {  # the card's escalation table
    "secrets_or_network": "securite",
    "budget": "chef-equipe",
    "production_downtime": "chef-equipe",
    "incompatible_architecture": "architecte",
}


def _digest(file: dict[str, Any]) -> str:
    return hashlib.sha256(str(file.get("content", "")).encode()).hexdigest()


class File(Model):
    """One generated file, complete."""

    path: str = Field(description="Relative to the repository root, with forward slashes.")
    # The server leaves it out of a large answer: see server/large_answers.py.
    content: Annotated[str, WithJsonSchema({"type": ["string", "null"]})] = Field(
        description="Null in a large delivery: read its resource link."
    )
    purpose: str
    executable: bool = False
    size: int | None = Field(
        default=None, description="Bytes, where the content is left out.", exclude_if=lambda size: size is None
    )

    sha256: str = Field(default_factory=_digest, description="SHA-256 of the UTF-8 content.")


class Command(Model):
    """One command to run; their order in the list is the order to run them in."""

    run: str
    purpose: str
    where: str = Field(default="workstation", description="workstation, ci, or an environment's name.")


class VariableToSet(Model):
    """A variable or secret that someone must set before the delivery works. Never holds a secret's value."""

    name: str
    secret: bool
    where: str = Field(description="Where to set it, for example 'GitHub environment prod'.")
    purpose: str
    example: str | None = Field(default=None, description="A shape to imitate; null for a secret.")


class Check(Model):
    """How to know, after a deployment, that it worked."""

    name: str
    run: str | None = None
    url: str | None = None
    expect: str
    environment: str | None = None


class Rollback(Model):
    """How to undo a deployment."""

    strategy: str
    commands: list[Command]
    data: str = Field(description="What the rollback does not restore.")


class Risk(Model):
    """A risk the person must hear before they act."""

    kind: Literal["downtime", "data_loss", "security", "cost", "compatibility"]
    level: Severity
    message: str
    mitigation: str


class Escalation(Model):
    """A decision that is not the agent's to take, and who takes it."""

    situation: Situation
    to: Recipient
    reason: str
    done_so_far: str = ""
    obstacle: str = ""
    options: list[str] = []
    files: list[str] = []


class Finding(Model):
    """One thing a checker said about a file."""

    rule: str
    line: int | None = None
    column: int | None = None
    severity: FindingLevel
    message: str


class Validation(Model):
    """What one checker said about one file.

    `not_validated` means that no checker has looked: `reason` says why. It is never a pass.
    """

    path: str
    tool: str
    version: str | None = None
    status: Literal["passed", "failed", "not_validated"]
    exit_status: int | None = None
    findings: list[Finding] = []
    suppressed: list[Finding] = Field(default=[], description="What a comment in the file itself silences.")
    duration: float = Field(default=0.0, description="Seconds.")
    reason: str | None = Field(default=None, description="Why it was not, or not wholly, validated.")


class Place(Model):
    """Where a generated file says something."""

    path: str
    line: int | None = None
    says: str


class Mismatch(Model):
    """Two places of one delivery that contradict each other."""

    subject: str = Field(description="What they disagree about, for example 'port of api'.")
    first: Place
    second: Place
    message: str


class EstimateItem(Model):
    """One line of a monthly bill."""

    what: str
    monthly: float


class Estimate(Model):
    """What one environment costs a month, from a dated table of list prices: an order of size, never a quote."""

    environment: str
    currency: str
    prices_of: str = Field(description="Date of the price table.")
    monthly: float | None = Field(description="Null when nothing of it could be priced.")
    items: list[EstimateItem] = []
    unknown: list[str] = Field(default=[], description="What could not be priced.")


class Delivery(Model):
    """Everything a person needs to put the change into production, and to take it back."""

    summary: str = ""
    status: Status = "done"
    files: list[File] = []
    commands: list[Command] = []
    variables: list[VariableToSet] = []
    checks: list[Check] = []
    rollback: list[Rollback] = []
    risks: list[Risk] = []
    escalations: list[Escalation] = []
    validations: list[Validation] = []
    mismatches: list[Mismatch] = []
    estimates: list[Estimate] = []
    questions: list[Question] = []
    whole: str | None = Field(
        default=None,
        description="Large: contents and passed checks are left out here; this resource holds all.",
        exclude_if=lambda whole: whole is None,
    )


def combine(parts: list[Delivery]) -> Delivery:
    """All parts as one delivery, each list in order and without repetitions."""
    order: list[Status] = ["done", "waiting", "blocked"]
    lists = ["files", "commands", "variables", "checks", "rollback", "risks", "escalations"]
    lists += ["mismatches", "estimates", "questions"]
    merged: dict[str, Any] = {}
    for name in lists:
        values: list[Any] = []
        for part in parts:
            values += [value for value in getattr(part, name) if value not in values]
        merged[name] = values
    status = max((part.status for part in parts), key=order.index, default="done")
    return Delivery(status=status, **merged)
