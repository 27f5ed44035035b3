"""Thinks a verification through: which checks, which hosts, and whether a person must agree to ask them."""

from urllib.parse import urlsplit

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.context import Deps
from tools.deployment.checks import DeploymentCheck
from tools.deployment.verify_plan import VerifyPlan
from tools.guard.action import Action
from tools.guard.decision import Decision, Reason
from tools.guard.errors import BriefError
from tools.resolve_brief import resolve_brief

PORTED = ("tcp", "tls")


async def think_verify(deps: Deps, path: str, environment: str | None, checks: list[DeploymentCheck]) -> VerifyPlan:
    """The judged plan. Nothing has been asked.

    Raises:
        BriefError: there is no such environment, or it has no address and no checks were given.
    """
    brief, _project = await resolve_brief(deps, path, {})
    chosen = _chosen(brief, environment)
    made = tuple(checks) or usual(brief, chosen)
    if not made:
        raise BriefError(
            _("The environment {name} has no url.", name=chosen.name),
            _("Write it in devops.yaml (context.environments), or give checks."),
        )
    for each in made:
        host, colon, port = each.target.rpartition(":")
        if each.kind in PORTED and not (colon and host and port.isdigit() and 0 < int(port) < 65_536):
            raise BriefError(_("{target} is not written as host:port.", target=each.target))
    urls = [urlsplit(each.url or "").hostname for each in brief.context.environments]
    named = frozenset(each for each in urls if each is not None)
    others = sorted({host_of(each) for each in made if each.kind != "rollout"} - named)
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
    return VerifyPlan(chosen, made, named, action, decision)


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
            checks.append(DeploymentCheck(kind="redirect", target=f"http://{parts.hostname}/"))
    if brief.context.platform.target == "kubernetes" and environment.kube_context:
        from tools.containers.workloads import workloads  # noqa: PLC0415 - only for clusters

        names = [each.subject.name for each in workloads(brief, overwrite=False)]
        checks += [DeploymentCheck(kind="rollout", target=name) for name in names]
    return tuple(checks)


def host_of(check: DeploymentCheck) -> str:
    """The host a check asks, in lower case; pure."""
    if check.kind in PORTED:
        return check.target.rpartition(":")[0].strip("[]").lower()
    if check.kind == "dns":
        return check.target.lower()
    return (urlsplit(check.target).hostname or check.target).lower()


def _chosen(brief: Brief, name: str | None) -> Environment:
    environments = brief.context.environments
    if name is None:
        return environments[-1]
    found = next((each for each in environments if each.name == name), None)
    if found is None:
        names = ", ".join(each.name for each in environments)
        raise BriefError(_("There is no environment {name}; there are: {names}.", name=name, names=names))
    return found
