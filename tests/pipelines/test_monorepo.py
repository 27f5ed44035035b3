"""In a monorepo each component runs when it is concerned, and a required check always reports."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from tools.brief import Brief
from tools.guard.errors import BriefError
from tools.pipelines.changes import concern
from tools.pipelines.github_actions import generate
from tools.pipelines.image import context, reach
from tools.project import Component


def _workflows(components: list[dict[str, Any]]) -> dict[str, Any]:
    data = {"service": "shop", "language": "en", "context": {"components": components}}
    files = generate(Brief.model_validate(data)).files
    return {file.path.rpartition("/")[2]: YAML(typ="safe", pure=True).load(file.content) for file in files}


PARTS = [
    {"path": "api", "name": "api", "language": "go", "kind": "service", "test_command": "go test ./..."},
    {"path": "web", "name": "web", "language": "node", "kind": "static", "lint_command": "npm run lint"},
]


def test_a_pull_request_always_reports_and_a_push_is_filtered() -> None:
    for name, workflow in _workflows(PARTS).items():
        if name == "rollback.yml":
            continue
        assert workflow["on"]["pull_request"] is None
        assert f".github/workflows/{name}" in workflow["on"]["push"]["paths"]
        gate = workflow["jobs"]["ci-ok"]
        assert gate["if"] == "always()"
        assert set(gate["needs"]) == {
            job for job in workflow["jobs"] if job != "ci-ok" and not job.startswith("deploy-")
        }


def test_every_job_that_proves_something_waits_for_the_look_at_the_paths() -> None:
    jobs = _workflows(PARTS)["delivery-api.yml"]["jobs"]
    assert jobs["test"]["if"] == "needs.changes.outputs.component == 'true'"
    assert jobs["image"]["needs"] == ["test"]


def test_a_component_at_the_root_is_concerned_by_everything() -> None:
    workflow = _workflows([{**PARTS[0], "path": "."}, PARTS[1]])["delivery-api.yml"]
    assert "paths" not in workflow["on"]["push"]
    assert "changes" not in workflow["jobs"]


def test_what_a_workspace_shares_concerns_whoever_is_locked_with_it() -> None:
    web = Component(path="apps/web", language="node", kind="service", lock_file="pnpm-lock.yaml")
    api = Component(path="apps/api", language="node", kind="service", lock_file="pnpm-lock.yaml")
    kit = Component(path="packages/kit", language="node", kind="library", lock_file="pnpm-lock.yaml")
    alone = Component(path="tools/cli", language="node", kind="cli", lock_file="tools/cli/package-lock.json")
    found = concern(web, [web, api, kit, alone], "w.yml")
    assert (found.some, found.others) == (("**",), ("apps/api/**", "tools/cli/**"))
    assert concern(web, [web, kit], "w.yml").pushed == []


@pytest.mark.parametrize(
    ("component", "around"),
    [
        ({"path": "services/shop", "language": "go", "lock_file": "services/shop/go.sum"}, "services/shop"),
        ({"path": "backend/crates/api", "language": "rust", "lock_file": "backend/Cargo.lock"}, "backend"),
        ({"path": "src/Web", "language": "dotnet"}, "."),
        ({"path": "jvm/web", "language": "java", "build_command": "../mvnw --file ../pom.xml package"}, "jvm"),
        ({"path": "a/b", "language": "node", "test_command": "npm --prefix ../.. run test"}, "."),
        ({"path": "a/b", "language": "node", "test_command": "vitest ./../b/x a/../b"}, "a/b"),
        ({"path": "a/b", "language": "php", "lint_command": "phpcs --standard=../rules.xml"}, "a"),
    ],
)
def test_a_component_reaches_as_far_as_what_it_is_built_with(component: dict[str, Any], around: str) -> None:
    assert reach(Component.model_validate(component)) == around


def test_what_reaches_out_of_its_folder_is_built_from_the_root_unless_its_own_dockerfile_says_otherwise() -> None:
    web = Component(path="src/Web", language="dotnet", kind="service")
    assert context(web) == "."
    own = {"dockerfile": "src/Web/Dockerfile"}
    assert context(web.model_copy(update=own)) == "src/Web"
    assert context(web.model_copy(update=own | {"build_context": "src"})) == "src"
    locked = Component(path="web", language="node", lock_file="yarn.lock", dockerfile="web/Dockerfile")
    assert context(locked) == "."
    assert context(locked.model_copy(update={"build_context": "web"})) == "web"


PATTERNS = {"path": "backend/api", "language": "rust", "kind": "service", "lock_file": "backend/Cargo.lock"}


@pytest.mark.parametrize(
    ("changed", "concerned"),
    [
        ("backend/api/src/main.rs", True),
        ("backend/shared/src/lib.rs", True),
        ("backend/Cargo.lock", True),
        (".github/workflows/w.yml", True),
        ("backend/worker/src/main.rs", False),
        ("frontend/index.html", False),
        ("README.md", False),
    ],
)
def test_a_change_is_seen_alike_by_a_push_and_by_a_pull_request(changed: str, concerned: bool) -> None:
    worker = Component.model_validate({**PATTERNS, "path": "backend/worker"})
    found = concern(Component.model_validate(PATTERNS), [worker], ".github/workflows/w.yml")
    pushed = [each for each in found.pushed if _matches(each.removeprefix("!"), changed)]
    assert bool(pushed and not pushed[-1].startswith("!")) is concerned
    some, *others = found.looked_at
    wanted = any(_matches(each, changed) for each in some.strip("{}").split(","))
    assert (wanted and not any(_matches(each[1:], changed) for each in others)) is concerned


def _matches(pattern: str, path: str) -> bool:
    return pattern in {"**", path} or (pattern.endswith("/**") and path.startswith(pattern[:-2]))


@pytest.mark.parametrize("path", ["a[b]/c", "it's", "x'\n- '**", "!secret", "{a,b}", "*", "a: b # c"])
def test_a_folder_is_a_folder_and_never_a_pattern_of_its_own(path: str) -> None:
    pattern = concern(Component(path=path, kind="library"), [], "w.yml").some[0]
    assert not set(pattern) & set("[]{}!'\"\n?+#:,")
    assert pattern.endswith("/**")


@pytest.mark.parametrize("path", ["../other", "/etc", "a/../../b", "~/x", "-rf"])
def test_a_component_outside_the_repository_is_refused(path: str) -> None:
    with pytest.raises(BriefError):
        _workflows([{"path": path, "language": "go", "kind": "library", "test_command": "go test"}])


def test_a_lock_file_outside_the_repository_becomes_a_question() -> None:
    component = {**PARTS[0], "path": ".", "lock_file": "../go.sum", "dockerfile": "/etc/Dockerfile"}
    delivery = generate(Brief.model_validate({"context": {"components": [component]}}))
    assert {"lock_file", "dockerfile"} <= {each.field for each in delivery.questions}
    assert not [file for file in delivery.files if "../" in file.content or "/etc" in file.content]


def test_two_folders_of_one_name_get_their_own_files_jobs_and_images() -> None:
    parts = [{"path": f"{each}/api", "name": "api", "language": "go", "kind": "service"} for each in ("a", "b", "c")]
    assert set(_workflows(parts)) == {"delivery-api.yml", "delivery-b-api.yml", "delivery-c-api.yml", "rollback.yml"}


def test_an_image_of_a_workspace_is_built_from_the_root() -> None:
    web = {"path": "apps/web", "language": "node", "kind": "service", "lock_file": "pnpm-lock.yaml"}
    steps = _workflows([web, PARTS[0]])["delivery-shop.yml"]["jobs"]["image"]["steps"]
    build = next(step for step in steps if "build-push" in step.get("uses", ""))
    assert (build["with"]["context"], build["with"]["file"]) == (".", "apps/web/Dockerfile")
