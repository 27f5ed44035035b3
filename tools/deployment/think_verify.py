"""Thinks a verification through: which checks, which hosts, and whether a person must agree to ask them."""

from urllib.parse import urlsplit

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.context import Deps
from tools.deployment.address import UrlError, parse_endpoint, parse_host, parse_url
from tools.deployment.checks import DeploymentCheck
from tools.deployment.reachable import place
from tools.deployment.verify_plan import Pace, VerifyPlan
from tools.guard.action import Action
from tools.guard.decision import Decision, Reason
from tools.guard.errors import BriefError
from tools.resolve_brief import resolve_brief

PORTED = ("tcp", "tls")
PINNED = ("rollout", "container")
MOST_PROBES = 100
LONGEST_DEADLINE = 900


async def think_verify(
    deps: Deps, path: str, environment: str | None, checks: list[DeploymentCheck], pace: Pace
) -> VerifyPlan:
    """The judged plan. Nothing has been asked.

    Raises:
        BriefError: there is no such environment, it has no address and no checks were given, or the pace is out of
            bounds.
        UrlError: a check's target is not written as its kind needs it.
    """
    if not (1 <= pace.probes <= MOST_PROBES and 0 < pace.deadline <= LONGEST_DEADLINE):
        raise BriefError(
            _("There are 1 to {probes} probes, and at most {seconds} seconds.", probes=MOST_PROBES,
              seconds=LONGEST_DEADLINE)
        )  # fmt: skip
    brief, _project = await resolve_brief(deps, path, {})
    chosen = _chosen(brief, environment)
    made = tuple(checks) or usual(brief, chosen)
    if not made:
        raise BriefError(
            _("The environment {name} has no url.", name=chosen.name),
            _("Write it in devops.yaml (context.environments), or give checks."),
        )
    asked = {found for each in made if (found := place_of(each)) is not None}
    named = named_by(brief)
    others = sorted(asked - named)
    # What a person is asked about and names a host of the brief may be private too: another port of the same machine.
    hosts = {each.rpartition(":")[0] for each in named}
    named |= {each for each in asked if each.rpartition(":")[0] in hosts}
    reasons = [Reason(rule="verify.named", verdict="allow", message=_("It asks the addresses of devops.yaml."))]
    if others:
        message = _("It asks hosts that devops.yaml does not name: {hosts}.", hosts=", ".join(others[:10]))
        reasons.append(Reason(rule="verify.other_host", verdict="ask", message=message))
    action = Action(
        tool="verify_deployment",
        target=chosen.url or chosen.name,
        arguments={"environment": chosen.name, "checks": [each.model_dump(mode="json") for each in made]},
        what=_("Check {name}: {checks}", name=chosen.name,
               checks=", ".join(f"{each.kind} {each.target}" for each in made[:10])),
        undo=_("Checks change nothing; there is nothing to undo."),
    )  # fmt: skip
    decision = deps.guard.judge(action, Decision.of(reasons), changes=False)
    return VerifyPlan(chosen, made, named, pace, action, decision)


def usual(brief: Brief, environment: Environment) -> tuple[DeploymentCheck, ...]:
    """What any service with an address must pass; pure."""
    parts = urlsplit(environment.url or "")
    if not parts.hostname:
        return ()
    base = f"{parts.scheme}://{parts.netloc}"
    path = next((each.health_path for each in brief.context.components if each.health_path), None) or "/"
    checks = [DeploymentCheck(kind="http", target=base + path)]
    if parts.scheme == "https":
        checks.append(DeploymentCheck(kind="tls", target=f"{parts.hostname}:{parts.port or 443}"))
        if parts.port is None:
            checks.append(
                DeploymentCheck(kind="redirect", target=f"http://{parts.hostname}/", expect=f"https://{parts.hostname}")
            )
    return (*checks, *_pinned(brief, environment))


def _pinned(brief: Brief, environment: Environment) -> list[DeploymentCheck]:
    """What the cluster or the engine is asked, where the brief pins one."""
    from tools.containers.workloads import workloads  # noqa: PLC0415 - cold start

    target = brief.context.platform.target
    if target == "kubernetes" and environment.kube_context:
        names = [each.name for each in workloads(brief, overwrite=False)]
        return [DeploymentCheck(kind="rollout", target=name) for name in names]
    if target == "compose" and environment.docker_host:
        keys = [each.key for each in workloads(brief, overwrite=False)]
        return [DeploymentCheck(kind="container", target=f"{brief.name}-{key}-1") for key in keys]
    return []


def named_by(brief: Brief) -> frozenset[str]:
    """The places that the environments' addresses name: their own port, and the two that every site has; pure."""
    found: set[str] = set()
    for each in brief.context.environments:
        try:
            url = parse_url(each.url or "")
        except UrlError:
            continue
        found |= {place(url.host, port) for port in (url.port, 80, 443, 0)}
    return frozenset(found)


def place_of(check: DeploymentCheck) -> str | None:
    """Host and port that a check asks; None for what is asked of a cluster or an engine that the brief pins; pure.

    Raises:
        UrlError: its target is not written as its kind needs it.
    """
    if check.kind in PINNED:
        return None
    if check.kind in PORTED:
        return place(*parse_endpoint(check.target))
    if check.kind == "dns":
        return place(parse_host(check.target), 0)
    url = parse_url(check.target)
    return place(url.host, url.port)


def _chosen(brief: Brief, name: str | None) -> Environment:
    environments = brief.context.environments
    if name is None:
        return environments[-1]
    found = next((each for each in environments if each.name == name), None)
    if found is None:
        names = ", ".join(each.name for each in environments)
        raise BriefError(_("There is no environment {name}; there are: {names}.", name=name, names=names))
    return found
