"""Rules as Prometheus reads them, and beside each file the unit tests that prove that its alerts fire, and only then."""

from dataclasses import dataclass
from itertools import groupby

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.delivery import File
from tools.observability.alert import Alert, Group
from tools.observability.promql import quoted

FOLDER = "deploy/observability/prometheus/rules"
RUNBOOKS = "docs/runbooks"


@dataclass(frozen=True)
class Pace:
    """How often rules are looked at and how long alerts wait; the tests that run the real servers have their own."""

    evaluation: str = "30s"
    wait: str | None = None
    """Instead of each alert's own delay."""


def rule_files(brief: Brief, groups: list[Group], pace: Pace | None = None) -> list[File]:
    """A file of rules and a file of tests for each group."""
    pace = pace or Pace()
    files = []
    for group in groups:
        rules = render(
            "observability/rules.yml.j2",
            group=group,
            service=brief.name,
            owner=brief.context.operations.owner,
            interval=pace.evaluation,
            wait=pace.wait,
            runbook=lambda name: runbook_url(brief, name),
        )
        tests = render("observability/rules-test.yml.j2", group=group, cases=_cases(group))
        files += [
            File(path=f"{FOLDER}/{group.name}.rules.yml", content=rules, purpose=group.purpose),
            File(
                path=f"{FOLDER}/{group.name}.test.yml",
                content=tests,
                purpose=_("Proves that the alerts of {name} fire, and only then.", name=group.name),
            ),
        ]
    return files


def runbook_path(name: str) -> str:
    """Where the runbook of an alert lies in the repository."""
    return f"{RUNBOOKS}/{name}.md"


def runbook_url(brief: Brief, name: str) -> str:
    """The address of a runbook: in the repository's web view when the brief names it, else its path."""
    repository = brief.context.operations.repository
    if repository is None:
        return runbook_path(name)
    between = "-/blob" if "gitlab" in repository.split("/")[2] else "blob"
    return f"{repository}/{between}/{brief.context.default_branch}/{runbook_path(name)}"


@dataclass(frozen=True)
class _Expectation:
    """What one alert must do at one time."""

    at: str
    query: str
    labels: str | None
    """None: it must be silent."""


@dataclass(frozen=True)
class _Case:
    """One set of series, and everything that is asked of it."""

    name: str
    series: tuple[tuple[str, str], ...]
    expectations: tuple[_Expectation, ...]


def _cases(group: Group) -> list[_Case]:
    """Alerts that are proved with the same series are proved in one run of them."""
    found: list[tuple[tuple[tuple[str, str], ...], bool, _Expectation]] = []
    for alert in group.alerts:
        found.append((tuple(alert.proof.fires.items()), True, _expectation(group, alert, fires=True)))
        if alert.name != "Watchdog":  # it fires always: that is its purpose
            found.append((tuple(alert.proof.quiet.items()), False, _expectation(group, alert, fires=False)))
    order = {key: number for number, key in reversed([*enumerate(each[:2] for each in found)])}
    cases = []
    for (series, fires), members in groupby(sorted(found, key=lambda each: order[each[:2]]), key=lambda each: each[:2]):
        told = tuple({each[2]: None for each in members})
        name = _("fires") if fires else _("stays silent")
        cases.append(_Case(name, series, told))
    return cases


def _expectation(group: Group, alert: Alert, *, fires: bool) -> _Expectation:
    matchers = [f"alertname={quoted(alert.name)}", 'alertstate="firing"']
    if job := _told_apart(group, alert):
        matchers.append(job)
    query = f"count by (alertname, severity) (ALERTS{{{', '.join(matchers)}}})"
    labels = f'{{alertname={quoted(alert.name)}, severity="{alert.severity}"}}' if fires else None
    return _Expectation(alert.proof.after, query, labels)


def _told_apart(group: Group, alert: Alert) -> str | None:
    """A matcher, where one group has the same alert for several things."""
    if sum(each.name == alert.name for each in group.alerts) == 1:
        return None
    return alert.subject
