"""Vercel, Railway and Render: goldens, the schemas, and what no file of theirs may hold."""

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from resources.catalogue import _, speaking
from tools.brief import Brief, Environment
from tools.consistency.contradictions import contradictions
from tools.deployment.generate_deployment import of_brief
from tools.deployment.platforms.registry import PLATFORMS
from tools.deployment.platforms.settings import settings_of
from tools.project import Component, Variable
from tools.validate.checker import Source
from tools.validate.validate import validate_files

TESTS = Path(__file__).resolve().parents[1]
BRIEFS = TESTS / "golden/containers"
GOLDENS = TESTS / "golden/platforms"
KEPT = ["express-npm", "fastapi-uv", "go-gin", "monorepo-python-node", "monorepo-turbo-pnpm", "rails", "spring-maven"]
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"


def brief(name: str, platform: str = "render") -> Brief:
    data = json.loads((BRIEFS / name / "brief.json").read_text())
    data["context"]["environments"] = [{"name": "staging"}, {"name": "prod", "url": f"https://{name}.example.org"}]
    data["context"]["platform"] = {"target": platform, "region": "eu-west-3"}
    data["service"] = data.get("service") or name
    return Brief.model_validate(data)


def service(*variables: Variable, **more: Any) -> Brief:
    component = Component(path=".", name="shop", kind="service", language="node", framework="express",
                          variables=list(variables), **more)  # fmt: skip
    return Brief.model_validate({"service": "shop", "context": {"components": [component.model_dump()]}})


@pytest.mark.parametrize("platform", list(PLATFORMS))
@pytest.mark.parametrize("name", KEPT)
def test_a_brief_makes_its_golden_platform_files(name: str, platform: str) -> None:
    made = brief(name, platform)
    with speaking("en"):
        delivery = PLATFORMS[platform](made)
    files = {file.path: file.content for file in delivery.files}
    files["delivery.json"] = delivery.model_dump_json(indent=1, exclude={"files"}, exclude_defaults=True) + "\n"
    expected = GOLDENS / platform / name
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in files.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_text(content)
    kept = {path.relative_to(expected).as_posix(): path.read_text() for path in expected.rglob("*") if path.is_file()}
    assert files == kept, "run `python3 dev.py goldens` and read the diff"


@pytest.mark.parametrize("platform", list(PLATFORMS))
async def test_no_checker_has_a_finding_in_a_golden_platform_file(platform: str) -> None:
    for name in KEPT:
        files = PLATFORMS[platform](brief(name, platform)).files
        judged = await validate_files(files)
        assert {each.path for each in judged if each.tool == "platform schema"} == {file.path for file in files}
        for each in judged:
            assert not each.findings, f"{name}: {each.path}: {each.tool}: {each.findings}"
            if each.status == "not_validated":
                pytest.skip(f"{each.tool}: {each.reason}")


@pytest.mark.parametrize("platform", list(PLATFORMS))
def test_a_secret_is_asked_for_and_stands_in_no_file(platform: str) -> None:
    made = service(
        Variable(name="STRIPE_API_KEY", secret=True), Variable(name="LOG_LEVEL", secret=False, default="info")
    )
    delivery = PLATFORMS[platform](made)
    told = [each for each in delivery.variables if each.name == "STRIPE_API_KEY"]
    assert len(told) == len(made.context.environments)
    assert all(each.secret and each.example is None for each in told)
    assert "info" in "".join([*(file.content for file in delivery.files), *(each.run for each in delivery.commands)])
    assert not [each for each in delivery.variables if each.name == "LOG_LEVEL"]


def test_a_secret_that_every_browser_would_get_is_a_critical_risk() -> None:
    made = service(Variable(name="NEXT_PUBLIC_API_SECRET", secret=True))
    for generate in PLATFORMS.values():
        assert [each.level for each in generate(made).risks if each.kind == "security"] == ["critical"]


def test_a_connection_follows_the_database_and_a_drivers_own_scheme_is_kept_or_asked_for() -> None:
    driver = Variable(name="DATABASE_URL", secret=True, default="postgresql+asyncpg://localhost/app")
    made = service(driver, needs=["postgres"])
    (run,) = [each.run for each in PLATFORMS["railway"](made).commands if "DATABASE_URL" in each.run]
    assert "'DATABASE_URL=postgresql+asyncpg://${{Postgres.PGUSER}}:" in run
    rendered = PLATFORMS["render"](made)
    (web, *_rest) = YAML(typ="safe").load(rendered.files[0].content)["services"]
    assert {"key": "DATABASE_URL", "sync": False} in web["envVars"]
    assert "DATABASE_URL" in {each.name for each in rendered.variables}


def test_the_constant_of_a_framework_is_public_and_links_to_nothing() -> None:
    component = Component(path=".", language="php", framework="laravel", kind="service", needs=["postgres"])
    links = {"postgres": {"host": "@postgres.host", "password": "@postgres.password"}}
    found = {each.name: (each.link, each.value) for each in settings_of(component, links)}
    assert found["DB_CONNECTION"] == (None, "pgsql")
    assert found["DB_PASSWORD"] == ("@postgres.password", None)


def test_production_waits_for_a_person_on_every_platform() -> None:
    made = brief("fastapi-uv")
    staging, prod = (YAML(typ="safe").load(file.content) for file in PLATFORMS["render"](made).files)
    assert staging["services"][0]["autoDeployTrigger"] == "checksPass"
    assert prod["services"][0]["autoDeployTrigger"] == "off"
    assert (staging["previews"]["generation"], prod["previews"]["generation"]) == ("automatic", "off")
    site = json.loads(PLATFORMS["vercel"](brief("monorepo-python-node", "vercel")).files[0].content)
    assert site["git"] == {"deploymentEnabled": {"main": False}}
    assert any("automati" in each.purpose for each in PLATFORMS["railway"](made).commands)


@pytest.mark.parametrize("platform", ["railway", "render"])
def test_a_dockerfile_that_nobody_makes_is_a_risk(platform: str) -> None:
    alone = brief("go-gin", platform)
    together = alone.model_copy(update={"deliverables": ["containers", "deployment"]})
    with speaking("en"):
        told = [[each.message for each in PLATFORMS[platform](made).risks] for made in (alone, together)]
    assert [any("builds from Dockerfile" in each for each in messages) for messages in told] == [True, False]


def test_what_vercel_cannot_run_is_asked_and_escalated() -> None:
    delivery = PLATFORMS["vercel"](brief("spring-maven", "vercel"))
    assert (delivery.status, delivery.files) == ("blocked", [])
    assert [each.situation for each in delivery.escalations] == ["incompatible_architecture"]
    assert delivery.questions


def test_a_service_that_no_platform_runs_is_a_question() -> None:
    made = service(needs=["kafka"])
    for name in ("railway", "render"):
        assert [each.field for each in PLATFORMS[name](made).questions] == ["needs"]


def test_the_briefs_own_target_is_delivered() -> None:
    assert [file.path for file in of_brief(brief("go-gin", "railway")).files] == ["railway.json"]


def test_one_environment_has_the_name_that_render_looks_for() -> None:
    made = brief("go-gin")
    only = made.context.model_copy(update={"environments": [Environment(name="prod")]})
    assert [file.path for file in PLATFORMS["render"](made.model_copy(update={"context": only})).files] == [
        "render.yaml"
    ]


LINE = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20).filter(str.isprintable)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=LINE, command=LINE, path=LINE)
def test_whatever_the_brief_says_the_files_stay_what_they_are(value: str, command: str, path: str) -> None:
    made = service(
        Variable(name="GREETING", secret=False, default=value),
        migrate_command=command or None,
        health_path=f"/{path}",
        build_command=command or None,
    )
    (file, *_others) = PLATFORMS["render"](made).files
    (web,) = YAML(typ="safe").load(file.content)["services"]
    assert {"key": "GREETING", "value": value} in web["envVars"]
    assert web.get("preDeployCommand") == (command or None) or command != web.get("preDeployCommand")
    assert json.loads(PLATFORMS["railway"](made).files[0].content)["deploy"]["healthcheckPath"] == f"/{path}"
    for each in PLATFORMS["railway"](made).commands:
        assert shlex.split(each.run)
    assert Source(file.path, file.content.encode()).text == file.content


def test_a_component_of_a_monorepo_is_not_built_for_what_does_not_concern_it(tmp_path: Path) -> None:
    (file, *_others) = PLATFORMS["vercel"](brief("monorepo-turbo-pnpm", "vercel")).files
    command = json.loads(file.content)["ignoreCommand"]

    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words], cwd=tmp_path, check=True,
                       capture_output=True)  # fmt: skip

    def commit(path: str) -> int:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
        git("add", "--all")
        git("commit", "--message", path)
        return subprocess.run(
            ["sh", "-c", command], cwd=tmp_path / "apps/api", env={"PATH": os.environ["PATH"]}
        ).returncode

    git("init", "--quiet")
    git("commit", "--allow-empty", "--message", "first")
    assert commit("apps/api/index.ts") == 1
    assert commit("apps/web/page.tsx") == 0
    assert commit("pnpm-lock.yaml") == 1


def test_a_blueprint_of_an_environment_that_the_brief_has_not_is_a_contradiction() -> None:
    made = brief("go-gin")
    files = [Source(file.path, file.content.encode()) for file in PLATFORMS["render"](made).files]
    assert contradictions(files, made) == []
    strange = [*files, Source("render.qa.yaml", files[0].content)]
    assert {(each.subject, each.first.path) for each in contradictions(strange, made)} == {
        (_("environment {name}", name="qa"), "render.qa.yaml")
    }
    missing = contradictions(files[:1], made)
    assert {each.first.says for each in missing} == {"prod"}
