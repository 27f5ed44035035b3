"""Which state a plan is made against, and what is judged of links and hidden folders, with the real terraform."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client
from mcp_types import ElicitRequestParams, ElicitResult

from server.app import build_server
from server.settings import Settings
from tools.guard.process import find_program
from tools.terraform.backend import last_override, loaded_files

real = pytest.mark.skipif(find_program("terraform") is None, reason="terraform is not installed")
THING = 'resource "terraform_data" "a" {\n  input = "x"\n}\n'
AWAY = 'terraform {\n  backend "http" {\n    address = "http://127.0.0.1:9/s"\n    retry_max = 0\n  }\n}\n'
RUNS = 'data "external" "e" {\n  program = ["sh", "${path.module}/x.sh"]\n}\n'


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", "/dev/null")
    (tmp_path / "infra").mkdir()
    return tmp_path / "infra"


async def plan(base: Path, *, agrees: bool = True, **arguments: Any) -> tuple[dict[str, Any], str, list[str]]:
    """The answer, the error's text, and what a person was asked."""
    asked: list[str] = []

    async def person(context: object, params: ElicitRequestParams) -> ElicitResult:
        asked.append(str(params.message))
        return ElicitResult(action="accept", content={"approve": agrees})

    settings = Settings(workspace=base, language="en", state=base.parent / "state")
    async with Client(build_server(settings), elicitation_callback=person) as client:
        result = await client.call_tool("plan_terraform", arguments)
    text = str(getattr(result.content[0], "text", "")) if result.is_error else ""
    return result.structured_content or {}, text, asked


def terraform(folder: Path, *arguments: str) -> None:
    subprocess.run(["terraform", *arguments], cwd=folder, check=True, capture_output=True)


@real
@pytest.mark.parametrize("how", ["plain", "json", "override", "link"])
async def test_a_remote_backend_is_never_taken_for_a_local_one(base: Path, how: str) -> None:
    (base / "main.tf").write_text(THING)
    if how == "link":
        (base / "common").mkdir()
        (base / "common/b.tf").write_text(AWAY)
        (base / "b.tf").symlink_to("common/b.tf")
    elif how == "json":
        (base / "b.tf.json").write_text(
            '{"terraform":{"backend":{"http":{"address":"http://127.0.0.1:9","retry_max":0}}}}'
        )
    elif how == "override":
        (base / "main.tf").write_text('terraform {\n  backend "local" {}\n}\n' + THING)
        (base / "override.tf").write_text(AWAY)
    else:
        (base / "b.tf").write_text(AWAY)
    _answer, error, _asked = await plan(base)
    assert "127.0.0.1:9" in error


@real
async def test_no_plan_is_made_when_the_backend_may_stand_in_an_unread_file(base: Path) -> None:
    (base / "main.tf").write_text(THING)
    (base / "b.tf").write_text(AWAY + "# " + "x" * 2_100_000)
    _answer, error, asked = await plan(base)
    assert "b.tf" in error
    assert asked == []


@real
@pytest.mark.parametrize("where", ['path = "real.tfstate"', 'workspace_dir = "states"'])
async def test_the_state_a_configuration_names_is_the_one_planned_against(base: Path, where: str) -> None:
    (base / "main.tf").write_text(THING)
    (base / "zzz_override.tf").write_text(f'terraform {{\n  backend "local" {{\n    {where}\n  }}\n}}\n')
    terraform(base, "init")
    workspace = "prod" if "workspace_dir" in where else "default"
    if workspace == "prod":
        terraform(base, "workspace", "new", "prod")
    terraform(base, "apply", "-auto-approve")
    answer, error, _asked = await plan(base, workspace=workspace)
    assert error == ""
    assert answer["report"]["summary"]["create"] == 0


@real
async def test_the_state_of_a_neighbour_is_read_where_it_is(base: Path) -> None:
    for name in ("net", "app"):
        (base / name).mkdir()
    (base / "net/main.tf").write_text('output "id" {\n  value = "n1"\n}\n')
    terraform(base / "net", "init")
    terraform(base / "net", "apply", "-auto-approve")
    (base / "app/main.tf").write_text(
        'data "terraform_remote_state" "n" {\n  backend = "local"\n  config = {\n'
        '    path = "../net/terraform.tfstate"\n  }\n}\n'
        'resource "terraform_data" "a" {\n  input = data.terraform_remote_state.n.outputs.id\n}\n'
    )
    answer, error, _asked = await plan(base, path="app")
    assert error == ""
    assert answer["report"]["summary"]["create"] == 1


@real
@pytest.mark.parametrize("place", ["link", "venv"])
async def test_code_behind_a_link_or_in_a_skipped_folder_is_asked_about(base: Path, place: str) -> None:
    (base / "main.tf").write_text(THING)
    (base / "venv").mkdir()
    (base / "venv/d.tf").write_text(RUNS)
    if place == "link":
        (base / "d.tf").symlink_to("venv/d.tf")
    else:
        (base / "main.tf").write_text('module "v" {\n  source = "./venv"\n}\n')
    _answer, _error, asked = await plan(base, agrees=False)
    assert "data external" in asked[0]


@real
async def test_consent_to_run_a_script_ends_when_the_script_changes(base: Path) -> None:
    (base / "main.tf").write_text(RUNS)
    seen = []
    for script in ("echo {}", "echo {}", "rm -r ."):
        (base / "x.sh").write_text(script)
        seen.append((await plan(base, agrees=False))[2][0].split("Fingerprint")[1])
    assert seen[0] == seen[1] != seen[2]


@real
async def test_a_target_may_have_any_text_as_its_key(base: Path) -> None:
    (base / "main.tf").write_text(THING.replace("input", 'for_each = toset(["*.example.com", "a,b"])\n  input'))
    answer, error, _asked = await plan(base, targets=['terraform_data.a["*.example.com"]'])
    assert error == ""
    assert answer["report"]["summary"]["create"] == 1


@given(st.lists(st.from_regex(r"[ -.0-~é]{0,12}_override\.tf", fullmatch=True), max_size=5))
def test_our_override_is_read_after_all_others(names: list[str]) -> None:
    ours = last_override(names)
    assert loaded_files({*names, ours}, "terraform")[-1] == ours


def test_opentofu_prefers_its_own_file_and_terraform_does_not_see_it() -> None:
    names = ["a.tf", "a.tofu", "b.tf", "c.tofu.json", ".d.tf", "e.tf~", "override.tf"]
    assert loaded_files(names, "terraform") == ["a.tf", "b.tf", "override.tf"]
    assert loaded_files(names, "tofu") == ["a.tofu", "b.tf", "c.tofu.json", "override.tf"]
