"""Types that nobody has reviewed: what their change would do is not known, and is never called safe."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.plan_change import Change
from tools.terraform.risk_report import PlanRisk

# A whole deployment behind one resource: the plan shows the parcel, not what is in it.
OPAQUE = frozenset(
    {
        "helm_release",
        "aws_cloudformation_stack",
        "aws_cloudformation_stack_set",
        "azurerm_resource_group_template_deployment",
        "azurerm_subscription_template_deployment",
        "google_deployment_manager_deployment",
    }
)


def check(change: Change) -> Iterator[PlanRisk]:
    """Low for a create, medium where something that exists is touched."""
    if not change.managed or change.kind in {"no_op", "read"}:
        return
    if change.type in OPAQUE and change.kind != "destroy":
        yield change.risk(
            "opaque_change", "medium", _("What this makes or changes stands in no plan: it is done elsewhere.")
        )
    if change.facts is not None:
        return
    yield change.risk(
        "unreviewed_type",
        "low" if change.kind == "create" else "medium",
        _("The type {type} has not been reviewed: read what changes.", type=change.type),
        changed=change.scrub(", ".join(change.changed[:20])) if change.kind == "update" else change.kind,
    )
