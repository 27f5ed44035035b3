"""Alarms of an environment and who hears of them."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, Rule, Variable, text

POLICY = """map(object({
    description = string
    query = string
    minutes = optional(number, 5)
    severity = optional(string, "ERROR")
  }))"""
SEVERE = 'alltrue([for each in var.policies : contains(["CRITICAL", "ERROR", "WARNING"], each.severity)])'


def monitoring() -> Module:
    """Notification channels, alert policies from a table, and a check from outside."""
    return Module(
        name="monitoring",
        template=f"{inputs.FOLDER}/monitoring",
        about=_("Alarms from a table of PromQL queries, a check from outside, and who is told."),
        variables=(
            inputs.name(),
            inputs.project(),
            inputs.emails(),
            Variable(
                "policies",
                _("Name to query and how long it must answer something."),
                POLICY,
                rules=(Rule(SEVERE, _("severity must be CRITICAL, ERROR or WARNING.")),),
            ),
            text("host", _("Host name that is checked from outside; null: none."), default=None),
            text("path", _("Path that answers 200."), default="/"),
        ),
        outputs=(
            Output(
                "channels",
                "[for each in google_monitoring_notification_channel.mail : each.id]",
                _("Who is told, for the budget."),
            ),
        ),
    )
