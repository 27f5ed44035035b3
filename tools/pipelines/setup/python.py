"""Python on a runner: setup-uv for uv, setup-python with its cache for the others."""

from resources.catalogue import _
from tools.pipelines.setup.cache import dependency_cache
from tools.pipelines.step import Step
from tools.project import Component

DEFAULT_VERSION = "3.14"
CACHED = {"pip", "pipenv", "poetry"}  # what setup-python knows how to cache
INSTALLED = {"poetry", "pdm", "pipenv"}  # what the runner does not bring


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put Python and the package manager in place. `matrix` is the expression of the version, if any."""
    version = matrix or component.language_version or DEFAULT_VERSION
    manager = component.package_manager or "pip"
    if manager == "uv":
        options = {"python-version": version, "enable-cache": "true"}
        if component.lock_file:
            options["cache-dependency-glob"] = component.lock_file
        return [Step(_("Set up uv and Python"), action="astral-sh/setup-uv", options=options)]
    steps = []
    if manager in INSTALLED:
        steps.append(Step(_("Install {tool}", tool=manager), run=f"pipx install {manager}"))
    options = {"python-version": version}
    # setup-python fails when it is told to cache and finds nothing to key the cache by.
    if manager in CACHED and component.lock_file:
        options |= {"cache": manager, "cache-dependency-path": component.lock_file}
    steps.append(Step(_("Set up Python"), action="actions/setup-python", options=options))
    if manager == "pdm":
        steps += dependency_cache("pdm", "~/.cache/pdm", component.lock_file)
    return steps
