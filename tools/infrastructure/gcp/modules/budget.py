"""A budget that warns."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, matches, number, text


def budget() -> Module:
    """A monthly budget and its warnings."""
    return Module(
        name="budget",
        template=f"{inputs.FOLDER}/budget",
        about=_("A monthly budget that warns before it is spent."),
        variables=(
            inputs.name(),
            text(
                "billing_account",
                _("Billing account that pays, 000000-000000-000000; null: no budget is made."),
                matches(
                    "billing_account",
                    "^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$",
                    _("A billing account looks like 012345-6789AB-CDEF01."),
                    optional=True,
                ),
                default=None,
            ),
            text("project_number", _("Project whose cost counts, by its number.")),
            text("service", _("Value of the label service whose cost counts.")),
            number("monthly", _("Limit a month, in the currency of the billing account."), 1, 1_000_000),
            inputs.channels(),
        ),
        outputs=(
            Output(
                "name", "one(google_billing_budget.main[*].name)", _("Name of the budget; null where none is made.")
            ),
        ),
    )
