"""How a repository stands with one standard."""

from typing import Literal

from pydantic import Field

from tools.model import Model

Result = Literal["pass", "fail", "unknown"]


class Evidence(Model):
    """Where something was seen."""

    path: str
    line: int | None = None
    says: str


class Standing(Model):
    """One standard. `unknown`: nothing in the repository tells, which is not a pass."""

    standard: str = Field(description="Its page: devops://standards/NAME or devops://rules/NAME.")
    result: Result
    evidence: list[Evidence] = []
    fix: str = Field(default="", description="The smallest change that mends it.")


def failed(standard: str, evidence: list[Evidence], fix: str) -> Standing:
    """It does not hold; at most twenty places are named."""
    return Standing(standard=standard, result="fail", evidence=evidence[:20], fix=fix)


def passed(standard: str, evidence: list[Evidence] | None = None) -> Standing:
    """It holds."""
    return Standing(standard=standard, result="pass", evidence=(evidence or [])[:5])


def unknown(standard: str, fix: str) -> Standing:
    """Nothing tells."""
    return Standing(standard=standard, result="unknown", fix=fix)
