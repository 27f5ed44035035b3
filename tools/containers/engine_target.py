"""Says when the engine is one that `devops.yaml` protects, or a remote one that it does not name."""

from pathlib import Path

from resources.catalogue import _
from tools.containers.endpoint import Endpoint
from tools.context import Deps
from tools.guard.decision import Reason
from tools.shell.surroundings import facts_of

LOCAL = ("unix://", "npipe://")


def engine_reasons(deps: Deps, folder: Path, where: Endpoint) -> list[Reason]:
    """What to add to a decision that acts on the engine at `where`. Blocking: reads `devops.yaml`."""
    facts, problem = facts_of(deps, folder)
    reasons: list[Reason] = []
    if problem is not None:
        message = _("devops.yaml cannot be read, so nobody knows what is production: {problem}", problem=problem)
        reasons.append(Reason(rule="production.unreadable_brief", verdict="ask", message=message))
    pinned = [each for each in facts.targets if each.kind == "docker_host"]
    named = [each for each in pinned if each.value == where.url]
    if any(each.protected for each in named):
        message = _("The engine {url} is a protected environment.", url=where.url)
        reasons.append(Reason(rule="production.protected_target", verdict="ask", message=message))
    if pinned and not named and not where.url.startswith(LOCAL):
        message = _("The engine {url} is none that devops.yaml names.", url=where.url)
        reasons.append(Reason(rule="production.other_target", verdict="deny", message=message))
    return reasons
