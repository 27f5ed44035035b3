"""Who runs the nodes of a cluster."""

from resources.catalogue import _
from tools.brief import Brief
from tools.infrastructure.problems import ContradictionError

AUTOPILOT_UP_TO = 99.9
"""What Google promises of pods that Autopilot places over several zones; nodes of one's own are promised more."""


def autopilot(brief: Brief) -> bool:
    """Whether Google runs the nodes: it does, unless the brief asks for nodes or promises more than it would.

    Raises:
        ContradictionError: Autopilot is asked for, and the SLA is more than it is promised for.
    """
    asked_for, sla = brief.context.platform.nodes, brief.constraints.sla or 0
    if asked_for == "autopilot" and sla > AUTOPILOT_UP_TO:
        raise ContradictionError(
            _(
                "context.platform.nodes is autopilot, promised to {best} %, and constraints.sla is {sla}.",
                best=f"{AUTOPILOT_UP_TO:g}",
                sla=f"{sla:g}",
            ),
            _("Set nodes to standard, or sla to {best} or less.", best=f"{AUTOPILOT_UP_TO:g}"),
        )
    return asked_for != "standard" and sla <= AUTOPILOT_UP_TO
