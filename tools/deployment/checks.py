"""What can be checked of a running service, and what came of it."""

from typing import Any, Literal

from pydantic import Field

from tools.model import Model

Verdict = Literal["pass", "fail", "unknown"]
Kind = Literal["http", "redirect", "tls", "tcp", "dns", "rollout", "prometheus"]


class DeploymentCheck(Model):
    """One check. `target` is a URL (http, redirect, prometheus), host:port (tls, tcp), a host (dns) or a deployment."""

    kind: Kind
    target: str = Field(max_length=2_000)
    status: int = Field(default=200, ge=100, le=599, description="http: expected status.")
    contains: str | None = Field(default=None, max_length=500, description="http: text the body must hold.")
    location: str | None = Field(default=None, description="redirect: where it must lead.")
    max_ms: float | None = Field(default=None, gt=0, description="http: 95th percentile.")
    days: int = Field(default=14, ge=0, description="tls: days the certificate must still be valid.")
    addresses: list[str] = Field(default=[], description="dns: addresses it must resolve to.")
    query: str | None = Field(default=None, max_length=2_000, description="prometheus: must give a result.")


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
