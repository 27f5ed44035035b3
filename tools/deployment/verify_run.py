"""Makes the checks, all at once, and again what failed, until it passes or the time is over."""

import asyncio
from collections.abc import Callable

import anyio

from resources.catalogue import _
from tools.context import Deps
from tools.deployment.checks import CheckResult, DeploymentCheck, overall
from tools.deployment.probe_http import probe_http, probe_redirect
from tools.deployment.probe_other import probe_container, probe_dns, probe_prometheus, probe_rollout, probe_tcp
from tools.deployment.probe_tls import probe_tls
from tools.deployment.reachable import AddressRefusedError
from tools.deployment.verify_deployment import VerifyResult
from tools.deployment.verify_plan import VerifyPlan
from tools.guard.errors import ExpectedError

PAUSE_SECONDS = 1.0
LONGEST_PAUSE = 10.0
SHORTEST_TRY = 20.0
"""Seconds that one try has at least, however short the deadline: a verdict needs one answer."""


async def verify(deps: Deps, plan: VerifyPlan) -> VerifyResult:
    """Every check of `plan`, retried for its deadline in all."""
    until = anyio.current_time() + plan.pace.deadline
    done = 0

    async def one(check: DeploymentCheck) -> CheckResult:
        nonlocal done
        result = await _until(deps, plan, check, until, lambda: done)
        done += 1
        await deps.progress(done, len(plan.checks), f"{check.kind} {check.target}: {result.verdict}")
        return result

    results = list(await asyncio.gather(*(one(each) for each in plan.checks)))
    verdict = overall(results)
    bad = [each for each in results if each.verdict != "pass"]
    summary = _("{verdict}: {passed} of {count} checks pass.", verdict=verdict, passed=len(results) - len(bad),
                count=len(results))  # fmt: skip
    if bad:
        summary += " " + " ".join(f"{each.kind} {each.target}: {each.reason}" for each in bad[:3])
    return VerifyResult(summary=summary, verdict=verdict, environment=plan.environment.name, checks=results)


async def _until(
    deps: Deps, plan: VerifyPlan, check: DeploymentCheck, until: float, done: Callable[[], int]
) -> CheckResult:
    pause, attempts = PAUSE_SECONDS, 0
    while True:
        attempts += 1
        result = await _once(deps, plan, check, max(SHORTEST_TRY, until - anyio.current_time()))
        left = until - anyio.current_time()
        if result.verdict == "pass" or left <= pause or result.evidence.get("refused"):
            return result.model_copy(update={"attempts": attempts})
        told = f"{check.kind} {check.target}: {result.reason}, {left:.0f} s"
        await deps.progress(done(), len(plan.checks), told)
        await anyio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _once(deps: Deps, plan: VerifyPlan, check: DeploymentCheck, limit: float) -> CheckResult:
    import httpx  # noqa: PLC0415 - cold start

    probing = {
        "http": lambda: probe_http(check, plan.named, plan.pace.probes),
        "redirect": lambda: probe_redirect(check, plan.named),
        "tls": lambda: probe_tls(check, plan.named),
        "tcp": lambda: probe_tcp(check, plan.named),
        "dns": lambda: probe_dns(check, plan.named),
        "prometheus": lambda: probe_prometheus(check, plan.named),
        "container": lambda: probe_container(check, plan.environment, deps.place.root),
        "rollout": lambda: probe_rollout(check, plan.environment, deps.place.root),
    }
    try:
        async with asyncio.timeout(limit):
            return await probing[check.kind]()
    except AddressRefusedError as error:
        return CheckResult(
            kind=check.kind, target=check.target, verdict="unknown", reason=str(error), evidence={"refused": True}
        )
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ExpectedError) as error:
        reason = str(error) or type(error).__name__
        return CheckResult(kind=check.kind, target=check.target, verdict="fail", reason=reason)
