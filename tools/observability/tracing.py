"""The OpenTelemetry Collector that takes traces in, and hands them on without secrets and within its memory."""

from resources.catalogue import _
from resources.templates import render
from tools.delivery import File
from tools.observability.watched import Watch


def tracing_files(watch: Watch) -> list[File]:
    """The collector's configuration, when the brief asks for traces."""
    if not watch.brief.context.operations.tracing:
        return []
    return [
        File(
            path="deploy/observability/otel/collector.yaml",
            content=render("observability/collector.yaml.j2", service=watch.brief.name),
            purpose=_("Takes traces in, keeps every failed and slow one and a tenth of the others."),
        )
    ]
