"""GitHub Actions: one delivery workflow per component and one rollback workflow, from the brief alone."""

from collections.abc import Sequence
from typing import Any

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.delivery import Delivery, File
from tools.pipelines import changes, image, package, registries, release, safe_text, settings, stages, story
from tools.pipelines.action_pins import pin
from tools.pipelines.components import has_jobs, prepared
from tools.pipelines.deployment import checks_of, deployment, rollback
from tools.pipelines.services import environment_of, services_of
from tools.pipelines.step import Step
from tools.project import Component

FOLDER = ".github/workflows"


def generate(brief: Brief) -> Delivery:
    """The whole pipeline of `brief`: files, what must be set, how to check, how to go back.

    Components in a language no module knows are left out, with a question.

    Raises:
        BriefError: a value would be read by GitHub as an expression.
    """
    safe_text.refuse_expressions(brief)
    components, questions = prepared(brief)
    brief = brief.model_copy(update={"context": brief.context.model_copy(update={"components": components})})
    deployed = [each for each in components if image.delivers(brief, each)]
    files = [_delivery_file(brief, each) for each in components if has_jobs(brief, each)]
    if deployed:
        files.append(_rollback_file(brief, deployed))
    published = [each for each in components if each.publish is not None and release.can_publish(each)]
    files += [release.release_file(brief, each) for each in published]
    told = story.tell(
        brief,
        deployed,
        files=files,
        questions=questions,
        settings=settings.settings(brief, deployed),
        checks=checks_of(brief, deployed),
    )
    once = [command for each in published for command in release.release_commands(each.name or brief.name)]
    return told.model_copy(update={"commands": [*once, *told.commands]})


def _delivery_file(brief: Brief, component: Component) -> File:
    components = brief.context.components
    name = component.name or brief.name
    single = len(components) == 1
    path = f"{FOLDER}/{'delivery.yml' if single else f'delivery-{name}.yml'}"
    deployed = [each for each in components if image.delivers(brief, each)]
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
        "image_name": _("Make the package") if package.is_packed(brief) else _("Build the image"),
        "image_steps": _built(brief, component) if deploys else [],
        "image_permissions": {} if package.is_packed(brief) else registries.permissions(brief, writes=True),
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


def _built(brief: Brief, component: Component) -> list[Step]:
    return package.steps(component) if package.is_packed(brief) else image.steps(brief, component)


def _rollback_file(brief: Brief, deployed: Sequence[Component]) -> File:
    content = render(
        "github_actions/rollback.yml.j2",
        rollback_name=_("Rollback"),
        version=_("Number of the function's version to go back to")
        if package.is_packed(brief)
        else _("Commit, image tag or digest to go back to, as shown in the summary of the run that built it"),
        environments=[each.name for each in brief.context.environments],
        jobs=[rollback(brief, each, deployed) for each in deployed],
    )
    purpose = _("Puts an earlier version back into one environment, by hand.")
    return File(path=f"{FOLDER}/rollback.yml", content=content, purpose=purpose)
