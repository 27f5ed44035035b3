"""Node on a runner: setup-node with the cache of the project's own package manager; setup-bun for Bun."""

from resources.catalogue import _
from tools.pipelines.setup import bun
from tools.pipelines.step import Step
from tools.project import Component

DEFAULT_VERSION = "24"


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put Node (or Bun) and the package manager in place."""
    version = matrix or component.language_version or DEFAULT_VERSION
    manager = component.package_manager or "npm"
    if manager == "bun":
        # The version of the component is Node's: Bun's own stands in package.json, where its action looks.
        return bun.setup(component.model_copy(update={"language_version": None}), None)
    options = {"node-version": version}
    if component.lock_file:
        options |= {"cache": manager, "cache-dependency-path": component.lock_file}
    node = Step(_("Set up Node"), action="actions/setup-node", options=options)
    if manager in {"yarn", "pnpm"}:
        # pnpm/action-setup fails where package.json names no version, and where it does if one is given as well.
        comment = _("Corepack brings the release that package.json names, or a current one.")
        return [Step(_("Enable Corepack"), run="corepack enable", comment=comment), node]
    return [node]
