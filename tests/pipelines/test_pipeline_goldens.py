"""Each folder of tests/golden/pipelines and gitlab_ci is a brief and the pipeline made from it, without a finding."""

import json
import os
import shutil
from pathlib import Path

import pytest

from resources.catalogue import speaking
from tools.brief import Brief
from tools.delivery import Delivery
from tools.pipelines.deployment import TARGETS
from tools.pipelines.generate import PLATFORMS
from tools.pipelines.setup.registry import SETUPS
from tools.validate.validate import validate_files

GOLDENS = Path(__file__).resolve().parents[1] / "golden"
NAMES = sorted(
    path.relative_to(GOLDENS).as_posix()
    for platform in ("pipelines", "gitlab_ci")
    for path in (GOLDENS / platform).iterdir()
    if path.is_dir()
)
JUDGES = {
    "github_actions": {"actionlint", "zizmor", "check-jsonschema", "ruamel.yaml"},
    "gitlab_ci": {"check-jsonschema", "shellcheck", "ruamel.yaml"},
}
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"


def _brief(name: str) -> Brief:
    return Brief.model_validate_json((GOLDENS / name / "brief.json").read_text())


def _generated(name: str) -> Delivery:
    brief = _brief(name)
    with speaking(brief.language or "fr"):
        return PLATFORMS[brief.context.pipeline](brief)


def _told(delivery: Delivery) -> str:
    told = delivery.model_dump(mode="json", exclude={"files": {"__all__": {"content"}}, "validations": True})
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_brief_makes_its_golden_pipeline(name: str) -> None:
    delivery = _generated(name)
    files = {file.path: file.content for file in delivery.files}
    expected = GOLDENS / name / "expected"
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in files.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_text(content)
        (GOLDENS / name / "delivery.json").write_text(_told(delivery))
    kept = {path.relative_to(expected).as_posix(): path.read_text() for path in expected.rglob("*") if path.is_file()}
    assert files == kept, "run `python3 dev.py goldens` and read the diff"
    assert _told(delivery) == (GOLDENS / name / "delivery.json").read_text()


@pytest.mark.parametrize("name", NAMES)
async def test_no_checker_has_a_finding_in_a_golden(name: str) -> None:
    validations = await validate_files(_generated(name).files)
    assert {each.tool for each in validations} >= JUDGES[_brief(name).context.pipeline]
    for each in validations:
        if each.status == "not_validated":
            pytest.skip(f"{each.tool}: {each.reason}")
        assert not each.findings, f"{each.path}: {each.tool}: {each.findings}"


@pytest.mark.parametrize("platform", list(PLATFORMS))
def test_every_language_and_target_has_a_golden(platform: str) -> None:
    briefs = [brief for name in NAMES if (brief := _brief(name)).context.pipeline == platform]
    wanted = set(SETUPS) if platform == "github_actions" else {"python", "node", "go", "java", "ruby", "php", "dotnet"}
    assert {each.language for brief in briefs for each in brief.context.components} >= wanted
    assert {brief.context.platform.target or "registry" for brief in briefs} >= set(TARGETS)
