"""GitLab CI: one pipeline, or in a monorepo a child pipeline per component, from the brief alone."""

from collections.abc import Sequence

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.delivery import Delivery, File
from tools.pipelines import changes, image, registries, safe_text, settings
from tools.pipelines.components import has_jobs, prepared
from tools.pipelines.deployment import checks_of
from tools.pipelines.gitlab import story
from tools.pipelines.gitlab.deployment import deployments, rollbacks
from tools.pipelines.gitlab.image import image_jobs
from tools.pipelines.gitlab.job import Job
from tools.pipelines.gitlab.proofs import packed, proofs
from tools.pipelines.gitlab.review import TAG, review_jobs, review_settings, reviewed
from tools.pipelines.package import is_packed
from tools.project import Component

MAIN = ".gitlab-ci.yml"
FOLDER = ".gitlab/ci"
# GitLab gives up at this many patterns of one rule.
MOST_PATTERNS = 50


def generate(brief: Brief) -> Delivery:
    """The whole pipeline of `brief`: files, what must be set, how to check, how to go back.

    Components in a language no module knows are left out, with a question.

    Raises:
        BriefError: a value would be read by GitLab as a variable or an expression.
    """
    safe_text.refuse_variables(brief)
    components, questions = prepared(brief)
    context = brief.context.model_copy(update={"components": components, "pipeline": "gitlab_ci"})
    brief = brief.model_copy(update={"context": context})
    worked = [each for each in components if has_jobs(brief, each)]
    deployed = [each for each in components if image.delivers(brief, each)]
    if len(components) == 1:
        files = [_pipeline(brief, each, MAIN, deployed) for each in worked]
    else:
        files = [_parent(brief, worked)] if worked else []
        files += [_pipeline(brief, each, f"{FOLDER}/{each.name}.yml", deployed) for each in worked]
    return story.tell(
        brief,
        deployed,
        files=files,
        questions=questions,
        settings=[*settings.settings(brief, deployed), *review_settings(brief, deployed)],
        checks=checks_of(brief, deployed),
    )


def _pipeline(brief: Brief, component: Component, path: str, deployed: Sequence[Component]) -> File:
    jobs: list[Job] = proofs(component)
    deploys = component in deployed
    if deploys:
        jobs += (
            [packed(component, jobs)]
            if is_packed(brief)
            else image_jobs(brief, component, jobs, kept=TAG if reviewed(brief, component) else None)
        )
        jobs += review_jobs(brief, component)
        jobs += deployments(brief, component, deployed)
        jobs += rollbacks(brief, component, deployed)
    name = component.name or brief.name
    alone = path == MAIN
    scanned = deploys and not is_packed(brief) and registries.registry_of(brief).kind == "gitlab"
    stages = [
        each for each in ("test", "image", "review", "scan", "deploy", "rollback") if _is_used(each, jobs, scan=scanned)
    ]
    title = (
        _("Delivery of {name}: lint, test, build, then dev to production, one environment after the other.", name=name)
        if deploys
        else _("Proof of {name}: lint, test, build.", name=name)
    )
    content = render(
        "gitlab_ci/pipeline.yml.j2",
        title=title,
        ending=_ending(deploys=deploys),
        workflow=alone,
        pipeline_name=_("Delivery"),
        branch=brief.context.default_branch,
        stages=stages,
        scans=alone,
        container_scan=scanned,
        jobs=jobs,
        triggers=[],
    )
    purpose = (
        _("Lints, tests, builds and delivers {name}.", name=name)
        if deploys
        else _("Lints, tests and builds {name}.", name=name)
    )
    return File(path=path, content=content, purpose=purpose)


def _is_used(stage: str, jobs: Sequence[Job], *, scan: bool) -> bool:
    return stage == "test" or any(each.stage == stage for each in jobs) or (stage == "scan" and scan)


def _ending(*, deploys: bool) -> str:
    if not deploys:
        return _("Nothing is deployed from here.")
    return _("Going back: run a job of the stage «rollback» by hand, with the digest of the version.")


def _parent(brief: Brief, worked: Sequence[Component]) -> File:
    triggers = []
    for component in worked:
        file = f"{FOLDER}/{component.name}.yml"
        concern = changes.concern(component, brief.context.components, file)
        # Its patterns know no exceptions: what others have of their own then concerns it as well.
        paths = [_glob(each) for each in concern.some]
        everything = "**/*" in paths or len(paths) > MOST_PATTERNS
        triggers.append(
            {
                "name": f"component-{component.name}",
                "file": file,
                "paths": [] if everything else paths,
                "comment": _("Every change may concern it.") if everything or not paths else None,
            }
        )
    content = render(
        "gitlab_ci/pipeline.yml.j2",
        title=_("Delivery of {name}: each component has its own pipeline.", name=brief.name),
        ending=_("What a change does not concern does not run; a pipeline started by hand runs everything."),
        workflow=True,
        pipeline_name=_("Delivery"),
        branch=brief.context.default_branch,
        stages=["test", "components"],
        scans=True,
        container_scan=False,
        jobs=[],
        triggers=triggers,
    )
    return File(path=MAIN, content=content, purpose=_("Starts the pipeline of each component that a change concerns."))


def _glob(pattern: str) -> str:
    """GitLab's `**` stands for folders only."""
    return f"{pattern}/*" if pattern.endswith("**") else pattern
