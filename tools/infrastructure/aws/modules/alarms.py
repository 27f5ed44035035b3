"""Alarms of an environment."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Variable

ALARM = """map(object({
    description = string
    namespace = string
    metric = string
    dimensions = map(string)
    threshold = number
    statistic = optional(string, "Sum")
    comparison = optional(string, "GreaterThanThreshold")
    period = optional(number, 60)
    periods = optional(number, 5)
    missing = optional(string, "notBreaching")
  }))"""


def alarms() -> Module:
    """Alarms from a table."""
    return Module(
        name="alarms",
        template=f"{inputs.FOLDER}/alarms",
        about=_("Alarms, from a table of metrics and thresholds."),
        variables=(
            inputs.name(),
            inputs.topic_arn(),
            Variable("alarms", _("Name to metric, threshold and how long it must last."), ALARM),
            inputs.region(),
        ),
        outputs=(
            Output(
                "names", "[for each in aws_cloudwatch_metric_alarm.main : each.alarm_name]", _("The alarms' names.")
            ),
        ),
    )
