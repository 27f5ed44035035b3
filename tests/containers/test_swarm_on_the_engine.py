"""A generated stack is deployed on a swarm of one node, where the machine allows it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from tests.containers.private_dockerd import Engine
from tools.brief import Brief
from tools.containers.swarm import Stack, swarm_stack

# What the image calls python: it answers the health check, and otherwise shows the secret it was given and stays.
PYTHON = b'#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "url is $DATABASE_URL"\nexec sleep 300\n'
JOBS_FROM = 23
BRIEF = {
    "service": "shop",
    "context": {
        "components": [
            {
                "path": ".",
                "kind": "service",
                "language": "python",
                "start_command": "python main.py",
                "migrate_command": "python migrate.py",
                "port": 8000,
                "variables": [{"name": "DATABASE_URL", "secret": True}],
            }
        ]
    },
}


@pytest.fixture
def swarm(engine: Engine) -> Iterator[Engine]:
    try:
        engine.docker("swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:0")
    except RuntimeError as error:
        pytest.skip(f"no swarm here: {error}")
    yield engine
    engine.docker("swarm", "leave", "--force")


def _stack() -> Stack:
    stack = swarm_stack(Brief.model_validate(BRIEF))
    assert stack is not None
    return stack


async def test_a_swarm_accepts_a_generated_stack_and_starts_its_tasks(swarm: Engine, tmp_path: Path) -> None:
    stack = _stack()
    swarm.import_base("shop:1", {"/bin/python": PYTHON})
    for secret in stack.secrets:
        swarm.docker("secret", "create", secret.name, "-", stdin=b"postgres://somewhere")
    path = tmp_path / "docker-stack.yml"
    path.write_text(stack.files[0].content)
    deploy = ("stack", "deploy", "--resolve-image", "never", "--compose-file", str(path), "shop")
    newest = replace(swarm, client="docker")  # the one that drives BuildKit may be too old for jobs
    if int(newest.docker("version", "--format", "{{.Client.Version}}").split(".")[0]) < JOBS_FROM:
        pytest.skip("this docker client does not know jobs in a stack")
    newest.docker(*deploy, environment=dict.fromkeys(stack.images, "shop:1"))
    services = {
        name: json.loads(swarm.docker("service", "inspect", name, "--format", "{{json .Spec}}"))
        for name in swarm.docker("service", "ls", "--format", "{{.Name}}").split()
    }
    assert set(services) == {"shop_shop", "shop_shop-migrate"}
    update = services["shop_shop"]["UpdateConfig"]
    assert (update["Order"], update["FailureAction"]) == ("start-first", "rollback")
    assert "ReplicatedJob" in services["shop_shop-migrate"]["Mode"]
    said = ""
    with anyio.move_on_after(30):
        while "url is postgres://somewhere" not in said:
            await anyio.sleep(0.5)
            said = swarm.docker("service", "logs", "--raw", "shop_shop")
    states = swarm.docker("stack", "ps", "--no-trunc", "--format", "{{.Name}} {{.CurrentState}} {{.Error}}", "shop")
    assert "url is postgres://somewhere" in said, states
