"""Who runs the service and with what: the part of the brief that monitoring, secrets and runbooks are made from."""

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tools.model import Model
from tools.text_fields import Line, Slug

Receiver = Literal["pagerduty", "opsgenie"]
Address = Annotated[str, Field(pattern=r"^https://[A-Za-z0-9.-]+(/[A-Za-z0-9._~-]+)+$", max_length=300)]
LogStore = Literal["loki", "cloudwatch", "datadog"]


Duration = Annotated[str, Field(pattern=r"^[0-9]{1,4}[smhd]$")]
Series = Annotated[
    dict[Line, Line], Field(min_length=1, description="Series to its values, as promtool writes them: 0+1x60.")
]


class OwnAlert(Model):
    """An alert on what only this service measures. Without series that prove it, it is none."""

    name: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]{2,60}$")]
    query: Line = Field(description="PromQL that has a result when it is time to act.")
    wait: Duration = "10m"
    severity: Literal["critical", "warning"] = "warning"
    summary: Line
    because: Line = Field(description="Why this threshold and this delay.")
    look: dict[Line, Line] = Field(default={}, description="What a command shows, to the command.")
    act: list[Line] = Field(min_length=1, description="What to do, in order.")
    fires: Series
    quiet: Series
    after: Duration = Field(default="1h", description="When the proof looks.")


class OwnPanel(Model):
    """One graph of what only this service measures."""

    title: Line
    query: Line
    legend: Line = ""
    unit: Annotated[str, Field(pattern=r"^[A-Za-z]{1,20}$", description="Grafana's name of it: s, reqps, bytes.")] = (
        "short"
    )


class Operations(Model):
    """Ownership, on-call and telemetry. Names and addresses only, never a key."""

    owner: Slug | None = Field(default=None, description="Team that owns the service; a tag on every resource.")
    cost_centre: Line | None = Field(default=None, description="Who pays; a tag on every resource.")
    on_call: Line | None = Field(default=None, description="Who is called, for example 'Payments, #payments'.")
    repository: Address | None = Field(
        default=None, description="Web address of the repository; runbook links of alerts start there."
    )
    receivers: list[Receiver] = Field(default=[], description="Who alerts are sent to.")
    rollback_rehearsed: dt.date | None = Field(default=None, description="When somebody last rolled back on purpose.")
    restore_rehearsed: dt.date | None = Field(default=None, description="When a backup was last restored to try it.")
    heartbeat: Address | None = Field(
        default=None, description="Address that must hear the dead man's switch; with opsgenie its own heartbeat."
    )
    logs: LogStore | None = Field(default=None, description="Where logs go; default: the cloud's own, else loki.")
    alerts: list[OwnAlert] = Field(default=[], description="Beside those that every service of its kind has.")
    panels: list[OwnPanel] = Field(default=[], description="A dashboard of what only this service measures.")
    tracing: bool = Field(default=False, description="Add an OpenTelemetry Collector.")

    @model_validator(mode="after")
    def _alerts_are_told_apart(self) -> Self:
        names = [each.name for each in self.alerts]
        if len(set(names)) != len(names):
            raise ValueError("names of alerts must be unique")
        return self
