"""The small cloud of the tests behaves as clouds do, seen through the real terraform alone."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.terraform.cloud_fixture import SmallCloud, small_cloud
from tools.guard.process import find_program

pytestmark = pytest.mark.skipif(find_program("terraform") is None, reason="terraform is not installed")
SERVER = 'resource "aws_instance" "a" {\n  ami           = "debian-12"\n  instance_type = "t4g.micro"\n}\n'
DATABASE = (
    'resource "aws_db_instance" "a" {\n  identifier = "shop"\n  engine     = "postgres"\n  password   = "planted"\n}\n'
)


@pytest.fixture
def cloud(tmp_path: Path) -> SmallCloud:
    made = small_cloud(tmp_path)
    made.write(SERVER)
    assert terraform(made, "init").returncode == 0
    return made


def environment(cloud: SmallCloud) -> dict[str, str]:
    """What a server gives terraform: an allow-list."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(cloud.home),
        "TF_CLI_CONFIG_FILE": str(cloud.settings),
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
    }


def terraform(cloud: SmallCloud, *arguments: str) -> "subprocess.CompletedProcess[str]":
    argv = ["terraform", arguments[0], "-no-color", *arguments[1:]]
    return subprocess.run(
        argv, cwd=cloud.folder, env=environment(cloud), capture_output=True, text=True, timeout=90
    )  # fmt: skip


def applied(cloud: SmallCloud) -> dict[str, Any]:
    """Apply what is written; the one thing that exists then."""
    done = terraform(cloud, "apply", "-auto-approve")
    assert done.returncode == 0, done.stderr
    (thing,) = cloud.things.values()
    assert isinstance(thing, dict)
    return thing


def differs(cloud: SmallCloud) -> bool:
    """Whether a new plan has anything to do."""
    done = terraform(cloud, "plan", "-detailed-exitcode")
    assert done.returncode in {0, 2}, done.stderr
    return done.returncode == 2


def test_what_is_created_is_known_and_a_second_plan_is_empty(cloud: SmallCloud) -> None:
    assert applied(cloud)["ami"] == "debian-12"
    assert not differs(cloud)


def test_an_update_keeps_the_thing_and_a_replacement_does_not(cloud: SmallCloud) -> None:
    first = applied(cloud)
    cloud.write(SERVER.replace("micro", "large"))
    larger = applied(cloud)
    assert (larger["id"], larger["instance_type"]) == (first["id"], "t4g.large")
    cloud.write(SERVER.replace("debian-12", "debian-13"))
    assert "must be replaced" in terraform(cloud, "plan").stdout
    assert applied(cloud)["id"] != first["id"]


def test_a_password_is_kept_from_what_terraform_shows_and_the_address_is_the_clouds(cloud: SmallCloud) -> None:
    cloud.write(DATABASE)
    plan = terraform(cloud, "plan")
    assert "(sensitive value)" in plan.stdout
    assert "planted" not in plan.stdout
    database = applied(cloud)
    assert (database["password"], database["address"]) == ("planted", "shop.db.example")


def test_what_is_protected_is_destroyed_only_after_the_protection_is_lifted(cloud: SmallCloud) -> None:
    cloud.write(DATABASE.replace("engine ", "deletion_protection = true\n  engine "))
    applied(cloud)
    assert "protected against deletion" in terraform(cloud, "destroy", "-auto-approve").stderr
    assert len(cloud.things) == 1
    cloud.write(DATABASE)
    applied(cloud)
    assert terraform(cloud, "destroy", "-auto-approve").returncode == 0
    assert cloud.things == {}


def test_drift_is_seen_and_what_somebody_removed_is_made_again(cloud: SmallCloud) -> None:
    first = applied(cloud)
    cloud.edit(instance_type="t4g.metal")
    assert differs(cloud)
    assert applied(cloud)["instance_type"] == "t4g.micro"
    (cloud.home / "cloud.json").write_text("{}")
    assert applied(cloud)["id"] != first["id"]


def test_an_update_of_what_disappeared_after_the_plan_is_told(cloud: SmallCloud) -> None:
    applied(cloud)
    cloud.write(SERVER.replace("micro", "large"))
    assert terraform(cloud, "plan", "-out=saved").returncode == 0
    (cloud.home / "cloud.json").write_text("{}")
    assert "does not exist any more" in terraform(cloud, "apply", "saved").stderr


@pytest.mark.parametrize("what", ["create", "update", "delete"])
def test_a_change_fails_where_it_is_asked_to_and_the_others_are_made(cloud: SmallCloud, what: str) -> None:
    bad = SERVER.replace('"a"', '"bad"').replace("ami ", f'fail_on       = "{what}"\n  ami ')
    good = 'resource "aws_s3_bucket" "good" {\n  bucket = "logs"\n}\n'
    cloud.write(good + bad)
    done = terraform(cloud, "apply", "-auto-approve")
    if what == "update":
        assert done.returncode == 0
        cloud.write(good.replace("logs", "records") + bad.replace("micro", "large"))
        done = terraform(cloud, "apply", "-auto-approve")
    if what == "delete":
        assert done.returncode == 0
        done = terraform(cloud, "destroy", "-auto-approve")
    assert f"refused to {what}" in done.stderr
    left = {each["type"]: each.get("bucket") or each["instance_type"] for each in cloud.things.values()}
    assert (
        left
        == {
            "create": {"s3_bucket": "logs"},
            "update": {"s3_bucket": "records", "instance": "t4g.micro"},
            "delete": {"instance": "t4g.micro"},
        }[what]
    )


def begun(cloud: SmallCloud) -> "subprocess.Popen[str]":
    """An apply that is in the middle of a slow creation."""
    argv = ["terraform", "apply", "-auto-approve", "-json"]
    running = subprocess.Popen(
        argv, cwd=cloud.folder, env=environment(cloud), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert running.stdout is not None
    for line in running.stdout:
        if json.loads(line)["type"] in {"apply_start", "diagnostic"}:
            break
    return running


def test_an_interrupt_of_the_whole_group_lets_a_slow_creation_end_and_keeps_it_in_the_state(cloud: SmallCloud) -> None:
    cloud.write(SERVER.replace("ami ", "delay         = 3\n  ami "))
    running = begun(cloud)
    os.killpg(running.pid, signal.SIGINT)
    said, _ = running.communicate(timeout=60)
    assert "Interrupt received" in said
    assert "apply_complete" in said
    assert len(cloud.things) == 1
    assert not differs(cloud)


def test_a_provider_does_not_outlive_a_terraform_that_was_killed(cloud: SmallCloud) -> None:
    cloud.write(SERVER.replace("ami ", "delay         = 30\n  ami "))
    running = begun(cloud)
    running.kill()
    running.communicate(timeout=20)
    # Sooner than the creation would end. Nobody tells about the end of a process that is not one's child.
    until = time.monotonic() + 20
    while alive(running.pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert not alive(running.pid)


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
