"""What the HTTP metrics of a component are called: decided by its framework, its language or its platform, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resources.facts import read_facts
from tools.observability.promql import quoted
from tools.project import Component


@dataclass(frozen=True)
class HttpMetrics:
    """The counter and the histogram of one library, or of the platform itself."""

    library: str
    packages: str | None
    code: str | None
    """How it is turned on; None where the platform measures without the application."""
    path: str
    port: int | None
    """Where they are asked for, when that is not where the component listens."""
    requests: str
    errors: str | None
    status: str
    good: str
    bad: str
    duration: str
    unit: str
    only: str | None
    service_label: str | None
    """The label that names the component where one exporter speaks for all of them."""

    @property
    def of_the_platform(self) -> bool:
        """Whether it is there without instrumentation."""
        return self.code is None

    def select(self, metric: str, job: str, *more: str) -> str:
        """A selector of `metric` for one component."""
        label = self.service_label or "job"
        return f"{metric}{{{', '.join([f'{label}={quoted(job)}', *([self.only] if self.only else []), *more])}}}"

    def all_requests(self, job: str) -> str:
        """Every request of the component."""
        return self.select(self.requests, job)

    def failed_requests(self, job: str) -> str:
        """The requests that the component failed: 5xx. A 4xx is its client's."""
        return (
            self.select(self.errors, job) if self.errors else self.select(self.requests, job, f'{self.status}=~"5.."')
        )

    def samples(self, job: str, *, failed: bool) -> str:
        """A series for a unit test of the rules."""
        if self.errors:
            return self.select(self.errors if failed else self.requests, job)
        return self.select(self.requests, job, f"{self.status}={quoted(self.bad if failed else self.good)}")


def http_metrics(component: Component, target: str | None) -> HttpMetrics:
    """The metrics that `component` has, or would have once instrumented as its framework usually is."""
    facts = read_facts("http_metrics")
    entry: Mapping[str, Any] = (
        facts["platforms"].get(target or "")
        or facts["frameworks"].get(component.framework or "")
        or facts["languages"].get(component.language or "")
        or facts["other"]
    )
    return HttpMetrics(
        library=entry["library"],
        packages=entry.get("add"),
        code=entry.get("code"),
        path=entry["path"],
        port=entry.get("port"),
        requests=entry["requests"],
        errors=entry.get("errors"),
        status=entry["status"],
        good=entry["good"],
        bad=entry["bad"],
        duration=entry["duration"],
        unit=entry.get("unit", "seconds"),
        only=entry.get("only"),
        service_label=entry.get("service"),
    )
