"""Starts a container behind limits, waits for its health, reads its logs, and removes it whatever happens."""

import math
from typing import Any

import anyio
import anyio.to_thread

from resources.catalogue import _
from tools.containers.engine import connected
from tools.containers.owned import LABEL
from tools.containers.run_container import RunResult
from tools.containers.run_plan import RunPlan
from tools.context import Deps
from tools.guard.server_process import owner

POLL_SECONDS = 0.2
PIDS = 256
CPUS = 1_000_000_000  # in billionths
LOG_BYTES = 200_000
LOG_LINES = 2_000
STOP_SECONDS = 5


async def smoke_test(deps: Deps, plan: RunPlan) -> RunResult:
    """Run `plan` to its end. The container is removed when this returns, fails or is cancelled."""
    container = ""
    try:
        # Not abandoned on cancellation: what was created must be known to be removed.
        with anyio.CancelScope(shield=True):
            container = await anyio.to_thread.run_sync(_create, plan)
        await anyio.to_thread.run_sync(_start, plan, container)
        began = anyio.current_time()
        seen = await _wait(deps, plan, container)
        seconds = round(anyio.current_time() - began, 2)
        logs = await anyio.to_thread.run_sync(_logs, plan, container)
    finally:
        if container:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(_remove, plan, container)
    return _result(deps, plan, seen, seconds, logs)


def _create(plan: RunPlan) -> str:
    tmpfs = dict.fromkeys(("/tmp", *plan.writable), "rw,nosuid,nodev,size=64m,mode=1777")  # noqa: S108 - inside
    with connected(plan.where) as client:
        limits = client.create_host_config(
            read_only=True,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            network_mode=plan.network,
            mem_limit=plan.memory,
            memswap_limit=plan.memory,
            nano_cpus=CPUS,
            pids_limit=PIDS,
            tmpfs=tmpfs,
            init=True,
            log_config={"Type": "json-file", "Config": {"max-size": "10m", "max-file": "1"}},
        )
        made = client.create_container(
            plan.image_id,  # not the name: it may mean another image by now
            command=list(plan.command) or None,
            environment=dict(plan.environment),
            host_config=limits,
            labels={LABEL: owner()},
            stop_signal=None,
        )
    return str(made["Id"])


def _start(plan: RunPlan, container: str) -> None:
    with connected(plan.where) as client:
        client.start(container)


async def _wait(deps: Deps, plan: RunPlan, container: str) -> dict[str, Any]:
    """The container's state once it is healthy, has ended, or the time is over."""
    until = anyio.current_time() + plan.wait
    told = ""
    while True:
        state = await anyio.to_thread.run_sync(_state, plan, container)
        health = (state.get("Health") or {}).get("Status")
        if not state.get("Running") or health == "healthy" or anyio.current_time() >= until:
            return state
        if (now := health or str(state.get("Status"))) != told:
            told = now
            left = math.ceil(until - anyio.current_time())
            await deps.progress(plan.wait - left, plan.wait, now)
        await anyio.sleep(POLL_SECONDS)


def _state(plan: RunPlan, container: str) -> dict[str, Any]:
    with connected(plan.where) as client:
        state: dict[str, Any] = client.inspect_container(container)["State"]
        return state


def _logs(plan: RunPlan, container: str) -> bytes:
    with connected(plan.where) as client:
        return bytes(client.logs(container, stdout=True, stderr=True, tail=LOG_LINES))


def _remove(plan: RunPlan, container: str) -> None:
    import docker.errors  # noqa: PLC0415 - cold start

    with connected(plan.where) as client:
        try:
            client.remove_container(container, force=True, v=True)
        except docker.errors.NotFound:
            return


def _result(deps: Deps, plan: RunPlan, state: dict[str, Any], seconds: float, logs: bytes) -> RunResult:
    running = bool(state.get("Running"))
    health = state.get("Health") or {}
    healthy = health.get("Status") == "healthy" if plan.has_health else None
    status = None if running else int(state.get("ExitCode", -1))
    passed = bool(healthy) if healthy is not None else running or status == 0
    last = (health.get("Log") or [{}])[-1].get("Output", "")
    text = logs[-LOG_BYTES:].decode("utf-8", errors="replace")
    redacted = deps.guard.redactor.text(text)
    room = deps.output_limit
    return RunResult(
        summary=_told(plan, healthy=healthy, status=status, passed=passed, seconds=seconds),
        status="done",
        passed=passed,
        state="running" if running else str(state.get("Status")),
        healthy=healthy,
        health_output=deps.guard.redactor.text(str(last)[:1000]) or None,
        exit_status=status,
        out_of_memory=bool(state.get("OOMKilled")),
        seconds=seconds,
        logs=redacted[-room:],
        truncated=len(logs) > LOG_BYTES or len(redacted) > room,
        limits={"memory": plan.memory, "cpus": "1", "pids": str(PIDS), "root": "read-only", "network": plan.network},
    )


def _told(plan: RunPlan, *, healthy: bool | None, status: int | None, passed: bool, seconds: float) -> str:
    if healthy:
        return _("{name} is healthy after {seconds} s.", name=plan.image, seconds=seconds)
    if status is not None:
        return _("{name} ended with status {status} after {seconds} s.", name=plan.image, status=status,
                 seconds=seconds)  # fmt: skip
    if passed:
        return _("{name} stayed up for {seconds} s; it has no health check.", name=plan.image, seconds=seconds)
    return _("{name} runs and is not healthy after {seconds} s.", name=plan.image, seconds=seconds)
