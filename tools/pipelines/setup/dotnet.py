""".NET on a runner: setup-dotnet, packages kept by the lock file or else by the project files."""

from resources.catalogue import _
from tools.pipelines.setup.cache import keyed_cache
from tools.pipelines.step import Step, run_command
from tools.project import Component

DEFAULT_VERSION = "10.0"
# A global.json insists on the SDK it names; an empty value is none.
GLOBAL_JSON = "${{ hashFiles('global.json') != '' && 'global.json' || '' }}"
PROJECTS = ("**/*.csproj", "**/*.fsproj", "**/*.vbproj", "**/Directory.*.props")


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put the SDK in place."""
    # The tests run on every framework the projects are built for: all of them stand side by side, without a matrix.
    versions = component.tested_versions or [matrix or component.language_version or DEFAULT_VERSION]
    options = {"dotnet-version": "\n".join(versions), "global-json-file": GLOBAL_JSON}
    if component.lock_file:
        options |= {"cache": "true", "cache-dependency-path": component.lock_file}
    sdk = Step(_("Set up .NET"), action="actions/setup-dotnet", options=options)
    if component.lock_file:
        return [sdk]
    return [sdk, keyed_cache("nuget", "~/.nuget/packages", PROJECTS)]


def before_tests(component: Component) -> list[Step]:
    """The migrations on the empty database, with the project's own release of the tool."""
    command = component.migrate_command or ""
    if not command.startswith("dotnet ef ") or not component.needs:
        return []
    return [
        Step(_("Restore the tools"), run="dotnet tool restore"),
        run_command(_("Migrate the empty database"), command),
    ]
