"""ECS services and Lambda functions, as CloudWatch tells of them through its exporter (YACE)."""

from resources.catalogue import _
from tools.observability.alert import Alert, Group, Proof
from tools.observability.console import console
from tools.observability.promql import quoted
from tools.observability.watched import Watch, Watched


def ecs(watch: Watch) -> list[Group]:
    """Processor and memory of every service on ECS."""
    if watch.target != "ecs" or not watch.components:
        return []
    found = [alert for each in watch.components for alert in (_memory(watch, each), _processor(watch, each))]
    return [Group("ecs", _("ECS services: processor and memory against what their tasks are given."), tuple(found))]


def functions(watch: Watch) -> list[Group]:
    """Errors and throttling of every Lambda function."""
    if watch.target != "lambda" or not watch.components:
        return []
    found = [alert for each in watch.components for alert in (_errors(watch, each), _throttled(watch, each))]
    return [Group("lambda", _("Lambda functions: errors, and calls that were turned away."), tuple(found))]


def _memory(watch: Watch, each: Watched) -> Alert:
    commands = console(watch)
    series = f"aws_ecs_memory_utilization_average{{dimension_ServiceName={quoted(each.job)}}}"
    return Alert(
        name="TaskMemoryHigh",
        expr=f"avg_over_time({series}[10m]) > 90",
        wait="10m",
        severity="warning",
        summary=_("{job} uses more than 90 % of its memory", job=each.job),
        description=_("Its tasks are at {{{{ $value | humanize }}}} % of their limit; at 100 % {job} is killed.", job=each.job),
        because=_("CloudWatch gives one value a minute, some minutes late: ten of them, for ten minutes."),
        look=commands.look(),
        act=(_("It grows without end: a leak. Restart it now, and mend it."), f"`{commands.restart}`",
             _("It is level: the limit is too small for the work; raise it in the task definition.")),
        proof=Proof({series: "95+0x60"}, {series: "40+0x60"}, "30m"),
        labels={"job": each.job},
        subject=f"job={quoted(each.job)}",
    )  # fmt: skip


def _processor(watch: Watch, each: Watched) -> Alert:
    commands = console(watch)
    series = f"aws_ecs_cpuutilization_average{{dimension_ServiceName={quoted(each.job)}}}"
    return Alert(
        name="TaskProcessorHigh",
        expr=f"avg_over_time({series}[15m]) > 85",
        wait="30m",
        severity="warning",
        summary=_("{job} uses more than 85 % of its processors", job=each.job),
        description=_("It has been at {{{{ $value | humanize }}}} % for half an hour: {job} is slow, and has no reserve.", job=each.job),
        because=_("Autoscaling should have added tasks long before: half an hour means that it cannot."),
        look=commands.look(),
        act=(_("More traffic than usual: scale out."), f"`{commands.scale}`", _("Is the autoscaler at its maximum? Raise it.")),
        proof=Proof({series: "95+0x90"}, {series: "40+0x90"}, "60m"),
        labels={"job": each.job},
        subject=f"job={quoted(each.job)}",
    )  # fmt: skip


def _errors(watch: Watch, each: Watched) -> Alert:
    commands = console(watch)
    chosen = f"{{dimension_FunctionName={quoted(each.job)}}}"
    failed, called = f"aws_lambda_errors_sum{chosen}", f"aws_lambda_invocations_sum{chosen}"
    return Alert(
        name="FunctionErrors",
        expr=(f"sum_over_time({failed}[15m]) / (sum_over_time({called}[15m]) > 0) > 0.05\n"
              f"and sum_over_time({failed}[15m]) >= 5"),
        wait="5m",
        severity="critical",
        summary=_("{job}: more than 5 % of its calls fail", job=each.job),
        description=_("{{{{ $value | humanizePercentage }}}} of the calls of {job} failed in 15 minutes.", job=each.job),
        because=_("At least five failures: one of three calls at night is no outage."),
        look=commands.look(),
        act=(_("A deployment in the last hour: take it back."), f"`{commands.undo}`",
             _("Time-outs or a backing service: its own alert and the logs say so.")),
        proof=Proof({failed: "10+0x60", called: "100+0x60"}, {failed: "0+0x60", called: "100+0x60"}, "30m"),
        labels={"job": each.job},
        subject=f"job={quoted(each.job)}",
    )  # fmt: skip


def _throttled(watch: Watch, each: Watched) -> Alert:
    commands = console(watch)
    series = f"aws_lambda_throttles_sum{{dimension_FunctionName={quoted(each.job)}}}"
    return Alert(
        name="FunctionThrottled",
        expr=f"sum_over_time({series}[15m]) > 5",
        wait="5m",
        severity="warning",
        summary=_("{job}: calls are turned away", job=each.job),
        description=_("{{{{ $value | humanize }}}} calls of {job} were throttled in 15 minutes.", job=each.job),
        because=_("A few are retried by whoever calls; more mean that the concurrency is too small."),
        look=commands.look(),
        act=(_("Raise its concurrency, or ask for more in the account."), f"`{commands.scale}`"),
        proof=Proof({series: "2+0x60"}, {series: "0+0x60"}, "30m"),
        labels={"job": each.job},
        subject=f"job={quoted(each.job)}",
    )  # fmt: skip
