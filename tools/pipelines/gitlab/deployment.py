"""The jobs that deploy the image to one environment, and those that take an environment back to an earlier digest."""

from collections.abc import Sequence

from resources.catalogue import _
from tools.brief import Brief, Environment, Target
from tools.pipelines.deployment import answers, known_url, url_variable
from tools.pipelines.gitlab.image import packages
from tools.pipelines.gitlab.job import Environment as Place
from tools.pipelines.gitlab.job import Job, Need, Rule, Script
from tools.pipelines.gitlab.registry_login import repository
from tools.pipelines.gitlab.shared import shared
from tools.pipelines.gitlab.targets import cloud_run, ecs, function, kubernetes, registry
from tools.pipelines.gitlab.targets.target import BROKEN, Deploy
from tools.pipelines.gitlab.targets.target import Target as Way
from tools.pipelines.issuer import tier
from tools.pipelines.package import NAME, is_packed
from tools.pipelines.targets import place as places
from tools.project import Component

TARGETS: dict[Target, Way] = {
    "registry": registry,
    "ecs": ecs,
    "cloud_run": cloud_run,
    "kubernetes": kubernetes,
    "lambda": function,
}
ASK = (
    "curl --fail --silent --show-error --location --globoff --output /dev/null \\\n"
    "  --retry 12 --retry-delay 5 --retry-all-errors --max-time 10 \\\n"
    '  "${address%/}${HEALTH_PATH}"\n'
)


def target_of(brief: Brief) -> Way:
    """What runs the containers of `brief`; where the pipeline does not deploy itself, it ends at the registry."""
    return TARGETS.get(brief.context.platform.target or "registry", registry)


def deployments(brief: Brief, component: Component, deployed: Sequence[Component]) -> list[Job]:
    """One job per environment, each after the one before it."""
    jobs: list[Job] = []
    for environment in brief.context.environments:
        needs = [
            Need(NAME if is_packed(brief) else "image-build", artifacts=True),
            *([Need(jobs[-1].name)] if jobs else []),
        ]
        jobs.append(_deployment(brief, component, deployed, environment, needs))
    return shared(".deploy", _("What every deployment does; the jobs below say where."), jobs)


def rollbacks(brief: Brief, component: Component, deployed: Sequence[Component]) -> list[Job]:
    """One job per environment, started by hand with the digest to go back to."""
    comment = _("Started by hand with VERSION=sha256:… Migrations are not taken back.")
    if is_packed(brief):
        comment = _("Started by hand with VERSION=the number of a version.")
    jobs = [_rollback(brief, component, deployed, each) for each in brief.context.environments]
    return shared(".rollback", comment, jobs)


def _deployment(
    brief: Brief, component: Component, deployed: Sequence[Component], environment: Environment, needs: list[Need]
) -> Job:
    place = _place(brief, component, environment)
    way = target_of(brief).deploy(place, migrates=True)
    asked = environment.needs_approval
    comment = _("Waits for a person; who may start it is decided by the protected environment.") if asked else None
    undo = [BROKEN + _indented(way.undo) + "fi\n"] if way.undo else []
    return Job(
        name=f"deploy-{environment.name}",
        stage="deploy",
        comment=comment,
        image=way.image,
        needs=needs,
        rules=[Rule(_on_default(brief), manual=asked)],
        confirm=_("Deploy {name} to {environment}?", name=place.workload, environment=environment.name)
        if asked
        else None,
        tokens=way.sign_in.tokens,
        # Undoing waits until the old version serves again.
        variables={**way.sign_in.variables, **way.variables, "RUNNER_AFTER_SCRIPT_TIMEOUT": "15m"},
        data={**way.data, **_asked_data(component, deployed, environment)},
        before=_before(way),
        script=[*way.script, *_ask(place, deployed)],
        after=undo,
        after_comment=_("A failure or a cancellation half-way puts the previous version back.") if undo else None,
        environment=_environment(component, deployed, environment),
        lock=f"deploy-{place.workload}-{environment.name}",
        timeout="45 minutes",
        once=True,
        fetches=way.fetches,
    )


def _rollback(brief: Brief, component: Component, deployed: Sequence[Component], environment: Environment) -> Job:
    place = _place(brief, component, environment)
    way = target_of(brief).deploy(place, migrates=False)
    digest = (
        'if ! printf \'%s\' "${VERSION}" | grep -Eqx "sha256:[0-9a-f]{64}"; then\n'
        '  echo "${REFUSED}"\n'
        "  exit 1\n"
        "fi\n"
        'IMAGE="${REPOSITORY}@${VERSION}"\n'
        'echo "${IMAGE}"\n'
    )
    number = 'if ! printf \'%s\' "${VERSION}" | grep -Eqx "[1-9][0-9]{0,8}"; then\n  echo "${REFUSED}"\n  exit 1\nfi\n'
    refused = _("Run this job with the variable VERSION: the digest (sha256:…) that the job «image-build» showed.")
    if is_packed(brief):
        refused = _("Run this job with the variable VERSION: the number of the function's version.")
    return Job(
        name=f"rollback-{environment.name}",
        stage="rollback",
        image=way.image,
        needs=[],
        rules=[Rule(_on_default(brief), manual=True, blocks=False)],
        tokens=way.sign_in.tokens,
        variables={
            "VERSION": "",
            **({} if is_packed(brief) else {"REPOSITORY": repository(brief, place.workload)}),
            **way.sign_in.variables,
            **way.variables,
        },
        data={"REFUSED": refused, **way.data, **_asked_data(component, deployed, environment)},
        before=[number if is_packed(brief) else digest, *_before(way)],
        script=[*way.script, *_ask(place, deployed)],
        environment=_environment(component, deployed, environment),
        lock=f"deploy-{place.workload}-{environment.name}",
        timeout="45 minutes",
        once=True,
        fetches=way.fetches,
    )


def _place(brief: Brief, component: Component, environment: Environment) -> places.Place:
    return places.Place(brief, component, environment, "${IMAGE}", "${REPOSITORY}")


def _on_default(brief: Brief) -> str:
    return f'$CI_COMMIT_BRANCH == "{brief.context.default_branch}"'


def _before(way: Deploy) -> Script:
    installed = packages(*way.sign_in.packages, *way.packages) if way.image.name.startswith("docker:") else []
    return [*installed, *way.sign_in.script]


def _environment(component: Component, deployed: Sequence[Component], environment: Environment) -> Place:
    known = known_url(component, deployed, environment)
    url = (known or f"${url_variable(component, deployed)}") if answers(component) else None
    return Place(environment.name, tier(environment), url)


def _asked_data(component: Component, deployed: Sequence[Component], environment: Environment) -> dict[str, str]:
    if not answers(component):
        return {}
    path = component.health_path or "/"
    known = known_url(component, deployed, environment)
    # Always a path: `@host` after the address would ask another machine.
    return {"HEALTH_PATH": path if path.startswith("/") else f"/{path}", **({"APP_ADDRESS": known} if known else {})}


def _ask(place: places.Place, deployed: Sequence[Component]) -> Script:
    if not answers(place.component):
        return []
    # The brief's own address where it names one; GitLab's variable may be unset.
    name = url_variable(place.component, deployed)
    if target_of(place.brief) is registry:
        # A moved tag may have no address at all: then there is nothing to ask.
        return [f'address="${{APP_ADDRESS:-${{{name}:-}}}}"\nif [ -n "${{address}}" ]; then\n{_indented(ASK)}fi\n']
    return [f'address="${{APP_ADDRESS:-${{{name}:?}}}}"\n{ASK}']


def _indented(text: str) -> str:
    return "".join(f"  {line}" for line in text.splitlines(keepends=True))
