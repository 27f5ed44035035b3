"""Ruby on a runner: setup-ruby, which also installs the gems and keeps them by Gemfile.lock."""

from resources.catalogue import _
from tools.pipelines.step import Step, run_command
from tools.project import Component

DEFAULT_VERSION = "3.4"
DATABASES = {"postgres", "mysql", "mariadb", "sqlserver"}


def setup(component: Component, matrix: str | None) -> list[Step]:
    """The step that puts Ruby and, with a lock file, the gems in place."""
    options = {"ruby-version": matrix or component.language_version or DEFAULT_VERSION}
    if component.path != ".":
        options["working-directory"] = component.path
    if installs(component):
        options["bundler-cache"] = "true"
    return [Step(_("Set up Ruby"), action="ruby/setup-ruby", options=options)]


def installs(component: Component) -> bool:
    """Whether the set-up action installs the gems: only exactly, from a lock file."""
    return component.lock_file is not None and (component.install_command or "").startswith("bundle")


def before_tests(component: Component) -> list[Step]:
    """The schema of the tests."""
    command = component.migrate_command or ""
    if not DATABASES & set(component.needs) or not command.endswith("db:migrate"):
        return []
    if component.framework == "rails":
        command = command.removesuffix("db:migrate") + "db:test:prepare"
        return [run_command(_("Load the schema into the database of the tests"), command)]
    return [run_command(_("Migrate the empty database"), command)]
