"""What is proved before an image is made: lint, test and build, each the steps of its own job."""

import re

from resources.catalogue import _
from tools.pipelines import image
from tools.pipelines.setup import php, ruby
from tools.pipelines.setup.registry import BEFORE_TESTS, SETUPS
from tools.pipelines.step import Step, check_out, run_command
from tools.project import Component

MATRIX = "${{ matrix.version }}"
# The runner does not bring golangci-lint; its own action does, with its cache.
GOLANGCI = re.compile(r"golangci-lint run(?P<arguments>( [\w./=,:-]+)*)")


def versions(component: Component) -> list[str]:
    """The versions the tests run against, when the project supports several."""
    side_by_side = component.language == "dotnet"
    return component.tested_versions if len(component.tested_versions) > 1 and not side_by_side else []


def lint(component: Component) -> list[Step]:
    """Steps of the lint job; none when the project has no linter."""
    command = component.lint_command
    if not command:
        return []
    if found := GOLANGCI.fullmatch(command):
        options = {"working-directory": component.path} if component.path != "." else {}
        if arguments := found["arguments"].strip():
            options["args"] = arguments
        step = Step(_("Lint"), action="golangci/golangci-lint-action", options=options)
        return [*_prepared(component, None, install=False), step]
    return [*_prepared(component, None), run_command(_("Lint"), command)]


def test(component: Component) -> list[Step]:
    """Steps of the test job; none when the project has no tests."""
    if not component.test_command:
        return []
    steps = _prepared(component, MATRIX if versions(component) else None)
    if built_first(component) and component.build_command:
        steps += [*_before_build(component), run_command(_("Build"), component.build_command)]
    steps += BEFORE_TESTS.get(component.language or "", _nothing)(component)
    return [*steps, run_command(_("Test"), component.test_command)]


def built_first(component: Component) -> bool:
    """Whether the tests often run what was built; those of other languages compile what they test."""
    return component.language in {"node", "bun"} or (component.language == "php" and php.builds_a_front_end(component))


def build(component: Component) -> list[Step]:
    """Steps of the build job; none when nothing is built, or when the tests built it already."""
    if not component.build_command or (built_first(component) and component.test_command):
        return []
    if component.language == "static" or image.packs(component):
        return []  # a site generator is no part of the runner; and what an image packs is built beside it
    steps = [*_prepared(component, None), *_before_build(component), run_command(_("Build"), component.build_command)]
    if not image.is_deployed(component) and component.output_directory:
        folder = "" if component.path == "." else f"{component.path}/"
        options = {
            "name": component.name or "build",
            "path": f"{folder}{component.output_directory}",
            "if-no-files-found": "error",
            "retention-days": "7",
        }
        steps.append(Step(_("Keep what was built"), action="actions/upload-artifact", options=options))
    return steps


def _prepared(component: Component, matrix: str | None, *, install: bool = True) -> list[Step]:
    steps = [check_out(), *SETUPS[component.language or ""](component, matrix)]
    if install and component.install_command and not (component.language == "ruby" and ruby.installs(component)):
        steps.append(run_command(_("Install the dependencies"), component.install_command))
    return steps


def _before_build(component: Component) -> list[Step]:
    return php.before_build(component) if component.language == "php" else []


def _nothing(component: Component) -> list[Step]:  # noqa: ARG001 - the signature of what comes before tests
    return []
