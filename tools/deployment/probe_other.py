"""Ports, names, rollouts, containers and Prometheus."""

import asyncio
import json
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote

from resources.catalogue import _
from tools.brief import Environment
from tools.deployment.address import parse_endpoint, parse_host
from tools.deployment.checks import CheckResult, DeploymentCheck
from tools.deployment.probe_http import ask
from tools.deployment.reachable import reach
from tools.guard.process import find_program, run

SECONDS = 10.0


async def probe_tcp(check: DeploymentCheck, named: Collection[str]) -> CheckResult:
    """Whether somebody listens."""
    found = await reach(*parse_endpoint(check.target), named)
    try:
        async with asyncio.timeout(SECONDS):
            _reader, writer = await asyncio.open_connection(found.address, found.port)
    except (OSError, TimeoutError) as error:
        reason = _("nobody answers: {reason}", reason=str(error) or type(error).__name__)
        evidence = {"address": found.address}
        return CheckResult(kind="tcp", target=check.target, verdict="fail", reason=reason, evidence=evidence)
    writer.close()
    return CheckResult(kind="tcp", target=check.target, verdict="pass", evidence={"address": found.address})


async def probe_dns(check: DeploymentCheck, named: Collection[str]) -> CheckResult:
    """Whether the name resolves, to what was expected."""
    found = await reach(parse_host(check.target), 0, named)
    missing = sorted(set(check.listed) - set(found.others))
    reason = _("it does not lead to {addresses}", addresses=", ".join(missing)) if missing else ""
    verdict = "fail" if missing else "pass"
    evidence = {"addresses": list(found.others)}
    return CheckResult(kind="dns", target=check.target, verdict=verdict, reason=reason, evidence=evidence)


async def probe_rollout(check: DeploymentCheck, environment: Environment, root: Path) -> CheckResult:
    """What kubectl says of a deployment, in the cluster that the brief pins; unknown where none is pinned."""
    kubectl = find_program("kubectl")
    if kubectl is None or environment.kube_context is None:
        reason = _("kubectl is absent, or devops.yaml names no kube_context for {name}", name=environment.name)
        return CheckResult(kind="rollout", target=check.target, verdict="unknown", reason=reason)
    argv = [kubectl, "--context", environment.kube_context, "--namespace", environment.namespace or environment.name,
            "get", "deployment", "--output", "json", "--request-timeout=10s", "--", check.target]  # fmt: skip
    done = await run(argv, cwd=root, timeout=SECONDS * 2)
    if done.returncode:
        return CheckResult(kind="rollout", target=check.target, verdict="unknown", reason=done.stderr.strip()[-300:])
    told = json.loads(done.stdout)
    status, wanted = told.get("status", {}), told.get("spec", {}).get("replicas", 1)
    evidence = {
        "wanted": wanted,
        "updated": status.get("updatedReplicas", 0),
        "available": status.get("availableReplicas", 0),
        "observed": status.get("observedGeneration") == told.get("metadata", {}).get("generation"),
    }
    done_so = evidence["observed"] and evidence["updated"] == wanted and evidence["available"] == wanted
    reason = "" if done_so else _("{available} of {wanted} pods are up to date and available", **evidence)
    verdict = "pass" if done_so else "fail"
    return CheckResult(kind="rollout", target=check.target, verdict=verdict, reason=reason, evidence=evidence)


async def probe_container(check: DeploymentCheck, environment: Environment, root: Path) -> CheckResult:
    """What the engine that the brief pins says of a container: that it runs, is healthy, and has not been restarted."""
    docker = find_program("docker")
    if docker is None or environment.docker_host is None:
        reason = _("docker is absent, or devops.yaml names no docker_host for {name}", name=environment.name)
        return CheckResult(kind="container", target=check.target, verdict="unknown", reason=reason)
    argv = [docker, "--host", environment.docker_host, "container", "inspect", "--", check.target]
    done = await run(argv, cwd=root, timeout=SECONDS * 2)
    if done.returncode:
        reason = done.stderr.strip()[-300:]
        return CheckResult(kind="container", target=check.target, verdict="unknown", reason=reason)
    found = json.loads(done.stdout)[0]
    state = found["State"]
    evidence = {
        "status": state["Status"],
        "health": state.get("Health", {}).get("Status"),
        "restarts": found.get("RestartCount", 0),
        "image": found["Image"],
    }
    works = evidence["status"] == "running" and evidence["health"] in {None, "healthy"}
    told = evidence["health"] if evidence["status"] == "running" else evidence["status"]
    reason = "" if works else _("the container is {state}", state=told)
    verdict = "pass" if works else "fail"
    return CheckResult(kind="container", target=check.target, verdict=verdict, reason=reason, evidence=evidence)


async def probe_prometheus(check: DeploymentCheck, named: Collection[str]) -> CheckResult:
    """Whether a query has a result: written as a condition (`up == 1`), that is whether it holds."""
    answer = await ask(f"{check.target.rstrip('/')}/api/v1/query?query={quote(check.expect)}", named)
    if answer.status != 200:
        reason = _("Prometheus answers with status {status}", status=answer.status)
        return CheckResult(kind="prometheus", target=check.target, verdict="unknown", reason=reason)
    try:
        found = json.loads(answer.body)["data"]["result"]
    except (ValueError, KeyError, TypeError, RecursionError):
        found = None
    if not isinstance(found, list):
        reason = _("its answer is none of Prometheus")
        return CheckResult(kind="prometheus", target=check.target, verdict="unknown", reason=reason)
    reason = "" if found else _("the query has no result")
    verdict = "pass" if found else "fail"
    evidence = {"results": len(found), "first": str(found[0])[:500] if found else None}
    return CheckResult(kind="prometheus", target=check.target, verdict=verdict, reason=reason, evidence=evidence)
