"""A cluster's name, and who runs its nodes."""

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.infrastructure.aws.common import name_of
from tools.infrastructure.gcp.common import shared_project
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


def cluster_name(brief: Brief, environment: Environment) -> str:
    """As the pipeline calls it, where the brief does.

    Raises:
        ContradictionError: one cluster is named, and several environments would make it in the same project.
    """
    named = brief.context.platform.cluster
    if named is None:
        return name_of(brief, environment)
    if shared_project(brief, environment):
        raise ContradictionError(
            _(
                "context.platform.cluster is {cluster}, and several environments lie in the project {project}: each "
                "makes a cluster of its own.",
                cluster=named,
                project=environment.gcp_project,
            ),
            _("Leave cluster out, or give each environment a gcp_project of its own."),
        )
    return named
