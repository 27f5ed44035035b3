"""A token of a private registry reaches the build of the image, and nothing that runs."""

from ruamel.yaml import YAML

from tools.brief import Brief
from tools.containers.compose import compose_file
from tools.deployment.kubernetes import kubernetes
from tools.pipelines.github_actions import generate

COMPONENT = {
    "path": ".", "kind": "service", "language": "node", "package_manager": "npm", "lock_file": "package-lock.json",
    "install_command": "npm ci", "test_command": "npm test", "start_command": "node server.js", "port": 3000,
    "variables": [{"name": "NPM_TOKEN", "secret": True}, {"name": "API_KEY", "secret": True}],
}  # fmt: skip
BRIEF = Brief.model_validate(
    {"service": "shop", "language": "en", "context": {"components": [COMPONENT], "registry": "ghcr.io/acme"}}
)


def test_the_pipeline_mounts_it_for_the_build_and_asks_for_it_in_the_repository() -> None:
    delivery = generate(BRIEF)
    workflow = next(each.content for each in delivery.files if each.path.endswith("delivery.yml"))
    steps = [step for job in YAML(typ="safe").load(workflow)["jobs"].values() for step in job.get("steps", [])]
    (build,) = [step for step in steps if "build-push-action" in step.get("uses", "")]
    assert build["with"]["secrets"].strip() == "NPM_TOKEN=${{ secrets.NPM_TOKEN }}"
    assert any(each.name == "NPM_TOKEN" and each.secret for each in delivery.variables)


def test_what_runs_does_not_get_it() -> None:
    composed = compose_file(BRIEF)
    assert composed is not None
    service = YAML(typ="safe").load(composed.file.content)["services"]["shop"]
    assert service["environment"] == {"API_KEY": None}
    assert service["build"]["secrets"] == ["NPM_TOKEN"]
    secrets = next(each.content for each in kubernetes(BRIEF).files if each.path.endswith("-secrets.yaml"))
    assert "API_KEY" in secrets
    assert "NPM_TOKEN" not in secrets
