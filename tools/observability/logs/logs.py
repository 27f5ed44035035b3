"""The log store of a brief: the one it names, else the cloud's own, else Loki."""

from collections.abc import Callable, Mapping

from resources.catalogue import _
from resources.templates import render
from tools.delivery import File, VariableToSet
from tools.observability.rules import runbook_url
from tools.observability.watched import Watch
from tools.operations import LogStore

FOLDER = "deploy/observability"
DAYS = 30
LONG_DAYS = 365
"""What regulations that ask for a trace of access usually mean; shorter needs a written decision."""
REGULATED = frozenset({"hds", "pci_dss", "iso_27001", "soc2"})


def log_store(watch: Watch) -> LogStore:
    """Where logs go."""
    named = watch.brief.context.operations.logs
    if named:
        return named
    return "cloudwatch" if watch.target in {"ecs", "lambda"} else "loki"


def retention(watch: Watch) -> int:
    """Days that logs are kept."""
    return LONG_DAYS if REGULATED & set(watch.brief.constraints.regulations) else DAYS


def log_files(watch: Watch) -> list[File]:
    """The configuration of the store and of what feeds it."""
    return MAKERS[log_store(watch)](watch)


def log_keys(watch: Watch) -> list[VariableToSet]:
    """The secrets that feeding the store needs."""
    if log_store(watch) != "datadog":
        return []
    purpose = _("Lets the agent send, and Terraform make monitors.")
    return [VariableToSet(name=name, secret=True, where=_("environment of the agent and of Terraform"), purpose=purpose)
            for name in ("DD_API_KEY", "DD_APP_KEY")]  # fmt: skip


def _loki(watch: Watch) -> list[File]:
    values = {"service": watch.brief.name, "days": retention(watch), "jobs": [each.job for each in watch.components],
              "kubernetes": watch.target == "kubernetes",
              "runbook": lambda name: runbook_url(watch.brief, name),
              "namespaces": sorted({each.namespace or each.name for each in watch.brief.context.environments})}  # fmt: skip
    return [
        _file("loki/loki.yml", "loki.yml", _("Loki on one machine, with a retention of {days} days.", days=retention(watch)), values),
        _file("loki/rules/fake/logs.yml", "loki-rules.yml", _("Alerts from logs: errors that pile up, and a component that fell silent."), values),
        _file("alloy/config.alloy", "config.alloy", _("Reads the containers' logs, takes levels out of JSON, and sends them to Loki."), values),
    ]  # fmt: skip


def _cloudwatch(watch: Watch) -> list[File]:
    prefix = {"ecs": "/ecs/", "lambda": "/aws/lambda/"}.get(watch.target or "", "/app/")
    values = {"service": watch.brief.name, "days": retention(watch), "prefix": prefix,
              "jobs": [each.job for each in watch.components]}  # fmt: skip
    return [
        _file(
            "cloudwatch/logs.tf",
            "cloudwatch.tf",
            _("Log groups with retention, error counts and alarms on them."),
            values,
        )
    ]


def _datadog(watch: Watch) -> list[File]:
    values = {"service": watch.brief.name, "owner": watch.brief.context.operations.owner,
              "target": watch.objective.percent, "jobs": [each.job for each in watch.components],
              "paged": watch.paged, "kubernetes": watch.target == "kubernetes",
              "receivers": watch.brief.context.operations.receivers}  # fmt: skip
    return [
        _file(
            "datadog/datadog.yaml",
            "datadog.yaml",
            _("The agent: logs of all containers, traces, Prometheus metrics."),
            values,
        ),
        _file("datadog/monitors.tf", "datadog.tf", _("Monitors, the objective and a dashboard, as Terraform."), values),
    ]


def _file(path: str, template: str, purpose: str, values: Mapping[str, object]) -> File:
    return File(path=f"{FOLDER}/{path}", content=render(f"observability/{template}.j2", **values), purpose=purpose)


MAKERS: dict[LogStore, Callable[[Watch], list[File]]] = {"loki": _loki, "cloudwatch": _cloudwatch, "datadog": _datadog}
