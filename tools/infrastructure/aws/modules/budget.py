"""A budget that warns."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, number, text


def budget() -> Module:
    """A monthly budget and its warnings."""
    return Module(
        name="budget",
        template=f"{inputs.FOLDER}/budget",
        about=_("A monthly budget that warns before it is spent."),
        variables=(
            inputs.name(),
            text("service", _("Value of the tag service whose cost counts.")),
            number("monthly_usd", _("Limit a month in USD."), 1, 1_000_000),
            inputs.topic_arn(),
        ),
        outputs=(Output("name", "aws_budgets_budget.main.name", _("Name of the budget.")),),
    )
