"""GitHub Actions: one delivery workflow per component and one rollback workflow, from the brief alone."""

from collections.abc import Sequence
from typing import Any

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief, dns_label
from tools.delivery import Check, Delivery, File
from tools.pipelines import changes, image, registries, safe_text, settings, stages, story
from tools.pipelines.action_pins import pin
from tools.pipelines.deployment import answers, deployment, known_url, rollback, url_variable
from tools.pipelines.services import environment_of, services_of
from tools.pipelines.setup.registry import SETUPS
from tools.project import Component, Question

FOLDER = ".github/workflows"


def generate(brief: Brief) -> Delivery:
    """The whole pipeline of `brief`: files, what must be set, how to check, how to go back.

    Components in a language no module knows are left out, with a question.

    Raises:
        BriefError: a value would be read by GitHub as an expression.
    """
    safe_text.refuse_expressions(brief)
    components, questions = _components(brief)
    brief = brief.model_copy(update={"context": brief.context.model_copy(update={"components": components})})
    deployed = [each for each in components if image.is_deployed(each)]
    files = [_delivery_file(brief, each) for each in components if _has_jobs(each)]
    if deployed:
        files.append(_rollback_file(brief, deployed))
    return story.tell(
        brief,
        deployed,
        files=files,
        questions=questions,
        settings=settings.settings(brief, deployed),
        checks=_checks(brief, deployed),
    )


def _components(brief: Brief) -> tuple[list[Component], list[Question]]:
    """The components a pipeline can be made for, each with a name of its own, and what must be asked."""
    questions: list[Question] = []
    components: list[Component] = []
    for component in brief.context.components:
        cleaned, doubts = safe_text.clean(component)
        questions += doubts
        if cleaned.language in SETUPS:
            taken = {each.name for each in components}
            components.append(cleaned.model_copy(update={"name": _unique(cleaned, brief, taken)}))
            questions += _doubts(cleaned, brief)
        else:
            text = _("No pipeline can be made for the language {language} yet.", language=cleaned.language or "?")
            questions.append(Question(component=cleaned.path, field="language", question=text))
    return components, questions


def _unique(component: Component, brief: Brief, taken: set[str | None]) -> str:
    """A name for files, jobs and images that no other component has: two folders may be called alike."""
    name = dns_label(component.name or brief.name)
    if name in taken:
        name = dns_label(component.path)
    base, number = name, 2
    while name in taken:
        name, number = f"{base[:58]}-{number}", number + 1
    return name


def _doubts(component: Component, brief: Brief) -> list[Question]:
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
    if image.is_deployed(component) and component.dockerfile is None and "containers" not in brief.deliverables:
        expected = image.dockerfile(component)
        text = _("Which Dockerfile builds the image? None was found; the workflow expects {path}.", path=expected)
        questions.append(Question(component=component.path, field="dockerfile", question=text))
    return questions


def _has_jobs(component: Component) -> bool:
    # A job that would only check the sources out proves nothing: better none than a green light for nothing.
    return image.is_deployed(component) or any(stage(component) for stage in (stages.lint, stages.test, stages.build))


def _delivery_file(brief: Brief, component: Component) -> File:
    components = brief.context.components
    name = component.name or brief.name
    single = len(components) == 1
    path = f"{FOLDER}/{'delivery.yml' if single else f'delivery-{name}.yml'}"
    deployed = [each for each in components if image.is_deployed(each)]
    deploys = component in deployed
    concern = changes.Concern() if single else changes.concern(component, components, path)
    lint, test, build = stages.lint(component), stages.test(component), stages.build(component)
    values: dict[str, Any] = {
        "title": name if single else f"{brief.name} / {name}",
        "deploys": deploys,
        "workflow_name": _("Delivery") if single else _("Delivery of {name}", name=name),
        "rollback_name": _("Rollback"),
        "gate": "ci-ok" if single else f"ci-ok ({name})",
        "branch": brief.context.default_branch,
        "paths": concern.pushed,
        "looked_at": concern.looked_at,
        "all_must_hold": bool(concern.others),
        "changes_action": pin("dorny/paths-filter"),
        "directory": component.path,
        "lint_steps": lint,
        "versions": stages.versions(component),
        "services": services_of(component),
        "test_env": environment_of(component),
        "test_steps": test,
        "build_steps": build,
        "proofs": [job for job, steps in (("lint", lint), ("test", test), ("build", build)) if steps],
        "image_steps": image.steps(brief, component) if deploys else [],
        "image_permissions": registries.permissions(brief, writes=True),
        "deployments": [deployment(brief, component, deployed, each) for each in brief.context.environments]
        if deploys
        else [],
    }
    purpose = (
        _("Lints, tests, builds and delivers {name}.", name=name)
        if deploys
        else _("Lints, tests and builds {name}.", name=name)
    )
    return File(path=path, content=render("github_actions/delivery.yml.j2", **values), purpose=purpose)


def _rollback_file(brief: Brief, deployed: Sequence[Component]) -> File:
    content = render(
        "github_actions/rollback.yml.j2",
        rollback_name=_("Rollback"),
        environments=[each.name for each in brief.context.environments],
        jobs=[rollback(brief, each, deployed) for each in deployed],
    )
    purpose = _("Puts an earlier version back into one environment, by hand.")
    return File(path=f"{FOLDER}/rollback.yml", content=content, purpose=purpose)


def _checks(brief: Brief, deployed: Sequence[Component]) -> list[Check]:
    return [
        Check(
            name=_("{component} answers in {environment}", component=each.name, environment=environment.name),
            url=(known_url(each, deployed, environment) or f"${url_variable(each, deployed)}").rstrip("/")
            + (each.health_path or "/"),
            expect=_("HTTP status below 400 within 60 seconds"),
            environment=environment.name,
        )
        for environment in brief.context.environments
        for each in deployed
        if answers(each)
    ]
