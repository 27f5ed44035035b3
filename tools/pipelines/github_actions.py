"""GitHub Actions: one delivery workflow per component and one rollback workflow, from the brief alone."""

from collections.abc import Sequence
from typing import Any

from resources.catalogue import _
from resources.facts import read_facts
from resources.templates import render
from tools.brief import Brief, Environment, Target, dns_label
from tools.delivery import Check, Delivery, File, VariableToSet
from tools.pipelines import image, safe_text, story
from tools.pipelines.setup.registry import SETUPS
from tools.pipelines.step import Step
from tools.pipelines.targets import cloud_run, ecs, kubernetes, registry
from tools.pipelines.targets import place as places
from tools.project import Component, Question

FOLDER = ".github/workflows"
TARGETS: dict[Target, places.Target] = {
    "registry": registry,
    "ecs": ecs,
    "cloud_run": cloud_run,
    "kubernetes": kubernetes,
}
CHECK_OUT = "actions/checkout"


def generate(brief: Brief) -> Delivery:
    """The whole pipeline of `brief`: files, what must be set, how to check, how to go back.

    Components in a language no module knows are left out, with a question.

    Raises:
        BriefError: a value would be read by GitHub as an expression.
    """
    safe_text.refuse_expressions(brief)
    questions: list[Question] = []
    components: list[Component] = []
    for component in brief.context.components:
        cleaned, doubts = safe_text.clean(component)
        questions += doubts
        if cleaned.language in SETUPS:
            taken = {each.name for each in components}
            components.append(cleaned.model_copy(update={"name": _unique(cleaned, brief, taken)}))
            questions += _doubts(cleaned)
        else:
            text = _("No pipeline can be made for the language {language} yet.", language=cleaned.language or "?")
            questions.append(Question(component=cleaned.path, field="language", question=text))
    single = len(components) == 1
    files = [_delivery_file(brief, each, single) for each in components if _has_jobs(each)]
    deployed = [component for component in components if image.is_deployed(component)]
    if deployed:
        files.append(_rollback_file(brief, deployed))
    return story.tell(
        brief,
        deployed,
        files=files,
        questions=questions,
        variables=_variables(brief, deployed),
        checks=_checks(brief, deployed),
    )


def _unique(component: Component, brief: Brief, taken: set[str | None]) -> str:
    """A name for files, jobs and images that no other component has: two folders may be called alike."""
    name = dns_label(component.name or brief.name)
    if name in taken:
        name = dns_label(component.path)
    number = 2
    while name in taken:
        name, number = f"{name}-{number}", number + 1
    return name


def _doubts(component: Component) -> list[Question]:
    questions = [
        Question(
            component=component.path,
            field="needs",
            question=_("How do the tests reach {service}? No service container is known for it.", service=need),
        )
        for need in component.needs
        if need not in services_of(component) and component.test_command
    ]
    if not _has_jobs(component):
        text = _("How is it installed, tested and built? No command was found, so no workflow was made for it.")
        questions.append(Question(component=component.path, field="test_command", question=text))
    if image.is_deployed(component) and component.dockerfile is None:
        expected = image.dockerfile(component)
        text = _("Which Dockerfile builds the image? None was found; the workflow expects {path}.", path=expected)
        questions.append(Question(component=component.path, field="dockerfile", question=text))
    return questions


def _has_jobs(component: Component) -> bool:
    return image.is_deployed(component) or bool(_test_steps(component))


def _delivery_file(brief: Brief, component: Component, single: bool) -> File:
    name = component.name or brief.name
    deploys = image.is_deployed(component)
    services = services_of(component)
    values: dict[str, Any] = {
        "title": name if single else f"{brief.name} / {name}",
        "workflow_name": _("Delivery") if single else _("Delivery of {name}", name=name),
        "rollback_name": _("Rollback"),
        "branch": brief.context.default_branch,
        "paths": [] if single or component.path == "." else _paths(component, name),
        "directory": component.path,
        "versions": component.tested_versions if len(component.tested_versions) > 1 else [],
        "services": services,
        "test_env": _test_environment(component, services),
        "test_steps": _test_steps(component),
        "deploys": deploys,
        "image_steps": image.steps(brief, component, single) if deploys else [],
        "image_permissions": image.permissions(brief),
        "deployments": [_deployment(brief, component, each) for each in brief.context.environments] if deploys else [],
    }
    path = f"{FOLDER}/{_file_name(single, name)}"
    purpose = _("Lints, tests, builds and delivers {name}.", name=name)
    return File(path=path, content=render("github_actions/delivery.yml.j2", **values), purpose=purpose)


def _file_name(single: bool, name: str) -> str:
    return "delivery.yml" if single else f"delivery-{name}.yml"


def _paths(component: Component, name: str) -> list[str]:
    paths = [f"{component.path}/**", f"{FOLDER}/{_file_name(False, name)}"]
    # A lock file shared by a workspace lies outside the component's folder.
    if component.lock_file and not component.lock_file.startswith(f"{component.path}/"):
        paths.append(component.lock_file)
    return paths


def services_of(component: Component) -> dict[str, dict[str, Any]]:
    """The backing services that run beside the tests: those of `needs` an image is known for."""
    known = read_facts("service_images")["images"]
    return {need: known[need] for need in component.needs if need in known}


def _test_environment(component: Component, services: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The variables the code itself reads, pointed at the service containers."""
    read = {variable.name for variable in component.variables}
    given: dict[str, str] = {}
    for service in services.values():
        given |= {key: value for key, value in service["variables"].items() if key in read}
    return given


def _test_steps(component: Component) -> list[Step]:
    matrix = "${{ matrix.version }}" if len(component.tested_versions) > 1 else None
    steps = [check_out(), *SETUPS[component.language or ""](component, matrix)]
    plan = [
        (_("Install the dependencies"), component.install_command),
        (_("Lint"), component.lint_command),
        (_("Build"), component.build_command if component.language == "node" else None),
        (_("Test"), component.test_command),
        # A site generator is no part of the runner: the site is built with the image.
        (_("Build"), component.build_command if component.language not in {"node", "static"} else None),
    ]
    commands = [_command(component, name, command) for name, command in plan if command]
    # A job that would only check the sources out proves nothing: better none than a green light for nothing.
    return steps + commands if commands else []


def _command(component: Component, name: str, command: str) -> Step:
    if command == "golangci-lint run":  # not on the runner; its action installs it and keeps its cache
        folder = {} if component.path == "." else {"working-directory": component.path}
        return Step(name, action="golangci/golangci-lint-action", options=folder)
    return Step(name, run=command)


def check_out() -> Step:
    """The sources, without leaving the job's token in the working copy."""
    return Step(_("Check the sources out"), action=CHECK_OUT, options={"persist-credentials": "false"})


def _target(brief: Brief) -> places.Target:
    return TARGETS[brief.context.platform.target or "registry"]


def _deployment(brief: Brief, component: Component, environment: Environment) -> dict[str, Any]:
    repository = "${{ needs.image.outputs.image }}"
    place = places.Place(
        brief, component, environment, f"{repository}@${{{{ needs.image.outputs.digest }}}}", repository
    )
    target = _target(brief)
    return {
        "name": environment.name,
        "approval": environment.needs_approval,
        "url": environment.url or f"${{{{ vars.{_url_variable(brief, component)} }}}}",
        "lock": f"deploy-{place.workload}-{environment.name}",
        "permissions": image.deploy_permissions(brief),
        "steps": [
            *image.sign_in(brief, only_if_moving=True),
            *target.deploy(place),
            _verify(brief, component, environment.url),
            *target.undo(place),
        ],
    }


def _url_variable(brief: Brief, component: Component) -> str:
    """The environment's variable with the public address of `component`: each component has its own."""
    deployed = [each for each in brief.context.components if image.is_deployed(each)]
    name = (component.name or "").upper().replace("-", "_")
    return "APP_URL" if len(deployed) == 1 else f"{name}_URL"


def _verify(brief: Brief, component: Component, url: str | None) -> Step:
    return Step(
        _("Check that it answers"),
        env={
            "URL": url or f"${{{{ vars.{_url_variable(brief, component)} }}}}",
            "HEALTH_PATH": component.health_path or "/",
        },
        run=(
            "curl --fail --silent --show-error --location --output /dev/null \\\n"
            "  --retry 12 --retry-delay 5 --retry-all-errors --max-time 10 "
            '"${URL%/}${HEALTH_PATH}"\n'
        ),
    )


def _rollback_file(brief: Brief, deployed: Sequence[Component]) -> File:
    jobs = [_rollback_job(brief, component, single=len(brief.context.components) == 1) for component in deployed]
    content = render(
        "github_actions/rollback.yml.j2",
        rollback_name=_("Rollback"),
        environments=[each.name for each in brief.context.environments],
        jobs=jobs,
    )
    purpose = _("Puts an earlier version back into one environment, by hand.")
    return File(path=f"{FOLDER}/rollback.yml", content=content, purpose=purpose)


def _rollback_job(brief: Brief, component: Component, *, single: bool) -> dict[str, Any]:
    place = places.Place(
        brief, component, None, "${{ steps.version.outputs.image }}", "${{ steps.version.outputs.repository }}"
    )
    check = Step(
        _("Check the version"),
        id="version",
        env={"VERSION": "${{ inputs.version }}", **image.repository_env(brief, component, single)},
        run=(
            'if ! [[ "${VERSION}" =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$ ]]; then\n'
            '  echo "::error::this is not an image tag"\n'
            "  exit 1\n"
            "fi\n" + image.REPOSITORY + "{\n"
            '  echo "repository=${repository}"\n'
            '  echo "image=${repository}:${VERSION}"\n'
            '} >> "${GITHUB_OUTPUT}"\n'
        ),
    )
    return {
        "id": f"rollback-{component.name or brief.name}",
        "component": component.name or brief.name,
        "lock": f"deploy-{place.workload}-${{{{ inputs.environment }}}}",
        "permissions": image.deploy_permissions(brief),
        "steps": [
            check,
            *image.sign_in(brief, only_if_moving=True),
            *_target(brief).deploy(place),
            _verify(brief, component, None),
        ],
    }


def _variables(brief: Brief, deployed: Sequence[Component]) -> list[VariableToSet]:
    told = image.variables(brief) if deployed else []
    for environment in brief.context.environments if deployed else ():
        place = places.Place(brief, deployed[0], environment, "", "")
        told += _target(brief).variables(place)
        where = _("GitHub environment {name}", name=environment.name)
        purpose = _("Public address that the checks after a deployment ask.")
        told += [
            VariableToSet(
                name=_url_variable(brief, each),
                secret=False,
                where=where,
                purpose=purpose,
                example=environment.url or f"https://{environment.name}.example.org",
            )
            for each in deployed
        ]
    return told + _runtime_variables(deployed)


def _runtime_variables(deployed: Sequence[Component]) -> list[VariableToSet]:
    """What the code itself reads when it runs."""
    return [
        VariableToSet(
            name=variable.name,
            secret=variable.secret,
            where=_("runtime of {component}, per environment", component=component.name),
            purpose=_("Read by the code at {source}.", source=variable.source or "?"),
            example=None if variable.secret else variable.default,
        )
        for component in deployed
        for variable in component.variables
    ]


def _checks(brief: Brief, deployed: Sequence[Component]) -> list[Check]:
    return [
        Check(
            name=_("{component} answers in {environment}", component=each.name, environment=environment.name),
            url=f"{(environment.url or '$' + _url_variable(brief, each)).rstrip('/')}{each.health_path or '/'}",
            expect=_("HTTP status below 400 within 60 seconds"),
            environment=environment.name,
        )
        for environment in brief.context.environments
        for each in deployed
    ]
