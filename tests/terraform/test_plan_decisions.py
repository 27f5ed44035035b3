"""What is decided before terraform runs: whether to ask, what is copied, what it may see."""

import json
import os
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from server.app import build_server
from server.settings import Settings
from tools.guard.state import State
from tools.terraform.apply_run import outcome_of
from tools.terraform.backend import Backend
from tools.terraform.hcl import read_sources
from tools.terraform.judge_run import needs_credentials, reasons_for_plan
from tools.terraform.module_folder import folders
from tools.terraform.program import credentials_here, environment, installation
from tools.terraform.run_lock import LockedError, run_lock
from tools.terraform.state_backup import KEY, back_up, fernet_key
from tools.terraform.verify_apply import differs
from tools.terraform.working_copy import keep_state_in, working_copy

ASKED = [
    ('data "external" "x" { program = ["sh", "-c", "id"] }', "terraform.runs_code"),
    ('data "http" "x" { url = "https://example.org" }', "terraform.runs_code"),
    ('module "x" { source = "terraform-aws-modules/vpc/aws" }', "terraform.remote_module"),
    ('module "x" { source = "git::https://example.org/x.git" }', "terraform.remote_module"),
    ('module "x" { source = var.source }', "terraform.remote_module"),
    ('terraform { required_providers { x = { source = "example.com/me/x" } } }', "terraform.provider"),
    ('terraform { required_providers { x = { source = "me/x" } } }', "terraform.provider"),
    ('locals { k = file("/etc/passwd") }', "terraform.reads_outside"),
    ('locals { k = file("~/.ssh/id_rsa") }', "terraform.reads_outside"),
    ('locals { k = file("../../../../../../etc/passwd") }', "terraform.reads_outside"),
    ('locals { k = templatefile("${path.module}/../../../etc/passwd", {}) }', "terraform.reads_outside"),
    ("locals { k = file(var.key) }", "terraform.reads_outside"),
    ('output "k" { value = base64encode(file(pathexpand("~/.aws/credentials"))) }', "terraform.reads_outside"),
    ('locals { k = { a = [file("/etc/shadow")] } }', "terraform.reads_outside"),
    ("resource {", "terraform.unreadable"),
]
AT_ONCE = [
    'resource "terraform_data" "x" { input = file("${path.module}/a.txt") }',
    'resource "aws_instance" "x" { user_data = templatefile("init.sh.tftpl", { a = 1 }) }',
    'terraform { required_providers { aws = { source = "hashicorp/aws" } } }',
    'module "x" { source = "./modules/x" }',
]


@pytest.mark.parametrize(("text", "rule"), ASKED)
async def test_a_plan_that_could_do_harm_is_asked_about(tmp_path: Path, text: str, rule: str) -> None:
    (tmp_path / "main.tf").write_text(text)
    sources = await read_sources(tmp_path, tmp_path)
    reasons = reasons_for_plan(sources, folders(sources))
    assert rule in {each.rule for each in reasons if each.verdict == "ask"}


@pytest.mark.parametrize("text", AT_ONCE)
async def test_a_plan_that_only_reads_its_own_folder_is_made_at_once(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in credentials_here(os.environ, tmp_path):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "main.tf").write_text(text)
    sources = await read_sources(tmp_path, tmp_path)
    assert {each.verdict for each in reasons_for_plan(sources, folders(sources))} == {"allow"}


async def test_credentials_are_passed_only_where_a_cloud_is_reached_and_someone_agreed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted")
    monkeypatch.setenv("TF_VAR_size", "2")
    monkeypatch.setenv("TF_CLI_ARGS", "-auto-approve")
    monkeypatch.setenv("TF_REATTACH_PROVIDERS", "{}")
    (tmp_path / "main.tf").write_text('resource "aws_instance" "x" {}')
    sources = await read_sources(tmp_path, tmp_path)
    modules = folders(sources)
    assert needs_credentials(modules)
    assert "terraform.credentials" in {each.rule for each in reasons_for_plan(sources, modules)}
    without = environment(tmp_path, tmp_path, tmp_path / "home", "default", credentials=False)
    assert "AWS_SECRET_ACCESS_KEY" not in without
    assert (without["TF_VAR_size"], without["HOME"]) == ("2", str(tmp_path / "home"))
    granted = environment(tmp_path, tmp_path, tmp_path / "home", "default", credentials=True)
    assert granted["AWS_SECRET_ACCESS_KEY"] == "planted"
    assert not {"TF_CLI_ARGS", "TF_REATTACH_PROVIDERS"} & granted.keys()


def test_of_the_persons_settings_only_the_mirrors_are_kept(tmp_path: Path) -> None:
    path = tmp_path / ".terraformrc"
    path.write_text(
        'credentials "app.terraform.io" {\n  token = "x"\n}\nprovider_installation {\n  direct {}\n}\nplugin_cache_dir = "/c"\n'
    )
    assert installation({}, tmp_path) == "disable_checkpoint = true\nprovider_installation {\n  direct {}\n}\n"
    path.write_text('provider_installation {\n  dev_overrides { "a/b" = "/tmp" }\n  direct {}\n}\n')
    assert installation({}, tmp_path) == "disable_checkpoint = true\n"


def test_a_copy_leaves_states_and_links_that_lead_out_behind(tmp_path: Path) -> None:
    base = tmp_path / "base"
    for name in (
        "infra/main.tf",
        "infra/terraform.tfstate",
        "infra/.terraform/x",
        "infra/terraform.tfstate.d/p/terraform.tfstate",
        "modules/a/a.tf",
        ".git/config",
    ):
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text("x")
    (base / "infra/inside.tf").symlink_to("main.tf")
    (base / "infra/outside.tf").symlink_to("/etc/passwd")
    copy = working_copy(base, base / "infra", tmp_path / "copy")
    found = {each.relative_to(copy.root).as_posix() for each in copy.root.rglob("*") if not each.is_dir()}
    assert found == {"infra/main.tf", "infra/inside.tf", "modules/a/a.tf"}
    assert copy.skipped == ("infra/outside.tf",)
    assert copy.root.stat().st_mode & 0o777 == 0o700


def test_the_local_state_stays_where_it_is_whatever_the_folder_is_called(tmp_path: Path) -> None:
    odd = tmp_path / 'a "${b}" %{c}'
    odd.mkdir()
    keep_state_in(odd, odd, Backend())
    text = (odd / "zz_astreinte_override.tf").read_text()
    assert "$${b}" in text
    assert "%%{c}" in text


async def test_a_held_lock_says_who_holds_it(tmp_path: Path) -> None:
    state = State.at(tmp_path / "state")
    async with run_lock(state, "k", "apply of the other one"):
        with pytest.raises(LockedError, match="apply of the other one"):
            async with run_lock(state, "k", "mine", wait=0.2):
                pass
    async with run_lock(state, "k", "mine", wait=0.2):
        pass


async def test_a_program_that_inherited_the_lock_holds_it_after_its_server(tmp_path: Path) -> None:
    state = State.at(tmp_path / "state")
    async with run_lock(state, "k", "first") as lock:
        child = await anyio.open_process(["sleep", "30"], pass_fds=(lock,))
    try:
        with pytest.raises(LockedError):
            async with run_lock(state, "k", "second", wait=0.3):
                pass
    finally:
        child.kill()
        await child.aclose()
    async with run_lock(state, "k", "second", wait=5):
        pass


def test_a_saved_state_is_readable_to_nobody_else_and_encrypted_with_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.fernet import Fernet

    state = State.at(tmp_path / "state")
    content = json.dumps({"version": 4, "serial": 7, "lineage": "l", "planted": "secret"})
    monkeypatch.delenv(KEY, raising=False)
    plain = back_up(state, "k", content)
    assert plain is not None
    assert (plain.stat().st_mode & 0o777, plain.read_text()) == (0o600, content)
    monkeypatch.setenv(KEY, "a passphrase")
    sealed = back_up(state, "k", content)
    assert sealed is not None
    assert b"planted" not in sealed.read_bytes()
    assert Fernet(fernet_key("a passphrase")).decrypt(sealed.read_bytes()).decode() == content
    assert back_up(state, "k", "") is None


@pytest.mark.parametrize(
    ("lines", "status", "outcome"),
    [
        ([{"type": "change_summary", "changes": {"operation": "apply", "add": 1}}], 0, "applied"),
        ([{"type": "change_summary", "changes": {"operation": "apply", "add": 1}}], None, "applied"),
        ([{"type": "change_summary", "changes": {"operation": "plan", "add": 1}}], None, "indeterminate"),
        ([{"type": "apply_start"}], 1, "failed"),
        ([{"type": "apply_start"}], None, "indeterminate"),
        (["not json", {"type": "apply_start"}], None, "indeterminate"),
    ],
)
def test_how_far_an_apply_came_is_read_from_its_own_log(
    tmp_path: Path, lines: list[object], status: int | None, outcome: str
) -> None:
    log = tmp_path / "log"
    log.write_text("\n".join(json.dumps(each) for each in lines))
    assert outcome_of(log, status) == outcome
    assert outcome_of(tmp_path / "absent", status) == "indeterminate"


async def test_a_plan_made_elsewhere_is_judged_without_running_anything(tmp_path: Path) -> None:
    plan = {
        "format_version": "1.2", "terraform_version": "1.11.4",
        "resource_changes": [{
            "address": "aws_db_instance.x", "mode": "managed", "type": "aws_db_instance", "name": "x",
            "change": {"actions": ["delete"], "before": {"identifier": "x", "skip_final_snapshot": True}, "after": None},
        }],
    }  # fmt: skip
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    settings = Settings(workspace=tmp_path, language="en", state=tmp_path / "state")
    async with Client(build_server(settings)) as client:
        result = await client.call_tool("plan_terraform", {"plan_json": "plan.json"})
    assert isinstance(result.structured_content, dict)
    assert (result.structured_content["report"]["verdict"], result.structured_content["plan_id"]) == ("dangerous", None)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([{"type": "change_summary"}, {"type": "refresh_complete"}], False),
        ([{"type": "outputs", "outputs": {"a": {"action": "noop"}, "b": {}}}], False),
        ([{"type": "outputs", "outputs": {"a": {"action": "update"}}}], True),
        ([{"type": "resource_drift", "change": {"action": "update"}}], True),
        ([{"type": "resource_drift", "change": {"action": "delete"}}], True),
    ],
)
def test_whether_the_cloud_agrees_is_read_from_what_the_refresh_tells(
    told: list[dict[str, Any]], expected: bool
) -> None:
    lines = ["not json", *(json.dumps(each) for each in told)]
    assert differs("\n".join(lines)) is expected
