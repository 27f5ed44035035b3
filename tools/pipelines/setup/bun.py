"""Bun on a runner, as package manager and as what runs the code."""

from resources.catalogue import _
from tools.pipelines.setup.cache import dependency_cache
from tools.pipelines.step import Step, run_command
from tools.project import Component


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put Bun and its cache in place; without a version the action reads what package.json names."""
    version = matrix or component.language_version
    options = {"bun-version": version} if version else {}
    bun = Step(_("Set up Bun"), action="oven-sh/setup-bun", options=options)
    return [bun, *dependency_cache("bun", "~/.bun/install/cache", component.lock_file)]


def before_tests(component: Component) -> list[Step]:
    """The migrations on the empty database, which proves them too."""
    if not component.migrate_command or not component.needs:
        return []
    return [run_command(_("Migrate the empty database"), component.migrate_command)]
