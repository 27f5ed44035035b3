"""Node on a runner: setup-node with the cache of the project's own package manager; setup-bun for Bun."""

from resources.catalogue import _
from tools.pipelines.setup.cache import dependency_cache
from tools.pipelines.step import Step
from tools.project import Component

DEFAULT_VERSION = "24"


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put Node (or Bun) and the package manager in place."""
    version = matrix or component.language_version or DEFAULT_VERSION
    manager = component.package_manager or "npm"
    if manager == "bun":
        bun = Step(_("Set up Bun"), action="oven-sh/setup-bun")
        return [bun, *dependency_cache("bun", "~/.bun/install/cache", component.lock_file)]
    options = {"node-version": version}
    if component.lock_file:
        options |= {"cache": manager, "cache-dependency-path": component.lock_file}
    node = Step(_("Set up Node"), action="actions/setup-node", options=options)
    if manager in {"yarn", "pnpm"}:
        # pnpm/action-setup fails where package.json names no version, and where it does if one is given as well.
        comment = _("Corepack brings the release that package.json names, or a current one.")
        return [Step(_("Enable Corepack"), run="corepack enable", comment=comment), node]
    return [node]
