"""Each folder of tests/golden/secrets is a brief and where its secrets live, without a value and without a finding."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import hcl2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client
from ruamel.yaml import YAML

from resources.catalogue import speaking
from server.app import build_server
from server.settings import Settings
from tools.brief import Brief
from tools.delivery import Delivery
from tools.secrets.generate import generate
from tools.secrets.gitignore import NEEDED, merged
from tools.secrets.held import held
from tools.validate.validate import validate_files

GOLDENS = Path(__file__).resolve().parents[1] / "golden/secrets"
NAMES = sorted(path.name for path in GOLDENS.iterdir() if path.is_dir())
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"
CLIENTS = ("vault", "aws", "gcloud", "gh", "glab", "sops", "jq")
VALUE = "pa'ss\"wo$rd `x` \\ %s"
# A checker that a person runs once, on the whole: modules of one file have no lock and no test.
STYLES = {"checkov"}


def _brief(name: str) -> Brief:
    return Brief.model_validate_json((GOLDENS / name / "brief.json").read_text())


def _generated(name: str) -> Delivery:
    brief = _brief(name)
    with speaking(brief.language or "fr"):
        return generate(brief)


def _written(files: dict[str, str], folder: Path) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    return folder


def _files(name: str) -> dict[str, str]:
    return {file.path: file.content for file in _generated(name).files}


def _told(delivery: Delivery) -> str:
    told = delivery.model_dump(mode="json", exclude={"files": {"__all__": {"content"}}, "validations": True})
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_brief_makes_its_golden_secrets(name: str) -> None:
    files = _files(name)
    expected = GOLDENS / name / "expected"
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        _written(files, expected)
        (GOLDENS / name / "delivery.json").write_text(_told(_generated(name)))
    kept = {path.relative_to(expected).as_posix(): path.read_text() for path in expected.rglob("*") if path.is_file()}
    assert files == kept, "run `python3 dev.py goldens` and read the diff"
    assert _told(_generated(name)) == (GOLDENS / name / "delivery.json").read_text()


@pytest.mark.parametrize("name", NAMES)
async def test_no_checker_has_a_finding(name: str) -> None:
    validations = await validate_files(_generated(name).files)
    assert validations
    for each in validations:
        assert not each.findings, f"{each.path}: {each.tool}: {each.findings}"


@pytest.mark.parametrize("name", NAMES)
def test_every_hcl_file_parses_and_every_secret_is_named(name: str) -> None:
    files = _files(name)
    for path, text in files.items():
        if path.endswith((".hcl", ".tf")):
            assert hcl2.loads(text), path
    for each in held(_brief(name)):
        assert f"\n{each.name}=\n" in files[".env.example"]
        assert f"  {each.name}) ;;" in files["deploy/secrets/set-secret.sh"]
        assert each.name in files["deploy/secrets/README.md"]


@pytest.mark.parametrize("name", NAMES)
def test_the_cluster_reads_where_the_script_writes(name: str) -> None:
    for path, text in _files(name).items():
        if not path.startswith("deploy/secrets/kubernetes/"):
            continue
        account, store = YAML(typ="safe").load_all(text)
        (provider,) = store["spec"]["provider"].items()
        assert store["apiVersion"] == "external-secrets.io/v1"
        assert store["metadata"]["namespace"] == account["metadata"]["namespace"]
        environment = Path(path).stem
        if provider[0] == "vault":
            assert provider[1]["path"] == f"kv-{environment}"
            role = json.loads(_files(name)[f"deploy/secrets/vault/roles/{environment}.json"])
            assert role["bound_service_account_namespaces"] == [store["metadata"]["namespace"]]
            assert role["bound_service_account_names"] == [account["metadata"]["name"]]
        else:
            assert provider[1]["prefix"].lstrip("/") == f"{environment}/"


@pytest.mark.parametrize("name", NAMES)
def test_a_value_reaches_the_store_by_standard_input_and_is_never_an_argument(name: str, tmp_path: Path) -> None:
    if any(shutil.which(each) is None for each in ("bash", "env")):
        pytest.skip("no bash")
    root = _written(_files(name), tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    for each in CLIENTS:
        reads = "/dev/stdin" if each != "jq" else "-"
        program = tools / each
        program.write_text(
            f'#!/bin/sh\necho "$0 $*" >>"{tmp_path}/arguments"\ncat {reads} | tee -a "{tmp_path}/received"\n'
        )
        program.chmod(0o755)
    brief = _brief(name)
    environment, secret = brief.context.environments[0].name, held(brief)[0].name
    run = ["bash", "deploy/secrets/set-secret.sh", environment, secret]
    where = {"PATH": f"{tools}:{os.environ['PATH']}"}
    subprocess.run(run, cwd=root, env=where, input=VALUE, text=True, check=True, timeout=20, capture_output=True)
    assert VALUE in (tmp_path / "received").read_text()
    arguments = (tmp_path / "arguments").read_text()
    assert VALUE not in arguments
    assert secret in arguments
    for wrong in (["bash", run[1], "nowhere", secret], ["bash", run[1], environment, "$(id)"], run):
        said = subprocess.run(
            wrong, cwd=root, env=where, input="", text=True, check=False, timeout=20, capture_output=True
        )
        assert said.returncode == 2


@given(st.lists(st.sampled_from([*NEEDED, "dist/", "# x", ""])))
def test_a_gitignore_is_added_to_once_and_loses_nothing(lines: list[str]) -> None:
    before = "\n".join(lines)
    after = merged(before)
    assert after.startswith(before)
    assert merged(after) == after
    assert set(NEEDED) <= set(after.splitlines())


async def test_neither_tool_nor_delivery_tells_a_value_of_the_repository(tmp_path: Path) -> None:
    value = "gl" + "pat-" + "Zk3Jq9Xw7Lm2Rt8Vb5Nc"
    (tmp_path / "requirements.txt").write_text("fastapi==0.115.0\n")
    (tmp_path / "main.py").write_text(
        f'import os\nfrom fastapi import FastAPI\napp = FastAPI()\nT = os.environ.get("API_TOKEN", "{value}")\n'
    )
    (tmp_path / ".env").write_text(f"API_TOKEN={value}\n")
    (tmp_path / ".gitignore").write_text("dist/\n")
    brief: dict[str, Any] = {"service": "shop", "deliverables": ["secrets"], "context": {"secret_store": "vault"}}
    async with Client(build_server(Settings(workspace=tmp_path, language="en"))) as client:
        for tool in ("generate_secrets", "deliver"):
            result = await client.call_tool(tool, {"brief": brief})
            assert not result.is_error, result.content
            assert value not in result.model_dump_json()
            told = result.structured_content or {}
            files = {each["path"]: each["content"] for each in told["files"]}
            assert files[".gitignore"].startswith("dist/\n")
            assert "API_TOKEN=\n" in files[".env.example"]
