"""The jobs that deploy an image to one environment, and those that take an environment back to an earlier one."""

from collections.abc import Sequence
from typing import Any

from resources.catalogue import _
from tools.brief import Brief, Environment, Target
from tools.delivery import Check
from tools.pipelines import registries
from tools.pipelines.package import is_packed
from tools.pipelines.step import Step
from tools.pipelines.targets import cloud_run, ecs, function, kubernetes, registry
from tools.pipelines.targets import place as places
from tools.project import Component

TARGETS: dict[Target, places.Target] = {
    "registry": registry,
    "ecs": ecs,
    "cloud_run": cloud_run,
    "kubernetes": kubernetes,
    "lambda": function,
}


def target_of(brief: Brief) -> places.Target:
    """What runs the containers of `brief`; where the pipeline does not deploy itself, it ends at the registry."""
    return TARGETS.get(brief.context.platform.target or "registry", registry)


def answers(component: Component) -> bool:
    """Whether the component answers over HTTP, so that a check can ask it."""
    return component.kind != "worker"


def url_variable(component: Component, deployed: Sequence[Component]) -> str:
    """The environment's variable that holds the public address of `component`."""
    several = sum(answers(each) for each in deployed) > 1
    if not several:
        return "APP_URL"
    name = (component.name or "").upper().replace("-", "_")
    # GitHub keeps names that begin with its own for itself.
    return f"APP_{name}_URL" if name.startswith("GITHUB") else f"{name}_URL"


def known_url(component: Component, deployed: Sequence[Component], environment: Environment | None) -> str | None:
    """The address the brief names; of several components it cannot be told whose it is."""
    return environment.url if environment and url_variable(component, deployed) == "APP_URL" else None


def deployment(brief: Brief, component: Component, deployed: Sequence[Component], to: Environment) -> dict[str, Any]:
    """The job that deploys the image built before it."""
    repository = "${{ needs.image.outputs.image }}"
    place = places.Place(brief, component, to, f"{repository}@${{{{ needs.image.outputs.digest }}}}", repository)
    target = target_of(brief)
    moves = target is registry
    url = known_url(component, deployed, to) or f"${{{{ vars.{url_variable(component, deployed)} }}}}"
    return {
        "name": to.name,
        "approval": to.needs_approval,
        "url": url if answers(component) else None,
        "lock": f"deploy-{place.workload}-{to.name}",
        "permissions": _permissions(brief, signs_in=moves),
        "steps": [
            *(registries.sign_in(brief) if moves else []),
            *target.deploy(place),
            *_verify(place, deployed),
            *target.undo(place),
            _summary(place),
        ],
    }


def rollback(brief: Brief, component: Component, deployed: Sequence[Component]) -> dict[str, Any]:
    """The job that deploys an earlier image, whose tag or digest a person gives."""
    image = "${{ steps.image.outputs.image }}"
    place = places.Place(brief, component, None, image, "${{ steps.version.outputs.repository }}")
    return {
        "id": f"rollback-{component.name or brief.name}",
        "component": component.name or brief.name,
        "lock": f"deploy-{place.workload}-{place.environment_name}",
        "permissions": _permissions(brief, signs_in=True),
        "steps": [*function.go_back(place), *_verify(place, deployed)]
        if is_packed(brief)
        else [
            _version(place),
            *registries.sign_in(brief),
            Step(
                _("Find the image"),
                id="image",
                comment=_("From here on only the digest counts: a tag may move meanwhile."),
                env={
                    "REPOSITORY": place.repository,
                    "REFERENCE": "${{ steps.version.outputs.reference }}",
                },
                run=(
                    'digest="$(docker buildx imagetools inspect --format "{{.Manifest.Digest}}" "${REFERENCE}")"\n'
                    'echo "image=${REPOSITORY}@${digest}" >> "${GITHUB_OUTPUT}"\n'
                ),
            ),
            *target_of(brief).deploy(place),
            *_verify(place, deployed),
            _summary(place),
        ],
    }


def _version(place: places.Place) -> Step:
    return Step(
        _("Check the version"),
        id="version",
        env={
            "VERSION": "${{ inputs.version }}",
            **registries.repository_env(place.brief, place.workload),
            "REFUSED": _("this is neither an image tag, a commit nor a digest"),
        },
        run=(
            'if [[ "${VERSION}" =~ ^[0-9a-f]{40}$ ]]; then\n'
            '  reference=":sha-${VERSION}"\n'
            'elif [[ "${VERSION}" =~ ^sha256:[0-9a-f]{64}$ ]]; then\n'
            '  reference="@${VERSION}"\n'
            'elif [[ "${VERSION}" =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$ ]]; then\n'
            '  reference=":${VERSION}"\n'
            "else\n"
            '  echo "::error::${REFUSED}"\n'
            "  exit 1\n"
            "fi\n" + registries.REPOSITORY + "{\n"
            '  echo "repository=${repository}"\n'
            '  echo "reference=${repository}${reference}"\n'
            '} >> "${GITHUB_OUTPUT}"\n'
        ),
    )


def _verify(place: places.Place, deployed: Sequence[Component]) -> list[Step]:
    if not answers(place.component):
        return []
    name = url_variable(place.component, deployed)
    known = known_url(place.component, deployed, place.environment)
    path = place.component.health_path or "/"
    return [
        Step(
            _("Check that it answers"),
            # A moved tag may have no address at all: then there is nothing to ask.
            condition=f"vars.{name} != ''" if target_of(place.brief) is registry and known is None else None,
            env={
                "URL": known or f"${{{{ vars.{name} }}}}",
                # Always a path: `@host` after the address would ask another machine.
                "HEALTH_PATH": path if path.startswith("/") else f"/{path}",
            },
            run=(
                "curl --fail --silent --show-error --location --globoff --output /dev/null \\\n"
                "  --retry 12 --retry-delay 5 --retry-all-errors --max-time 10 \\\n"
                '  "${URL%/}${HEALTH_PATH}"\n'
            ),
        )
    ]


def _summary(place: places.Place) -> Step:
    return Step(
        _("Note the deployment in the summary"),
        env={
            "HEADING": _("{name} deployed", name=place.workload),
            "ENVIRONMENT": place.environment_name,
            "IMAGE": place.image,
        },
        run=(
            '{\n  echo "### ${HEADING} (${ENVIRONMENT})"\n  echo\n  echo "- ${IMAGE}"\n} >> "${GITHUB_STEP_SUMMARY}"\n'
        ),
    )


def _permissions(brief: Brief, *, signs_in: bool) -> registries.Permissions:
    platform = brief.context.platform
    keyless = platform.target in {"ecs", "cloud_run", "lambda"} or platform.provider in {"aws", "gcp", "azure"}
    needed: registries.Permissions = {}
    if target_of(brief) is not registry and keyless:
        needed["id-token"] = ("write", _("to sign in without a key (OIDC)"))
    if is_packed(brief):
        return needed | {"actions": ("read", _("to fetch the package"))}
    if signs_in:
        needed |= registries.permissions(brief, writes=target_of(brief) is registry)
    return needed or {"contents": ("read", _("the least a job can ask for"))}


def checks_of(brief: Brief, deployed: Sequence[Component]) -> list[Check]:
    """How to know that each component answers where it was deployed."""
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
