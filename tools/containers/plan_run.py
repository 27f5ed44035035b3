"""Thinks a run of an image through: what the name means, what may go wrong, how it is judged."""

import anyio.to_thread

from resources.catalogue import _
from tools.containers.engine import connected, here
from tools.containers.engine_target import engine_reasons
from tools.containers.run_plan import RunPlan
from tools.context import Deps
from tools.guard.action import Action
from tools.guard.decision import Decision, Reason
from tools.guard.errors import ExpectedError, NotFoundError

SYSTEM = ("/", "/proc", "/sys", "/dev")


class RunArgumentError(ExpectedError):
    """An argument of the run is not what it must be."""


async def plan_run(
    deps: Deps,
    *,
    image: str,
    command: list[str],
    environment: dict[str, str],
    network: str,
    memory: str,
    wait: float,
    writable: list[str],
) -> RunPlan:
    """The judged plan. Nothing has been started.

    Raises:
        NoEngineError: no engine is named and none is found.
        NotFoundError: the engine has no such image.
        RunArgumentError: a writable folder is not one that a container may have.
    """
    for folder in writable:
        if not folder.startswith("/") or folder.rstrip("/") in SYSTEM or ".." in folder.split("/") or ":" in folder:
            raise RunArgumentError(_("{path} cannot be a writable folder of a container.", path=folder))
    where = here()

    def think() -> RunPlan:
        with connected(where) as client:
            import docker.errors  # noqa: PLC0415 - cold start

            try:
                found = client.inspect_image(image)
            except docker.errors.ImageNotFound as error:
                text = _("The engine has no image {name}.", name=image)
                raise NotFoundError(text, _("Build it with build_image; nothing is pulled here.")) from error
        config = found.get("Config") or {}
        health = (config.get("Healthcheck") or {}).get("Test") or []
        has_health = bool(health) and health[0] != "NONE"
        action = _action(image, str(found["Id"]), where.url, command, environment, network, memory, wait, writable)
        message = _("A program of the image runs on the engine, without capabilities, read-only, and is removed.")
        reasons = [Reason(rule="docker.run", verdict="ask", message=message)]
        if network != "none":
            message = _("It can reach other machines through the engine's network.")
            reasons.append(Reason(rule="docker.run_network", verdict="ask", message=message))
        reasons += engine_reasons(deps, deps.place.root, where)
        decision = deps.guard.judge(action, Decision.of(reasons), changes=True)
        return RunPlan(
            image=image,
            image_id=str(found["Id"]),
            command=tuple(command),
            environment=environment,
            network=network,
            memory=memory,
            wait=wait,
            writable=tuple(writable),
            has_health=has_health,
            where=where,
            action=action,
            decision=decision,
        )

    return await anyio.to_thread.run_sync(think)


def _action(
    image: str,
    image_id: str,
    url: str,
    command: list[str],
    environment: dict[str, str],
    network: str,
    memory: str,
    wait: float,
    writable: list[str],
) -> Action:
    return Action(
        tool="run_container",
        target=url,
        arguments={
            "image": image,
            "command": command,
            "environment": environment,
            "network": network,
            "memory": memory,
            "wait": wait,
            "writable": writable,
        },
        digests={"image": image_id},
        what=_("Try the image {name} for at most {seconds} s, network {network}", name=image, seconds=wait,
               network=network),
        undo=_("Nothing is left to undo: the container and its volumes are removed."),
    )  # fmt: skip
