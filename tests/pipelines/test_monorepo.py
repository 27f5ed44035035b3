"""In a monorepo each component runs when it is concerned, and a required check always reports."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from tools.brief import Brief
from tools.guard.errors import BriefError
from tools.pipelines.changes import patterns
from tools.pipelines.github_actions import generate
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
    kit = Component(path="packages/kit", language="node", kind="library", lock_file="pnpm-lock.yaml")
    alone = Component(path="tools/cli", language="node", kind="cli", lock_file="tools/cli/package-lock.json")
    assert patterns(web, [web, kit, alone], "w.yml") == ["apps/web/**", "w.yml", "pnpm-lock.yaml", "packages/kit/**"]


@pytest.mark.parametrize("path", ["a[b]/c", "it's", "x'\n- '**", "!secret", "{a,b}", "*", "a: b # c"])
def test_a_folder_is_a_folder_and_never_a_pattern_of_its_own(path: str) -> None:
    [pattern, *_rest] = patterns(Component(path=path, kind="library"), [], "w.yml")
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
