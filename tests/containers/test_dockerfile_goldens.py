"""Each folder of tests/golden/containers is a brief and the files made from it, with no finding by any checker."""

import os
import shutil
from pathlib import Path

import pytest

from resources.catalogue import speaking
from tools.brief import Brief
from tools.containers.dockerfile import dockerfile
from tools.containers.languages.registry import LANGUAGES
from tools.delivery import File
from tools.pipelines import image
from tools.validate.validate import validate_files

GOLDENS = Path(__file__).resolve().parents[1] / "golden/containers"
NAMES = sorted(path.name for path in GOLDENS.iterdir() if path.is_dir())
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"


def _brief(name: str) -> Brief:
    return Brief.model_validate_json((GOLDENS / name / "brief.json").read_text())


def _generated(name: str) -> list[File]:
    brief = _brief(name)
    with speaking(brief.language or "fr"):
        return [
            file
            for component in brief.context.components
            if image.is_deployed(component)
            for file in dockerfile(component, brief)[0]
        ]


@pytest.mark.parametrize("name", NAMES)
def test_a_brief_makes_its_golden_images(name: str) -> None:
    files = {file.path: file.content for file in _generated(name)}
    expected = GOLDENS / name / "expected"
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in files.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_text(content)
    kept = {path.relative_to(expected).as_posix(): path.read_text() for path in expected.rglob("*") if path.is_file()}
    assert files == kept, "run `python3 dev.py goldens` and read the diff"


@pytest.mark.parametrize("name", NAMES)
async def test_no_checker_has_a_finding_in_a_golden_image(name: str) -> None:
    validations = await validate_files(_generated(name))
    assert "hadolint" in {each.tool for each in validations}
    for each in validations:
        assert not each.findings, f"{each.path}: {each.tool}: {each.findings}"
    unseen = [f"{each.tool}: {each.reason}" for each in validations if each.status == "not_validated"]
    if unseen:
        pytest.skip("; ".join(unseen))


async def test_checkov_has_no_finding_in_any_golden_image(checkov: None) -> None:
    files = [each.model_copy(update={"path": f"{name}/{each.path}"}) for name in NAMES for each in _generated(name)]
    judged = [each for each in await validate_files(files) if each.tool == "checkov"]
    assert len(judged) == sum(each.path.endswith("Dockerfile") for each in files)
    assert [(each.path, each.reason, each.findings) for each in judged if each.status != "passed"] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_image_runs_without_root_and_hears_signals(name: str) -> None:
    for file in _generated(name):
        if not file.path.endswith("Dockerfile"):
            continue
        lines = file.content.splitlines()
        assert [each for each in lines if each.startswith("USER ")][-1].split()[1].split(":")[0] not in {"0", "root"}
        assert all(each.startswith("CMD [") for each in lines if each.startswith("CMD "))
        assert any(each.startswith("HEALTHCHECK ") for each in lines)
        assert not any(each.startswith("# syntax=") for each in lines)
        bases = [each.split()[-3 if " AS " in each else -1] for each in lines if each.startswith("FROM ")]
        assert not [each for each in bases if each.endswith(":latest")]


def test_every_language_has_a_golden_image() -> None:
    assert {each.language for name in NAMES for each in _brief(name).context.components} >= set(LANGUAGES)
