"""Whether each service is ready for production, as far as its repository can tell."""

from typing import Literal

from tools.model import Model
from tools.standards.repository import Repository
from tools.standards.standing import Result, Standing


class Readiness(Model):
    """One service. `unknown` where nothing speaks against it and something is not told."""

    service: str
    verdict: Literal["ready", "not_ready", "unknown"]
    aspects: dict[str, Result]


def readiness(repository: Repository, standings: list[Standing]) -> list[Readiness]:
    """A verdict for each service, from its own facts and the repository's standings."""
    by_name = {each.standard: each.result for each in standings}
    operations = repository.brief.context.operations
    runbooks = any("runbook" in path.lower() for path in repository.paths)
    told: list[Readiness] = []
    for each in repository.services:
        probed = bool(each.health_path) or bool(repository.grep(r"healthcheck:|HEALTHCHECK|readinessProbe:"))
        aspects: dict[str, Result] = {
            "probes": "pass" if probed else "fail",
            "alerts": by_name["monitoring_and_alerting"],
            "runbook": "pass" if runbooks else "fail",
            "on_call": "pass" if operations.on_call or operations.receivers else "fail",
            "tls": by_name["tls"],
            "backup": by_name["backups"] if each.needs else "pass",
            "rollback": by_name["reversible_deployments"],
            "rollback_rehearsed": "unknown",  # no file can prove that somebody tried
            "cost": "pass" if repository.brief.constraints.budget_per_month else "unknown",
        }
        told.append(Readiness(service=each.name or each.path, verdict=_verdict(aspects), aspects=aspects))
    return told


def _verdict(aspects: dict[str, Result]) -> Literal["ready", "not_ready", "unknown"]:
    if "fail" in aspects.values():
        return "not_ready"
    return "unknown" if "unknown" in aspects.values() else "ready"
