"""What is proved before an image is made: lint, test and build, from the same commands as everywhere."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from resources.catalogue import _
from resources.facts import read_facts
from tools.containers.base_images import base
from tools.pipelines import image, package, stages
from tools.pipelines.gitlab.job import Artifacts, Image, Job, Need, Script, Service
from tools.pipelines.gitlab.runner import Runner, cache, runner
from tools.pipelines.services import environment_of, services_of
from tools.pipelines.setup.cache import PLAIN_PATH
from tools.pipelines.setup.registry import BEFORE_TESTS
from tools.pipelines.step import Step, run_command
from tools.project import Component

VERSION = "${VERSION}"
Facts = dict[str, Any]


def proofs(component: Component) -> list[Job]:
    """The jobs that prove `component`, in order."""
    return [each for each in (_lint(component), _test(component), _build(component)) if each is not None]


def _lint(component: Component) -> Job | None:
    command = component.lint_command
    if not command:
        return None
    place = runner(component)
    if stages.GOLANGCI.fullmatch(command):
        # The image brings the linter; the sources bring what they import.
        place = replace(place, image=Image(base("golangci-lint")))
        work = _Work(component, place)
    else:
        work = _Work(component, place)
        work.install()
    work.run("LINT", command)
    return work.job("lint", _("Style and obvious mistakes."))


def _test(component: Component) -> Job | None:
    if not component.test_command:
        return None
    versions = stages.versions(component)
    work = _Work(component, runner(component, VERSION if versions else None))
    work.install()
    if stages.built_first(component) and component.build_command:
        work.run("BUILD", component.build_command)
    for step in BEFORE_TESTS.get(component.language or "", _nothing)(component):
        work.step("MIGRATE", step)
    work.run("TEST", component.test_command)
    services = _services(component)
    work.data |= environment_of(component, {need: facts for need, (_service, facts) in services.items()})
    return work.job(
        "test", None, fills=True, versions=versions, services=[service for service, _facts in services.values()]
    )


def _build(component: Component) -> Job | None:
    command = component.build_command
    packs = image.packs(component)
    if not command or component.language == "static":
        return None
    if not packs and stages.built_first(component) and component.test_command:
        return None
    work = _Work(component, runner(component))
    work.install()
    work.run("BUILD", command)
    folder = "" if component.path == "." else f"{component.path}/"
    kept: tuple[str, ...] = ()
    if packs:
        kept = (f"{folder}target/", f"{folder}build/")
    elif not image.is_deployed(component) and component.output_directory:
        kept = (f"{folder}{component.output_directory}/",)
    artifacts = Artifacts(paths=kept) if kept and all(PLAIN_PATH.fullmatch(each) for each in kept) else None
    return work.job("build", _("What is built here is used later.") if artifacts else None, artifacts=artifacts)


def packed(component: Component, proved: Sequence[Job]) -> Job:
    """The job that makes the package of a function, and keeps it for those that bring it into service."""
    work = _Work(component, runner(component))
    if component.build_command:
        work.install()
        work.run("BUILD", component.build_command)
    folder = "" if component.path == "." else f"{component.path}/"
    digest = (
        'digest="$(sha256sum package.zip | cut -d " " -f 1)"\n'
        f'printf \'IMAGE={package.NAME}@sha256:%s\\n\' "${{digest}}" > "${{CI_PROJECT_DIR}}/image.env"\n'
        + ('mv package.zip "${CI_PROJECT_DIR}/"\n' if folder else "")
    )
    work.script.append(package.dependencies(component) + package.GATHER + digest)
    artifacts = Artifacts(paths=("package.zip",), dotenv="image.env")
    made = work.job(
        package.NAME,
        _("Made once, for the runtime that runs it; this digest is what is deployed."),
        artifacts=artifacts,
    )
    return replace(made, stage="image", needs=[Need(each.name) for each in proved])


class _Work:
    """A job while it is put together: its script, and the values that go round GitLab's expansion."""

    def __init__(self, component: Component, place: Runner) -> None:
        self.component = component
        self.place = place
        self.script: Script = []
        self.data: dict[str, str] = {}

    def install(self) -> None:
        if self.component.install_command:
            self.run("INSTALL", self.component.install_command)

    def run(self, what: str, command: str) -> None:
        self.step(what, run_command(what, command))

    def step(self, what: str, step: Step) -> None:
        """A step of another platform's job: its script, with its variables under names that no other step has."""
        text = step.run or ""
        for key, value in step.env.items():
            name = f"{what}_{key}" if key == "COMMAND" else key
            text = text.replace(f"${{{key}}}", f"${{{name}}}") if key == "COMMAND" else text
            self.data[name] = value
        # What GitHub passes on through a file is simply still there: one job is one shell.
        if text.endswith(' >> "${GITHUB_ENV}"'):
            name, _equals, value = text.removeprefix('echo "').removesuffix('" >> "${GITHUB_ENV}"').partition("=")
            text = f'{name}="{value}"\nexport {name}\n'
        self.script.append(text)

    def job(self, name: str, comment: str | None, *, fills: bool = False, **more: Any) -> Job:  # noqa: ANN401 - a job's
        folder = self.component.path
        before = [*self.place.before, *([f"cd {shlex.quote(folder)}"] if folder != "." else [])]
        said = _("The same backing services as in production, thrown away after the tests.")
        return Job(
            name=name,
            stage="test",
            image=self.place.image,
            before=before,
            script=self.script,
            comment=comment,
            variables=self.place.variables,
            data=self.data,
            cache=cache(self.component, self.place, fills=fills),
            needs=[],
            services_comment=said if more.get("services") else None,
            **more,
        )


def _services(component: Component) -> dict[str, tuple[Service, Facts]]:
    """The services of the tests and how they are reached: under their own name, for a job is a container itself."""
    found: dict[str, tuple[Service, Facts]] = {}
    for need, facts in services_of(component).items():
        own = read_facts("backing_services")["services"].get(need, {}).get("env", {}) if need == "kafka" else {}
        env = {key: value.replace("{host}", need) for key, value in own.items()} | facts.get("env", {})
        service = Service(facts["image"], need, facts["port"], env)
        reached = {part: _beside(text, need) for part, text in facts["connection"].items()}
        always = {name: _beside(text, need) for name, text in facts.get("always", {}).items()}
        found[need] = (service, {**facts, "connection": reached, "always": always})
    return found


def _beside(text: str, alias: str) -> str:
    return text.replace("localhost", alias).replace("127.0.0.1", alias)


def _nothing(component: Component) -> list[Step]:  # noqa: ARG001 - the signature of what comes before tests
    return []
