"""Go on a runner: the version comes from go.mod, the cache from go.sum."""

from resources.catalogue import _
from tools.pipelines.step import Step
from tools.project import Component


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put Go in place."""
    folder = "" if component.path == "." else f"{component.path}/"
    options = {"go-version": matrix} if matrix else {"go-version-file": f"{folder}go.mod"}
    if component.lock_file:
        options["cache-dependency-path"] = component.lock_file
    else:
        options["cache"] = "false"  # nothing to key a cache by
    return [Step(_("Set up Go"), action="actions/setup-go", options=options)]
