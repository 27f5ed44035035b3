"""What developers add to each component: metrics as its framework usually gives them, structured logs, traces."""

from resources.catalogue import _
from resources.facts import read_facts
from resources.templates import render
from tools.delivery import File
from tools.observability.logs.logs import log_store
from tools.observability.watched import Watch

PATH = "docs/observability.md"


def instrumentation_file(watch: Watch) -> File:
    """One page: how to turn it on, by component."""
    libraries = read_facts("structured_logs")["languages"]
    parts = [
        {
            "job": each.job,
            "metrics": each.metrics,
            "logs": libraries.get(each.component.language or "", libraries["other"]),
            "language": each.component.language or "",
        }
        for each in watch.components
    ]
    content = render(
        "observability/observability.md.j2",
        service=watch.brief.name,
        parts=parts,
        store=log_store(watch),
        tracing=watch.brief.context.operations.tracing,
        objective=f"{watch.objective.percent:g}",
        beyond=watch.objective.beyond_people,
    )
    return File(
        path=PATH, content=content, purpose=_("How each component is instrumented, and how to reload what watches it.")
    )
