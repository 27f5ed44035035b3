"""Every blueprint: its golden files, and what the real terraform says of them."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from resources.catalogue import speaking
from tests.infrastructure.clouds import Ground, missing, serving
from tools.brief import Brief
from tools.delivery import Delivery
from tools.guard.process import find_program
from tools.infrastructure.generate import infrastructure
from tools.infrastructure.layout import Layout
from tools.prove import prove
from tools.terraform.risk import assess

GOLDENS = Path(__file__).resolve().parents[1] / "golden/infrastructure"
NAMES = sorted(path.name for path in GOLDENS.iterdir() if path.is_dir())
PASSED: set[tuple[str, ...]] = set()
"""Modules whose tests passed, by their files: blueprints share most of them."""
LARGER = {
    r"(log_days\s+= )30\b": r"\g<1>60",
    r"(memory_mb\s+= )256\b": r"\g<1>1024",
    r"(memory\s+= )512\b": r"\g<1>1024",
    r"(storage_gb\s+= )20\b": r"\g<1>40",
    r"(most\s+= )2\b": r"\g<1>4",
    r"db\.t4g\.micro": "db.t4g.small",
    r"t3\.micro": "t3.small",
    r'(memory\s+= )"512Mi"': r'\g<1>"1Gi"',
    r"db-f1-micro": "db-g1-small",
}
"""What somebody changes in dev."""
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"
proved = pytest.mark.skipif(missing() is not None, reason=missing() or "")


def brief(name: str) -> Brief:
    return Brief.model_validate_json((GOLDENS / name / "brief.json").read_text())


def delivery(name: str, layout: Layout = "directories") -> Delivery:
    made = brief(name)
    with speaking(made.language or "fr"):
        return infrastructure(made, layout)


def provider_of(name: str) -> str:
    return "google" if brief(name).context.platform.provider == "gcp" else "aws"


@pytest.fixture(scope="module")
def providers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Where each cloud's provider listens."""
    with ExitStack() as running:
        yield {
            provider: running.enter_context(serving(tmp_path_factory.mktemp(provider), provider, files))
            for provider in sorted({provider_of(name) for name in NAMES})
            if (files := [file for name in NAMES if provider_of(name) == provider for file in delivery(name).files])
        }


@pytest.fixture
def place(name: str, providers: Mapping[str, str], tmp_path: Path) -> Ground:
    """The delivery of `name`, in a folder."""
    made = Ground(tmp_path, providers[provider_of(name)])
    made.write(delivery(name).files)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_a_brief_makes_its_golden_files(name: str) -> None:
    files = {file.path: file.content for file in delivery(name).files}
    expected = GOLDENS / name / "expected"
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in files.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_text(content)
    kept = {path.relative_to(expected).as_posix(): path.read_text() for path in expected.rglob("*") if path.is_file()}
    assert files == kept, "run `python3 dev.py goldens` and read the diff"


@pytest.mark.skipif(find_program("terraform") is None, reason="terraform is not installed")
@pytest.mark.parametrize("layout", ["directories", "workspaces"])
@pytest.mark.parametrize("name", NAMES)
def test_terraform_would_lay_nothing_out_otherwise(name: str, layout: Layout, tmp_path: Path) -> None:
    made = brief(name)
    if layout == "workspaces":
        made = one_account(made)
    with speaking("fr"):
        files = infrastructure(made, layout).files
    Ground(tmp_path).write(files)
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", "-recursive", str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CLI_CONFIG_FILE": "/dev/null"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


async def test_scripts_pass_the_checkers_of_their_kind() -> None:
    scripts = [file for name in NAMES for file in delivery(name).files if file.executable]
    assert scripts
    proved = await prove(Delivery(files=scripts))
    assert {each.tool: each.status for each in proved.validations} == {"shellcheck": "passed", "shfmt": "passed"}


def one_account(made: Brief) -> Brief:
    environments = [
        each.model_copy(update={"aws_account": "111111111111", "gcp_project": "acme-all"})
        for each in made.context.environments
    ]
    return made.model_copy(update={"context": made.context.model_copy(update={"environments": environments})})


@proved
@pytest.mark.parametrize("name", NAMES)
def test_every_environment_is_valid_and_its_first_creation_dangerous_to_nobody(name: str, place: Ground) -> None:
    for environment in brief(name).context.environments:
        where = f"environments/{environment.name}"
        place.ready(where)  # a plan validates first
        report = assess(place.plan(where))
        grave = [risk for risk in report.risks if risk.level in {"critical", "high"}]
        assert not grave
        assert report.verdict in {"safe", "review"}
        assert report.summary.create > 0
        assert report.summary.destroy == report.summary.replace == report.summary.update == 0
        assert not report.blast_radius.stateful_lost


@proved
@pytest.mark.parametrize("name", NAMES)
def test_the_bootstrap_of_every_account_plans(name: str, place: Ground) -> None:
    place.terraform("bootstrap", "init", "-no-color", "-input=false")
    for values in sorted((place.folder / "infra/bootstrap").glob("*.tfvars")):
        report = assess(place.plan("bootstrap", f"-var-file={values.name}"))
        assert not [risk for risk in report.risks if risk.level in {"critical", "high"}]
        assert report.summary.create > 0


@proved
@pytest.mark.parametrize("name", NAMES)
def test_every_module_passes_its_own_tests(name: str, place: Ground) -> None:
    for folder in sorted((place.folder / "infra/modules").iterdir()):
        module, written = folder.name, tuple(path.read_text() for path in sorted(folder.rglob("*.*")) if path.is_file())
        if written in PASSED:
            continue
        place.terraform(f"modules/{module}", "init", "-backend=false", "-no-color", "-input=false")
        said = place.terraform(f"modules/{module}", "test", "-no-color")
        assert "passed, 0 failed" in said
        assert "Success! 0 passed" not in said
        PASSED.add(written)


@proved
@pytest.mark.parametrize("name", NAMES)
def test_other_sizes_of_dev_lose_nothing_that_exists(name: str, place: Ground) -> None:
    where = "environments/dev"
    place.ready(where)
    place.terraform(where, "apply", "-no-color", "-input=false", "-auto-approve")
    main = place.folder / "infra" / where / "main.tf"
    changed = main.read_text()
    for old, new in LARGER.items():
        changed = re.sub(old, new, changed)
    main.write_text(changed)
    plan = place.plan(where)
    report = assess(plan)
    assert report.summary.update > 0
    assert report.summary.destroy == 0
    # A revision of a task definition is made beside those that exist: Terraform calls that a replacement.
    changes = json.loads(plan)["resource_changes"]
    replaced = {each["type"] for each in changes if set(each["change"]["actions"]) == {"create", "delete"}}
    assert replaced <= {"aws_ecs_task_definition"}
    assert not report.blast_radius.stateful_lost


def test_checkov_finds_nothing_that_the_files_do_not_answer(checkov: None, tmp_path: Path) -> None:
    for name in NAMES:
        for file in delivery(name).files:
            module = re.fullmatch(r"infra/modules/([^/]+)/([^/]+\.tf)", file.path)
            if module:
                # Most blueprints share their modules; the one that puts them together is each blueprint's own.
                folder = tmp_path / provider_of(name) / (f"{module[1]}_{name}" if module[1] == "service" else module[1])
                folder.mkdir(parents=True, exist_ok=True)
                (folder / module[2]).write_text(file.content)
    said = subprocess.run(
        [
            "checkov",
            "-d",
            str(tmp_path),
            "--framework",
            "terraform",
            "--skip-download",
            "--compact",
            "--output",
            "json",
        ],
        capture_output=True,
        text=True,
    )
    told = json.loads(said.stdout)
    assert told["summary"]["parsing_errors"] == 0
    assert told["summary"]["passed"] > 100
    assert {(each["check_id"], each["file_path"]) for each in told["results"]["failed_checks"]} == set()
