"""Changes in place that stop the thing for a while: a new version, another machine, another parameter group."""

import re
from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.plan_change import Change
from tools.terraform.risk_report import PlanRisk

_RESTARTS = re.compile(
    r"^(?:engine_version|database_version|instance_class|instance_type|node_type|machine_type|vm_size|size|sku_name|"
    r"(?:db_)?(?:cluster_)?parameter_group_name|kubernetes_version|min_master_version|version|cluster_version|"
    r"storage_type|broker_node_group_info|kafka_version|user_data|dedicated_master_type|availability_zone)$"
)


def check(change: Change) -> Iterator[PlanRisk]:
    """Medium: most providers do it in place, and the service is gone for minutes."""
    if change.kind != "update" or change.facts is None:
        return
    if not (change.facts.stateful or change.facts.downtime_on_replace):
        return
    for name in change.changed:
        if _RESTARTS.search(name) and change.before.get(name) is not None:
            yield change.risk(
                "restart",
                "medium",
                _("This changes in place and may restart it: plan a window."),
                **change.evidence(name),
            )
            return
