"""Checks of a running service that are to be made, judged, before anything is asked."""

from dataclasses import dataclass

from tools.brief import Environment
from tools.deployment.checks import DeploymentCheck
from tools.guard.action import Action
from tools.guard.decision import Decision


@dataclass(frozen=True)
class Pace:
    """How often each http check asks, and for how many seconds what fails is asked again."""

    probes: int
    deadline: float


@dataclass(frozen=True)
class VerifyPlan:
    """What is asked of which environment; `named` are the places that the brief itself names."""

    environment: Environment
    checks: tuple[DeploymentCheck, ...]
    named: frozenset[str]
    pace: Pace
    action: Action
    decision: Decision
