"""What can be checked of a running service, and what came of it."""

import re
from typing import Any, Literal, Self

from pydantic import model_validator

from tools.model import Model

Verdict = Literal["pass", "fail", "unknown"]
Kind = Literal["http", "redirect", "tls", "tcp", "dns", "rollout", "container", "prometheus"]

LONGEST = 2_000
STATUS = re.compile(r"[1-5][0-9]{2}")


class DeploymentCheck(Model):
    # No docstring, no limits in the schema, one `expect` for all kinds: every word here is read in every conversation.
    kind: Kind
    target: str
    expect: str = ""
    max_ms: float = 0

    @model_validator(mode="after")
    def _expectation_fits(self) -> Self:
        if max(len(self.target), len(self.expect)) > LONGEST:
            raise ValueError(f"target and expect have at most {LONGEST} characters")
        if self.kind == "tls" and self.expect and not (self.expect.isascii() and self.expect.isdigit()):
            raise ValueError("tls: expect is a number of days")
        if self.kind == "prometheus" and not self.expect:
            raise ValueError("prometheus: expect is a query")
        return self

    @property
    def status(self) -> int:
        """The status that an http check expects: three digits ask for that one, anything else for success."""
        return int(self.expect) if STATUS.fullmatch(self.expect) else 200

    @property
    def text(self) -> str:
        """What the body must hold."""
        return "" if STATUS.fullmatch(self.expect) else self.expect

    @property
    def listed(self) -> list[str]:
        """`expect` as addresses."""
        return [each.strip() for each in self.expect.split(",") if each.strip()]


class CheckResult(Model):
    """One check with what was seen."""

    kind: Kind
    target: str
    verdict: Verdict
    reason: str = ""
    attempts: int = 1
    evidence: dict[str, Any] = {}


def overall(results: list[CheckResult]) -> Verdict:
    """One failure fails; nothing seen, or something not seen, is unknown; pure."""
    verdicts = {each.verdict for each in results}
    if "fail" in verdicts:
        return "fail"
    return "pass" if verdicts == {"pass"} else "unknown"
