"""Node on a runner: setup-node with the cache of the project's own package manager; setup-bun for Bun."""

from resources.catalogue import _
from tools.pipelines.step import Step
from tools.project import Component

DEFAULT_VERSION = "24"


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put Node (or Bun) and the package manager in place."""
    version = matrix or component.language_version or DEFAULT_VERSION
    manager = component.package_manager or "npm"
    if manager == "bun":
        return [Step(_("Set up Bun"), action="oven-sh/setup-bun")]
    options = {"node-version": version}
    steps = []
    if manager == "pnpm":
        # Without `version` the action takes the one of package.json's `packageManager`; a project without it fails.
        folder = "" if component.path == "." else f"{component.path}/"
        steps.append(
            Step(_("Set up pnpm"), action="pnpm/action-setup", options={"package_json_file": f"{folder}package.json"})
        )
    if component.lock_file:
        options |= {"cache": manager, "cache-dependency-path": component.lock_file}
    set_up = Step(_("Set up Node"), action="actions/setup-node", options=options)
    if manager == "yarn":
        # Corepack installs the Yarn release the project names; Yarn 1 is on the runner.
        return [Step(_("Enable Corepack"), run="corepack enable"), set_up]
    return [*steps, set_up]
