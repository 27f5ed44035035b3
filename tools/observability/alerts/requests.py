"""Requests of every component that counts them: rate, errors, duration, as recordings and as the objective's alerts."""

from fractions import Fraction

from resources.catalogue import _
from tools.observability.alert import Alert, Group, Look, Proof, Recording
from tools.observability.console import console
from tools.observability.promql import quoted
from tools.observability.slo import FAILURES, WINDOWS, Objective, Window, decimal, duration
from tools.observability.watched import Watch, Watched

SLOW = 1.0
"""Seconds that 1 request of 100 may take: a start for an interactive service, until somebody has measured."""
PROVED = 150
"""Minutes that the unit tests run for: longer than every delay, and quick."""


def requests(watch: Watch) -> list[Group]:
    """One group for each component, and one for a service that only probes measure."""
    return [_group(watch, each) for each in watch.measured] or ([_probed(watch)] if watch.components else [])


def probe_job(watch: Watch) -> str:
    """The job that asks from outside."""
    return f"probe-{watch.brief.name}"[:63].rstrip("-")


def _group(watch: Watch, each: Watched) -> Group:
    metrics = each.metrics
    if metrics is None:  # only measured components come here
        raise AssertionError(each.job)
    total = f"rate({metrics.all_requests(each.job)}[5m])"
    failed = f"rate({metrics.failed_requests(each.job)}[5m])"
    buckets = metrics.select(f"{metrics.duration}_bucket", each.job)
    scale = " / 1000" if metrics.unit == "milliseconds" else ""
    quantiles = [
        Recording(
            f"job:http_request_duration_seconds:p{share}_5m",
            _named(each.job, metrics.service_label,
                   f"histogram_quantile(0.{share}, sum by ({metrics.service_label or 'job'}, le) "
                   f"(rate({buckets}[5m]))){scale}"),
        )
        for share in ("50", "99")
    ]  # fmt: skip
    by = metrics.service_label or "job"
    recordings = (
        Recording("job:http_requests:rate5m", _named(each.job, metrics.service_label, f"sum by ({by}) ({total})")),
        # Without its second half a service that never failed would have no error rate at all.
        Recording(
            "job:http_errors:rate5m",
            _named(each.job, metrics.service_label,
                   f"sum by ({by}) ({failed}) or 0 * sum by ({by}) ({total})"),
        ),
        *ratios(each.job),
        *quantiles,
    )  # fmt: skip
    good, bad = metrics.samples(each.job, failed=False), metrics.samples(each.job, failed=True)
    series = _Series(good, bad)
    slow = metrics.select(f"{metrics.duration}_bucket", each.job)[:-1]
    unit = 1000 if metrics.unit == "milliseconds" else 1
    buckets_of = [slow + f', le="{le}"}}' for le in (unit, 10 * unit, "+Inf")]
    latency = Proof(
        fires={good: "0+60x60", **dict(zip(buckets_of, ("0+1x60", "0+60x60", "0+60x60"), strict=True))},
        quiet={good: "0+60x60", **dict.fromkeys(buckets_of, "0+60x60")},
        after="30m",
    )
    return Group(
        name=each.job,
        purpose=_(
            "Requests of {job}: rate, errors and duration, and what they leave of the error budget.", job=each.job
        ),
        recordings=recordings,
        alerts=(*burns(watch, each.job, watch.objective, series), _slow(watch, each.job, latency)),
    )


def _named(job: str, label: str | None, expr: str) -> str:
    """An exporter that speaks for all components names them by a label of its own."""
    return expr if label is None else f'label_replace({expr}, "job", {quoted(job)}, "{label}", ".*")'


class _Series:
    """The counters of a unit test: `failing` of a hundred requests a minute fail."""

    def __init__(self, good: str, bad: str) -> None:
        self._good, self._bad = good, bad

    def at(self, failing: Fraction, minutes: int, a_minute: int = 6000) -> dict[str, str]:
        bad = int(a_minute * failing)
        return {self._good: f"0+{a_minute - bad}x{minutes}", self._bad: f"0+{bad}x{minutes}"}

    def few(self, minutes: int) -> dict[str, str]:
        """One request a minute, one of them failed in the middle of the last window: a large share, yet only one."""
        return {self._good: f"0+1x{minutes}", self._bad: f"0+0x{minutes - 4} 1+0x4"}


class _Probes:
    """A probe that fails, or does not."""

    def __init__(self, series: str) -> None:
        self._series = series

    def at(self, failing: Fraction, minutes: int, a_minute: int = 0) -> dict[str, str]:
        del a_minute
        return {self._series: f"{0 if failing > Fraction(1, 10) else 1}+0x{minutes}"}

    def few(self, minutes: int) -> dict[str, str]:
        return {self._series: f"1+0x{minutes - 4} 0+0x0 1+0x3"}


def ratios(job: str) -> tuple[Recording, ...]:
    """The share of failed requests over every window of the alerts, each request counting once."""
    windows = sorted({minutes for each in WINDOWS for minutes in (each.short_minutes, each.long_minutes)})
    chosen = f"{{job={quoted(job)}}}"
    found = []
    for minutes in [*windows, 30 * 24 * 60]:
        over = duration(minutes)
        if minutes == 5:
            expr = f"job:http_errors:rate5m{chosen} / job:http_requests:rate5m{chosen}"
        else:
            expr = (
                f"sum_over_time(job:http_errors:rate5m{chosen}[{over}])"
                f" / sum_over_time(job:http_requests:rate5m{chosen}[{over}])"
            )
        found.append(Recording(f"job:http_errors_per_request:ratio_{over}", expr))
    return tuple(found)


def burns(watch: Watch, job: str, objective: Objective, series: "_Series | _Probes") -> tuple[Alert, ...]:
    """One alert for each pair of windows; the two that page share a name each with its own runbook."""
    names = ("ErrorBudgetBurnFast", "ErrorBudgetBurnSteady", "ErrorBudgetBurnSlow", "ErrorBudgetBurnCreeping")
    return tuple(_burn(watch, name, job, objective, window, series)
                 for name, window in zip(names, WINDOWS, strict=True))  # fmt: skip


def _burn(
    watch: Watch, name: str, job: str, objective: Objective, window: Window, series: "_Series | _Probes"
) -> Alert:
    threshold = decimal(objective.threshold(window))
    long, short = duration(window.long_minutes), duration(window.short_minutes)
    chosen = f"{{job={quoted(job)}}}"
    expr = (
        f"job:http_errors_per_request:ratio_{long}{chosen} > {threshold}\n"
        f"and job:http_errors_per_request:ratio_{short}{chosen} > {threshold}\n"
        f"and sum_over_time(job:http_errors:rate5m{chosen}[{long}:5m]) * 300 >= {FAILURES}"
    )
    minutes = objective.minutes_to_fire(window, Fraction(1))
    total = _("never") if minutes is None else duration_text(minutes + window.wait_minutes)
    commands = console(watch)
    return Alert(
        name=name,
        expr=expr,
        wait=duration(window.wait_minutes),
        severity=window.severity,
        labels={"slo": "availability"},
        summary=_("{job}: the error budget is spent at {burn} times the rate it lasts at", job=job, burn=f"{float(window.burn):g}"),
        description=_(
            "{{{{ $value | humanizePercentage }}}} of the requests of {job} failed in the last {long}; the objective of "
            "{target} % allows {budget} over 30 days.",
            job=job, long=long, target=f"{objective.percent:g}", budget=percent(objective.budget),
        ),
        because=_(
            "{share} % of the 30-day budget within {long} (a burn rate of {burn}); the last {short} too, so that it ends "
            "soon after the trouble. From {failures} failures on: one of ten requests is no outage. A total outage is "
            "told after {total}.",
            share=f"{float(window.share * 100):g}", long=long, burn=f"{float(window.burn):g}", short=short,
            failures=FAILURES, total=total,
        ),
        look=(
            *commands.look(),
            Look(_("which answers fail, in the dashboard of the service"), "open \"$GRAFANA/d/service-overview\""),
        ),
        act=(
            _("A deployment in the last hour: take it back first, look for the cause afterwards."),
            f"`{commands.undo}`",
            _("A backing service that fails has its own alert: follow that runbook."),
            _("Neither: restart one instance, and see whether it stays well.")
            if window.severity == "critical"
            else _("Nothing is urgent: find the requests that fail, open an issue, and hold risky deployments back."),
        ),
        proof=Proof(
            fires=series.at(Fraction(6, 10), PROVED),
            quiet=series.few(PROVED),
            after=f"{PROVED}m",
        ),
    )  # fmt: skip


def _slow(watch: Watch, job: str, proof: Proof) -> Alert:
    commands = console(watch)
    chosen = f"{{job={quoted(job)}}}"
    return Alert(
        name="RequestsSlow",
        expr=f"job:http_request_duration_seconds:p99_5m{chosen} > {SLOW:g}\nand job:http_requests:rate5m{chosen} > 0.1",
        wait="15m",
        severity="warning",
        summary=_("{job}: one request of a hundred takes longer than {slow} s", job=job, slow=f"{SLOW:g}"),
        description=_("The 99th percentile of {job} has been at {{{{ $value | humanizeDuration }}}} for 15 minutes.",
                      job=job),
        because=_("A ticket, not a page: slow is not down. Raise or lower it once the usual value is known. Below one "
                  "request in ten seconds a percentile says nothing."),
        look=(*commands.look(), *((Look(_("what it uses"), commands.resources),) if commands.resources else ())),
        act=(
            _("More traffic than usual: scale out."),
            f"`{commands.scale}`",
            _("The same traffic: look at the slowest queries of its database, and at what was deployed last."),
        ),
        proof=proof,
    )  # fmt: skip


def _probed(watch: Watch) -> Group:
    """Nothing counts its own requests: each probe is one, from outside."""
    job = probe_job(watch)
    probe = f"probe_success{{job={quoted(job)}}}"
    recordings = (
        Recording("job:http_requests:rate5m", f"sum by (job) (count_over_time({probe}[5m])) / 300"),
        Recording(
            "job:http_errors:rate5m",
            f"sum by (job) (count_over_time({probe}[5m]) - sum_over_time({probe}[5m])) / 300",
        ),
        *ratios(job),
    )
    series = _Probes(f'probe_success{{job={quoted(job)}, instance="https://example.com/"}}')
    return Group(
        name=job,
        purpose=_("The objective, measured from outside: nothing here counts its own requests, so each probe is one."),
        recordings=recordings,
        alerts=burns(watch, job, watch.objective, series),
    )


def percent(share: Fraction) -> str:
    """A share as people read it."""
    return f"{float(share * 100):.4g} %"


def duration_text(minutes: Fraction) -> str:
    """A time to wait, rounded up to a whole minute."""
    return f"{-(-minutes.numerator // minutes.denominator)} min"
