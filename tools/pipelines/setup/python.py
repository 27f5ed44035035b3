"""Python on a runner: setup-uv for uv, setup-python with its cache for the others."""

from resources.catalogue import _
from tools.pipelines.step import Step
from tools.project import Component

DEFAULT_VERSION = "3.14"
CACHES = {"pip": "pip", "pipenv": "pipenv", "poetry": "poetry"}
INSTALLERS = {"poetry": "poetry", "pdm": "pdm", "pipenv": "pipenv"}


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
    if manager in INSTALLERS:
        steps.append(Step(_("Install {tool}", tool=manager), run=f"pipx install {INSTALLERS[manager]}"))
    options = {"python-version": version}
    if manager in CACHES:
        options["cache"] = CACHES[manager]
        if component.lock_file:
            options["cache-dependency-path"] = component.lock_file
    return [*steps, Step(_("Set up Python"), action="actions/setup-python", options=options)]
