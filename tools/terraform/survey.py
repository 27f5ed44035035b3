"""What a pass over the whole plan remembers for the rules that need more than one instance."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tools.terraform.plan_configuration import Configuration
from tools.terraform.plan_json import Plan
from tools.terraform.risk_report import Unknown
from tools.terraform.tally import Tally


@dataclass(frozen=True, slots=True)
class Touched:
    """One managed instance that is destroyed or made, without its values."""

    address: str
    type: str
    reason: str
    shape: int
    """A hash of the values that say which thing it is; equal shapes are likely the same thing moved."""


@dataclass
class Survey:
    """The plan as a whole."""

    plan: Plan
    configuration: Configuration
    scrub: Callable[[str], str]
    tally: Tally = field(default_factory=Tally)
    destroyed: list[Touched] = field(default_factory=list)
    created: list[Touched] = field(default_factory=list)
    acted: dict[str, str] = field(default_factory=dict)
    """Configuration address → kind, of instances that are made, replaced or destroyed."""
    reads: set[str] = field(default_factory=set)
    """Data sources that would be read during the apply."""
    programs: list[tuple[str, str]] = field(default_factory=list)
    """Address and type of the entries that are there to run a program."""
    written: set[str] = field(default_factory=set)
    """Configuration address of instances that get new values."""
    unknown: list[Unknown] = field(default_factory=list)
