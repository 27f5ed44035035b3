"""Deno on a runner: setup-deno, which keeps what it downloads by deno.lock."""

from resources.catalogue import _
from tools.pipelines.setup.cache import PLAIN_PATH
from tools.pipelines.step import Step, run_command
from tools.project import Component

DEFAULT_VERSION = "v2.x"


def setup(component: Component, matrix: str | None) -> list[Step]:
    """The step that puts Deno and its cache in place."""
    options = {"deno-version": matrix or component.language_version or DEFAULT_VERSION}
    if component.lock_file and PLAIN_PATH.fullmatch(component.lock_file):
        options |= {"cache": "true", "cache-hash": f"${{{{ hashFiles('{component.lock_file}') }}}}"}
    return [Step(_("Set up Deno"), action="denoland/setup-deno", options=options)]


def before_tests(component: Component) -> list[Step]:
    """The migrations on the empty database, which proves them too."""
    if not component.migrate_command or not component.needs:
        return []
    return [run_command(_("Migrate the empty database"), component.migrate_command)]
