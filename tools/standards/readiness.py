"""Whether each service is ready for production, as far as its repository can tell."""

import datetime as dt
import re
from typing import Literal

from resources.catalogue import _
from tools.model import Model
from tools.project import Component
from tools.standards.repository import Repository
from tools.standards.standing import Result, Standing

FRESH = dt.timedelta(days=180)
"""After that long nobody knows whether a rehearsal would still succeed."""
PROBES = r"healthcheck:|HEALTHCHECK\s|(?:readiness|liveness|startup)Probe:|health_check"
CALLS = (
    r"(?:pagerduty|opsgenie|slack|webhook|email|msteams|victorops)_configs:|aws_sns_topic_subscription"
    r"|google_monitoring_notification_channel"
)


class Aspect(Model):
    """One thing a service needs, and what says so."""

    result: Result
    says: str = ""


class Readiness(Model):
    """One service. `unknown` where nothing speaks against it and something is not told."""

    service: str
    verdict: Literal["ready", "not_ready", "unknown"]
    aspects: dict[str, Aspect]


def readiness(repository: Repository, standings: list[Standing], today: dt.date) -> list[Readiness]:
    """A verdict for each service, from its own facts and the repository's standings. Pure."""
    by_name = {each.standard: each for each in standings}
    told: list[Readiness] = []
    for each in repository.services:
        aspects = {
            "probes": _probes(repository, each),
            "alerts": _alerts(each, by_name["monitoring_and_alerting"]),
            "runbook": _runbook(repository),
            "on_call": _on_call(repository),
            "tls": _tls(each, by_name["tls"]),
            "backup": _backup(each, by_name["backups"]),
            "restore_tested": _restore(repository, each, today),
            "rollback": _as(by_name["reversible_deployments"]),
            "rollback_rehearsed": _rehearsed(repository.brief.context.operations.rollback_rehearsed, today),
            "cost": _cost(repository),
        }
        told.append(Readiness(service=each.name or each.path, verdict=_verdict(aspects), aspects=aspects))
    return told


def _verdict(aspects: dict[str, Aspect]) -> Literal["ready", "not_ready", "unknown"]:
    results = {each.result for each in aspects.values()}
    if "fail" in results:
        return "not_ready"
    return "unknown" if "unknown" in results else "ready"


def _as(standing: Standing) -> Aspect:
    first = next(iter(standing.evidence), None)
    place = f"{first.path}{f':{first.line}' if first.line else ''}" if first else ""
    return Aspect(result=standing.result, says=place if standing.result == "pass" else place or standing.fix)


def _probes(repository: Repository, service: Component) -> Aspect:
    """Its own health path or image; or a manifest in which it is named."""
    if service.health_path:
        return Aspect(result="pass", says=service.evidence.get("health_path", service.health_path))
    named = re.compile(rf"\b{re.escape(service.name or service.path)}\b")
    alone = len(repository.services) == 1
    for text in repository.texts:
        if text.path == service.dockerfile or alone or named.search(text.content):
            for found in text.grep(PROBES):
                return Aspect(result="pass", says=f"{text.path}:{found.line}")
    if service.kind == "worker":
        return Aspect(result="unknown", says=_("A worker answers nobody: say how one sees that it lives."))
    return Aspect(result="fail", says=_("Neither code, image nor manifest says how one sees that it is healthy."))


def _alerts(service: Component, standing: Standing) -> Aspect:
    """The standard fails for the services that it names; the others are watched."""
    if standing.result != "fail":
        return _as(standing)
    if service.path in {each.path for each in standing.evidence}:
        return Aspect(result="fail", says=standing.fix)
    return Aspect(result="pass", says=_("An alert or a scrape job names it."))


def _runbook(repository: Repository) -> Aspect:
    found = sorted(path for path in repository.paths if "runbook" in path.lower())
    return Aspect(result="pass", says=found[0]) if found else Aspect(result="fail", says="generate_runbook")


def _on_call(repository: Repository) -> Aspect:
    operations = repository.brief.context.operations
    if operations.on_call or operations.receivers:
        return Aspect(result="pass", says=operations.on_call or ", ".join(operations.receivers))
    if calls := repository.grep(CALLS):
        return Aspect(result="pass", says=f"{calls[0].path}:{calls[0].line}")
    return Aspect(result="fail", says="context.operations.on_call")


def _tls(service: Component, standing: Standing) -> Aspect:
    if service.kind == "worker" and not service.port:
        return Aspect(result="pass", says=_("Nobody reaches it."))
    return _as(standing)


def _backup(service: Component, standing: Standing) -> Aspect:
    return _as(standing) if service.needs else Aspect(result="pass", says=_("It needs nothing that holds data."))


def _restore(repository: Repository, service: Component, today: dt.date) -> Aspect:
    if not service.needs:
        return Aspect(result="pass", says=_("It needs nothing that holds data."))
    return _rehearsed(repository.brief.context.operations.restore_rehearsed, today)


def _rehearsed(day: dt.date | None, today: dt.date) -> Aspect:
    """No file can prove that somebody tried: a person says when they did."""
    if day is None:
        return Aspect(result="unknown", says=_("Nobody says when it was tried last: context.operations."))
    late = today - day > FRESH or day > today
    return Aspect(result="fail" if late else "pass", says=day.isoformat())


def _cost(repository: Repository) -> Aspect:
    budget = repository.brief.constraints.budget_per_month
    if budget:
        return Aspect(result="pass", says=f"{budget:g} EUR")
    return Aspect(result="unknown", says="constraints.budget_per_month")
