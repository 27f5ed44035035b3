"""Dashboards as code: the service as its users feel it, its error budget, and what it runs on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resources.catalogue import _
from resources.templates import render
from tools.delivery import File
from tools.observability.alerts.backings import known
from tools.observability.alerts.containers import HOSTED
from tools.observability.alerts.requests import probe_job
from tools.observability.promql import matching
from tools.observability.slo import WINDOWS, decimal, duration
from tools.observability.watched import Watch

FOLDER = "deploy/observability/grafana"
WIDTH = 24
HEIGHT = 8
SCHEMA_VERSION = 41
"""Of Grafana 12; newer ones migrate it when they load it."""


@dataclass(frozen=True)
class Panel:
    """One graph: queries with their legends, and the unit of its axis."""

    title: str
    queries: tuple[tuple[str, str], ...]
    unit: str = "short"
    kind: str = "timeseries"
    width: int = 12
    threshold: float | None = None
    """A value that is drawn as a line: beyond it an alert fires."""
    what: str = ""


def dashboard_files(watch: Watch) -> list[File]:
    """The dashboards and what provisions them."""
    made = [
        _dashboard(watch, "service-overview", _("Service overview"), _service(watch)),
        _dashboard(watch, "slo", _("Error budget"), _budget(watch)),
        _dashboard(watch, "infrastructure", _("Infrastructure"), _infrastructure(watch)),
    ]
    if panels := _own(watch):
        made.append(_dashboard(watch, "inside", _("Inside {name}", name=watch.brief.name), panels))
    logs = watch.brief.context.operations.logs in {None, "loki"}
    provisioning = [
        ("datasources/datasources.yml", _("Tells Grafana where metrics, alerts and logs are.")),
        ("dashboards/dashboards.yml", _("Loads the dashboards of this folder; edits in the browser do not last.")),
    ]
    return [
        *(
            File(
                path=f"{FOLDER}/dashboards/{each['uid']}.json",
                content=json.dumps(each, indent=2, ensure_ascii=False) + "\n",
                purpose=_("Dashboard: {title}.", title=each["title"]),
            )
            for each in made
        ),
        *(
            File(
                path=f"{FOLDER}/provisioning/{name}",
                content=render(
                    f"observability/grafana-{name.rpartition('/')[2]}.j2",
                    service=watch.brief.name,
                    logs=logs,
                    tracing=watch.brief.context.operations.tracing,
                ),
                purpose=purpose,
            )
            for name, purpose in provisioning
        ),
    ]


def jobs(watch: Watch) -> list[str]:
    """The names under which the recorded request series exist."""
    return [each.job for each in watch.measured] or [probe_job(watch)]


def _service(watch: Watch) -> list[Panel]:
    job = '{job=~"$job"}'
    panels = [
        Panel(_("Requests per second"), ((f"job:http_requests:rate5m{job}", "{{job}}"),), "reqps"),
        Panel(
            _("Failed requests"),
            ((f"job:http_errors_per_request:ratio_5m{job}", "{{job}}"),),
            "percentunit",
            what=_("Share of requests answered with 5xx."),
        ),
    ]
    if watch.measured:
        panels += [
            Panel(
                _("Duration, 99th percentile"), ((f"job:http_request_duration_seconds:p99_5m{job}", "{{job}}"),), "s"
            ),
            Panel(_("Duration, median"), ((f"job:http_request_duration_seconds:p50_5m{job}", "{{job}}"),), "s"),
            Panel(_("Instances that answer"), ((f"sum by (job) (up{job})", "{{job}}"),)),
        ]
    firing = 'ALERTS{alertstate="firing", severity!="none"}'
    panels.append(
        Panel(
            _("Alerts that fire"),
            ((f"sum by (alertname, job, severity) ({firing})", "{{alertname}} {{job}} ({{severity}})"),),
            kind="table",
        )
    )
    return panels


def _own(watch: Watch) -> list[Panel]:
    """The graphs that the brief itself asks for."""
    asked = watch.brief.context.operations.panels
    return [Panel(each.title, ((each.query, each.legend),), each.unit) for each in asked]


def _budget(watch: Watch) -> list[Panel]:
    objective = watch.objective
    budget = decimal(objective.budget)
    job = '{job=~"$job"}'
    left = f"1 - job:http_errors_per_request:ratio_30d{job} / {budget}"
    panels = [
        Panel(
            _("Budget left of 30 days"),
            ((left, "{{job}}"),),
            "percentunit",
            kind="stat",
            what=_("Objective: {target} % of the requests.", target=f"{objective.percent:g}"),
        ),
        Panel(
            _("Failed requests over 30 days"),
            ((f"job:http_errors_per_request:ratio_30d{job}", "{{job}}"),),
            "percentunit",
        ),
    ]
    for window in WINDOWS:
        long, short = duration(window.long_minutes), duration(window.short_minutes)
        panels.append(
            Panel(
                _("Burn over {long} and {short}", long=long, short=short),
                (
                    (f"job:http_errors_per_request:ratio_{long}{job}", f"{{{{job}}}} {long}"),
                    (f"job:http_errors_per_request:ratio_{short}{job}", f"{{{{job}}}} {short}"),
                ),
                "percentunit",
                threshold=float(objective.threshold(window)),
            )
        )
    return panels


def _infrastructure(watch: Watch) -> list[Panel]:
    names = "|".join(each.job for each in watch.components)
    panels: list[Panel] = []
    if watch.target == "kubernetes":
        spaces = matching_any([each.namespace or each.name for each in watch.brief.context.environments])
        panels += [
            Panel(_("Memory by pod"), ((f'sum by (pod) (container_memory_working_set_bytes{{namespace=~{spaces}, container!=""}})', "{{pod}}"),), "bytes"),
            Panel(_("Processor by pod"), ((f'sum by (pod) (rate(container_cpu_usage_seconds_total{{namespace=~{spaces}, container!=""}}[$__rate_interval]))', "{{pod}}"),)),
            Panel(_("Restarts"), ((f"sum by (pod) (increase(kube_pod_container_status_restarts_total{{namespace=~{spaces}}}[1h]))", "{{pod}}"),)),
            Panel(_("Replicas that are missing"), ((f"kube_deployment_spec_replicas{{namespace=~{spaces}}} - kube_deployment_status_replicas_available{{namespace=~{spaces}}}", "{{deployment}}"),)),
        ]  # fmt: skip
    if watch.target in HOSTED and watch.components:
        panels += [
            Panel(_("Memory by container"), (('container_memory_working_set_bytes{job="cadvisor", name!=""}', "{{name}}"),), "bytes"),
            Panel(_("Processor by container"), (('rate(container_cpu_usage_seconds_total{job="cadvisor", name!=""}[$__rate_interval])', "{{name}}"),)),
        ]  # fmt: skip
    if watch.target in HOSTED | {"kubernetes"} and watch.components:
        panels += [
            Panel(_("Memory left by machine"), (('node_memory_MemAvailable_bytes{job="node"} / node_memory_MemTotal_bytes{job="node"}', "{{instance}}"),), "percentunit"),
            Panel(_("Disk left by machine"), (('min by (instance, mountpoint) (node_filesystem_avail_bytes{job="node", fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes{job="node", fstype!~"tmpfs|overlay"})', "{{instance}} {{mountpoint}}"),), "percentunit"),
        ]  # fmt: skip
    if watch.target == "ecs":
        panels += [
            Panel(_("Memory of tasks"), ((f'aws_ecs_memory_utilization_average{{dimension_ServiceName=~"{names}"}}', "{{dimension_ServiceName}}"),), "percent"),
            Panel(_("Processor of tasks"), ((f'aws_ecs_cpuutilization_average{{dimension_ServiceName=~"{names}"}}', "{{dimension_ServiceName}}"),), "percent"),
        ]  # fmt: skip
    if watch.target == "lambda":
        panels.append(
            Panel(
                _("Errors of functions"),
                ((f'aws_lambda_errors_sum{{dimension_FunctionName=~"{names}"}}', "{{dimension_FunctionName}}"),),
            )
        )
    for name, entry in known(watch).items():
        job = entry["exporter"]["job"]
        panels.append(Panel(_("{service} answers", service=name), ((f'up{{job="{job}"}}', "{{instance}}"),)))
    return panels or [Panel(_("Scrapes that answer"), (("up", "{{job}} {{instance}}"),))]


def matching_any(texts: Sequence[str]) -> str:
    """A quoted regular expression that matches one of `texts`."""
    return '"' + "|".join(sorted({matching(each)[1:-1] for each in texts})) + '"'


def _dashboard(watch: Watch, uid: str, title: str, panels: list[Panel]) -> dict[str, Any]:
    laid: list[dict[str, Any]] = []
    x = y = 0
    for number, panel in enumerate(panels, 1):
        if x + panel.width > WIDTH:
            x, y = 0, y + HEIGHT
        laid.append(_panel(number, panel, x, y))
        x += panel.width
    return {
        "uid": uid,
        "title": f"{watch.brief.name}: {title}",
        "tags": [watch.brief.name, "generated"],
        "timezone": "browser",
        "editable": False,
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": _variables(watch)},
        "annotations": {"list": [_deployments(watch)]},
        "links": [
            {"title": name, "type": "dashboards", "tags": [watch.brief.name], "asDropdown": True, "includeVars": True, "keepTime": True}
            for name in (_("Dashboards of this service"),)
        ],
        "panels": laid,
    }  # fmt: skip


def _variables(watch: Watch) -> list[dict[str, Any]]:
    return [
        {"name": "datasource", "type": "datasource", "query": "prometheus", "label": _("Source"), "current": {}},
        {
            "name": "job",
            "type": "custom",
            "label": _("Component"),
            "query": ",".join(jobs(watch)),
            "multi": True,
            "includeAll": True,
            "allValue": "|".join(jobs(watch)),
            "current": {"text": "All", "value": "$__all"},
        },
    ]


def _deployments(watch: Watch) -> dict[str, Any]:
    """Restarts as marks on every graph: a deployment is the first suspect."""
    names = "|".join(jobs(watch))
    return {
        "name": _("Restarts"),
        "enable": True,
        "iconColor": "blue",
        "datasource": _source(),
        "expr": f'changes(process_start_time_seconds{{job=~"{names}"}}[2m]) > 0',
        "titleFormat": "{{job}}",
    }


def _panel(number: int, panel: Panel, x: int, y: int) -> dict[str, Any]:
    defaults: dict[str, Any] = {"unit": panel.unit, "min": 0}
    custom: dict[str, Any] = {}
    if panel.threshold is not None:
        defaults["thresholds"] = {
            "mode": "absolute",
            "steps": [{"color": "green", "value": None}, {"color": "red", "value": panel.threshold}],
        }
        custom["thresholdsStyle"] = {"mode": "line"}
    if panel.kind == "stat":
        defaults.pop("min")
        defaults["thresholds"] = {
            "mode": "absolute",
            "steps": [
                {"color": "red", "value": None},
                {"color": "orange", "value": 0.25},
                {"color": "green", "value": 0.5},
            ],
        }
    if custom:
        defaults["custom"] = custom
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        **({"description": panel.what} if panel.what else {}),
        "datasource": _source(),
        "gridPos": {"x": x, "y": y, "w": panel.width, "h": HEIGHT},
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "expr": expr,
                "legendFormat": legend,
                **({"instant": True, "format": "table"} if panel.kind == "table" else {}),
                "datasource": _source(),
            }
            for index, (expr, legend) in enumerate(panel.queries)
        ],
    }


def _source() -> dict[str, str]:
    return {"type": "prometheus", "uid": "${datasource}"}
