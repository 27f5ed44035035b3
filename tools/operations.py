"""Who runs the service and with what: the part of the brief that monitoring, secrets and runbooks are made from."""

from typing import Annotated, Literal

from pydantic import Field

from tools.model import Model
from tools.text_fields import Line, Slug

Receiver = Literal["pagerduty", "opsgenie"]
Address = Annotated[str, Field(pattern=r"^https://[A-Za-z0-9.-]+(/[A-Za-z0-9._~-]+)+$", max_length=300)]
LogStore = Literal["loki", "cloudwatch", "datadog"]


class Operations(Model):
    """Ownership, on-call and telemetry. Names and addresses only, never a key."""

    owner: Slug | None = Field(default=None, description="Team that owns the service; a tag on every resource.")
    cost_centre: Line | None = Field(default=None, description="Who pays; a tag on every resource.")
    on_call: Line | None = Field(default=None, description="Who is called, for example 'Payments, #payments'.")
    repository: Address | None = Field(
        default=None, description="Web address of the repository; runbook links of alerts start there."
    )
    receivers: list[Receiver] = Field(default=[], description="Who alerts are sent to.")
    heartbeat: Address | None = Field(
        default=None, description="Address that must hear the dead man's switch; with opsgenie its own heartbeat."
    )
    logs: LogStore | None = Field(default=None, description="Where logs go; default: the cloud's own, else loki.")
    tracing: bool = Field(default=False, description="Add an OpenTelemetry Collector.")
