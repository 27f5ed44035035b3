"""Resources that come under Terraform's care, leave it without being destroyed, or change their address."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.plan_change import Change
from tools.terraform.plan_json import is_null
from tools.terraform.risk_report import PlanRisk


def check(change: Change) -> Iterator[PlanRisk]:
    """Forgotten objects live on and cost money: medium. Imports: low. Moves: only said."""
    if "forget" in change.actions:
        yield change.risk(
            "forget", "medium", _("Terraform forgets this. It goes on existing, and nobody manages it any more.")
        )
    if not is_null(change.body.importing):
        yield change.risk("import", "low", _("An existing object comes under Terraform's care."))
    if change.entry.previous_address and change.entry.previous_address != change.entry.address:
        yield change.risk(
            "moved",
            "info",
            _("Only the address changes."),
            before=change.scrub(change.entry.previous_address),
            after=change.scrub(change.address),
        )
