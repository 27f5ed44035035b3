"""deploy.sh, rollback.sh and healthcheck.sh are executed with compose on a private engine."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from resources.catalogue import speaking
from tests.containers.private_dockerd import Engine, root_file_system
from tools.brief import Brief
from tools.deployment.machine import on_compose
from tools.guard.process import find_program

WELL = b'#!/bin/sh\n[ "$1" = -c ] && exit 0\nexec sleep 600\n'
ILL = b"#!/bin/sh\nexit 3\n"
SLOW = b'#!/bin/sh\n[ "$1" = -c ] && exit 1\nexec sleep 600\n'
BRIEF = {
    "service": "shop",
    "context": {
        "components": [
            {"path": ".", "kind": "service", "language": "python", "start_command": "python main.py", "port": 8000}
        ],
        "environments": [{"name": "prod"}],
        "platform": {"target": "compose"},
    },
}


# The compose that Debian packages knows not yet: the rest of the file is as delivered.
YOUNGER = re.compile(r"^name: .*\n|, pids: \d+|^ +start_interval: .*\n", re.MULTILINE)


def for_old_compose(content: str) -> str:
    """`content` without what only compose 2 reads, and without networks: the engine of the tests has none."""
    content = content.replace("interval: 10s", "interval: 1s").replace("retries: 6", "retries: 60")
    alone = re.sub(r"networks: \[.*\]", "network_mode: none", YOUNGER.sub("", content))
    return re.sub(r"^networks:\n(?: .*\n)+|^ +ports: .*\n", "", alone, flags=re.MULTILINE)


class Machine:
    """A folder with the delivered files, and the engine they deploy to."""

    def __init__(self, root: Path, engine: Engine) -> None:
        self.root = root
        self.env = {
            "PATH": os.environ["PATH"], "HOME": str(root), "DOCKER_HOST": engine.url, "STATE_DIR": str(root / "state"),
            "DOCKER_CONFIG": "/nonexistent",
        }  # fmt: skip
        self.engine = engine

    def start(self, script: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.root / f"deploy/scripts/{script}.sh"), *arguments],
            env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, script: str, *arguments: str) -> tuple[int, str]:
        started = self.start(script, *arguments)
        out, err = started.communicate(timeout=90)
        return started.returncode, out + err

    def image(self, name: str, python: bytes) -> str:
        """An image by its own number; each content is another version."""
        root = root_file_system({"/bin/python": python, "/etc/version": name.encode()})
        self.engine.docker("import", "--change", 'CMD ["python"]', "-", name, stdin=root)
        return self.engine.docker("image", "inspect", "--format", "{{.Id}}", name)

    def noted(self) -> list[str]:
        lines = (self.root / "state/prod/deployments.log").read_text().splitlines()
        return [" ".join(each.split("\t")[2:4]) for each in lines]

    def running(self) -> list[str]:
        # In one call: a container that a cancelled deployment removes meanwhile could not be asked about.
        label = "label=com.docker.compose.project=shop"
        return self.engine.docker("ps", "--no-trunc", "--format", "{{.Image}}", "--filter", label).split()


@pytest.fixture
def machine(engine: Engine, tmp_path: Path) -> Iterator[Machine]:
    if find_program("docker-compose") is None:
        pytest.skip("docker-compose is not installed")
    with speaking("en"):
        delivery = on_compose(Brief.model_validate(BRIEF))
    for file in delivery.files:
        path = tmp_path / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(for_old_compose(file.content) if file.path.endswith(".yaml") else file.content)
        path.chmod(0o755 if file.executable else 0o644)
    made = Machine(tmp_path, engine)
    yield made
    for each in engine.docker("ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project=shop").split():
        engine.docker("rm", "--force", each)


def test_a_release_is_seen_deployed_repeated_and_taken_back(machine: Machine) -> None:
    first, second = machine.image("shop:1", WELL), machine.image("shop:2", WELL)
    status, said = machine.run("deploy", "--dry-run", "prod", f"shop={first}")
    assert (status, machine.running()) == (0, []), said
    assert f"shop: nothing -> {first}" in said
    assert not (machine.root / "state").exists()
    assert machine.run("rollback", "prod")[0] == 66
    status, said = machine.run("deploy", "prod", f"shop={first}")
    assert (status, machine.running()) == (0, [first]), said
    status, said = machine.run("deploy", "prod", f"shop={first}")
    assert (status, "it runs already" in said) == (0, True), said
    status, said = machine.run("deploy", "prod", f"shop={second}")
    assert (status, machine.running()) == (0, [second]), said
    status, said = machine.run("rollback", "prod")
    assert (status, machine.running()) == (0, [first]), said
    assert machine.run("healthcheck", "--timeout", "5", "prod", f"shop={first}")[0] == 0
    assert machine.run("healthcheck", "--timeout", "5", "prod", f"shop={second}")[0] == 1
    assert machine.noted() == ["deploy started", "deploy deployed"] * 2 + ["rollback started", "rollback deployed"]


def test_a_version_that_does_not_stay_up_is_taken_back_by_itself(machine: Machine) -> None:
    first, ill = machine.image("shop:1", WELL), machine.image("shop:ill", ILL)
    status, said = machine.run("deploy", "prod", f"shop={ill}")
    assert status == 2, said  # there was nothing to go back to, and it says so
    assert machine.run("deploy", "prod", f"shop={first}")[0] == 0
    status, said = machine.run("deploy", "prod", f"shop={ill}")
    assert (status, machine.running()) == (1, [first]), said
    assert machine.noted()[-3:] == ["deploy started", "deploy failed", "deploy taken-back"]
    assert (machine.root / "state/prod/current").read_text() == f"shop={first}\n"


def test_two_deployments_at_once_are_one_and_a_cancelled_one_is_taken_back(machine: Machine) -> None:
    first, slow = machine.image("shop:1", WELL), machine.image("shop:slow", SLOW)
    assert machine.run("deploy", "prod", f"shop={first}")[0] == 0
    going = machine.start("deploy", "--timeout", "60", "prod", f"shop={slow}")
    until = time.monotonic() + 30
    while machine.running() != [slow] and time.monotonic() < until:
        time.sleep(0.2)
    status, said = machine.run("deploy", "prod", f"shop={first}")
    assert (status, machine.running()) == (75, [slow]), said
    going.send_signal(signal.SIGTERM)
    _out, err = going.communicate(timeout=60)
    assert (going.returncode, machine.running()) == (130, [first]), err


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        ([], 64),
        (["prod"], 64),
        (["moon", "shop=sha256:" + "0" * 64], 64),
        (["prod", "other=sha256:" + "0" * 64], 64),
        (["prod", "shop=shop:latest"], 64),
        (["prod", "shop=$(touch pwned)@sha256:" + "0" * 64], 64),
        (["--timeout", "1; id", "prod", "shop=sha256:" + "0" * 64], 64),
        (["--unknown", "prod"], 64),
    ],
)
def test_wrong_words_are_refused_before_anything_is_done(machine: Machine, arguments: list[str], status: int) -> None:
    told, said = machine.run("deploy", *arguments)
    assert told == status, said
    assert machine.running() == []
    assert not (machine.root / "state").exists()
