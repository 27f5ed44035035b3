"""Render: a blueprint per environment, databases linked by reference, secrets asked for and never written."""

from dataclasses import dataclass

from resources.catalogue import _
from resources.templates import render as rendered
from tools.brief import Brief, Environment
from tools.delivery import Command, Delivery, File, Risk, Rollback, VariableToSet
from tools.deployment.platforms import built
from tools.deployment.platforms.region import region
from tools.deployment.platforms.settings import Setting, exposed, settings_of, unlinked
from tools.pipelines import image
from tools.project import Component, Question

REGIONS = frozenset({"frankfurt", "oregon", "ohio", "virginia", "singapore"})
NEAR = {
    "europe": "frankfurt",
    "us-east-1": "virginia",
    "us-east-2": "ohio",
    "us-west-1": "oregon",
    "us-west-2": "oregon",
    "ap-southeast-1": "singapore",
}
PARTS = {"host": "host", "port": "port", "user": "user", "password": "password", "name": "database"}
LINKS: dict[str, dict[str, str]] = {
    "postgres": {
        "url": "postgresql://@postgres.connectionString",
        "ado": "ado://@postgres.connectionString",
        "jdbc": "jdbc:postgresql://@postgres.connectionString",
        **{part: f"@postgres.{name}" for part, name in PARTS.items()},
    },
    "redis": {
        "url": "redis://@redis.connectionString",
        "host": "@redis.host",
        "port": "@redis.port",
    },
}
WHOLE = {LINKS[need]["url"]: need for need in LINKS}
DATA = {"postgres": "db", "redis": "kv"}


@dataclass(frozen=True)
class Link:
    """Where Render itself finds the value of a variable."""

    need: str
    name: str
    property: str


def render(brief: Brief) -> Delivery:
    """One blueprint per environment: each is linked, reviewed and synchronised on its own."""
    services = built.built(brief)
    if not services:
        return Delivery(status="blocked")
    environments = brief.context.environments
    files = [_blueprint(brief, each, services, previews=each is environments[0]) for each in environments]
    questions = [question for each in services for question in _questions(each)]
    return Delivery(
        status="waiting" if questions else "done",
        files=files,
        commands=_commands(brief, files),
        variables=[variable for each in environments for variable in _variables(brief, each, services)],
        checks=built.asked(services, brief),
        rollback=[_rollback(brief, services)],
        risks=[*_risks(brief, services), *(risk for each in services for risk in exposed(each))],
        questions=questions,
    )


def path_of(brief: Brief, environment: Environment) -> str:
    """The default name where there is one environment; else one that says which."""
    return "render.yaml" if len(brief.context.environments) == 1 else f"render.{environment.name}.yaml"


def _blueprint(brief: Brief, environment: Environment, services: list[Component], *, previews: bool) -> File:
    path = path_of(brief, environment)
    needs = sorted({need for each in services for need in each.needs if need in LINKS})
    content = rendered(
        "render/blueprint.yaml.j2",
        service=brief.name,
        environment=environment.name,
        branch=brief.context.default_branch,
        region=region(brief, environment, REGIONS, NEAR),
        gated=environment.needs_approval,
        previews=previews,
        services=[_service(brief, environment, each, path) for each in services],
        database=_data(brief, environment, "postgres") if "postgres" in needs else None,
        store=_data(brief, environment, "redis") if "redis" in needs else None,
    )
    return File(path=path, content=content, purpose=_("What Render runs in {name}.", name=environment.name))


def _service(brief: Brief, environment: Environment, component: Component, path: str) -> dict[str, object]:
    site = component.kind == "static" and component.dockerfile is None
    context = image.context(component)
    return {
        "name": f"{built.name_of(brief, component)}-{environment.name}",
        "type": "worker" if component.kind == "worker" else "web",
        "site": site,
        "root": None if component.path == "." else component.path,
        "build": _site_build(component) if site else None,
        "publish": component.output_directory or ("." if component.language == "static" else "dist"),
        "spa": component.framework in {"vite", "angular", "vue", "create-react-app", "react"},
        "dockerfile": f"./{image.dockerfile(component)}",
        "context": "." if context == "." else f"./{context}",
        "migrate": built.migration(component),
        "health": None if component.kind == "worker" else component.health_path or "/",
        "watched": [each for each in built.watched(brief, component, path) if not each.startswith("!")],
        "ignored": [each[1:] for each in built.watched(brief, component, path) if each.startswith("!")],
        "settings": [
            {"setting": each, "link": _link(brief, environment, each)} for each in settings_of(component, LINKS)
            if not (site and each.name == "PORT")
        ],
    }  # fmt: skip


def _site_build(component: Component) -> str:
    commands = [each for each in (component.install_command, component.build_command) if each]
    return " && ".join(commands) or "true"


def _data(brief: Brief, environment: Environment, need: str) -> str:
    return f"{brief.name}-{DATA[need]}-{environment.name}"


def _link(brief: Brief, environment: Environment, setting: Setting) -> Link | None:
    """Render hands on a whole value or a part of it, and composes nothing."""
    if setting.link is None:
        return None
    if setting.link in WHOLE:
        return Link(WHOLE[setting.link], _data(brief, environment, WHOLE[setting.link]), "connectionString")
    need, _dot, part = setting.link.removeprefix("@").partition(".")
    return Link(need, _data(brief, environment, need), part) if need in LINKS and "://" not in setting.link else None


def _by_hand(setting: Setting) -> bool:
    """Whether a person types it: a secret, or a connection in a form that Render does not write."""
    if setting.link is not None:
        return setting.link not in WHOLE and "://" in setting.link
    return setting.value is None and not (setting.secret and setting.own)


def _variables(brief: Brief, environment: Environment, services: list[Component]) -> list[VariableToSet]:
    told = []
    for component in services:
        name = f"{built.name_of(brief, component)}-{environment.name}"
        for setting in settings_of(component, LINKS):
            if not _by_hand(setting):
                continue
            purpose = (
                _("The connection to the database, in the form that the code's driver wants.")
                if setting.link
                else _("Read by the code at {source}.", source=setting.source or "?")
            )
            where = _("Render, service {name} (asked for when the blueprint is made)", name=name)
            told.append(VariableToSet(name=setting.name, secret=True, where=where, purpose=purpose))
    return told


def _questions(component: Component) -> list[Question]:
    told = built.elsewhere(component, unlinked(component, LINKS), "Render")
    if component.kind == "static" and component.language != "static" and component.output_directory is None:
        text = _("Which folder does the build write? «dist» is assumed until it is said.")
        told.append(Question(component=component.path, field="output_directory", question=text))
    return told


def _commands(brief: Brief, files: list[File]) -> list[Command]:
    told = []
    for environment, file in zip(brief.context.environments, files, strict=True):
        told += [
            Command(run=f"render blueprints validate {file.path}", purpose=_("Render's own opinion of the file.")),
            Command(
                run='xdg-open "https://dashboard.render.com/blueprint/new?repo=${REPOSITORY_URL:?}"',
                purpose=_(
                    "Make the blueprint of {name}: give it the path {path}; it asks for every secret.",
                    name=environment.name,
                    path=file.path,
                ),
                where=environment.name,
            ),
        ]
        if environment.needs_approval:
            told.append(
                Command(
                    run='render deploys create "${SERVICE_ID:?}" --commit "${COMMIT:?}" --wait',
                    purpose=_(
                        "Nothing deploys to {name} by itself: a person does, with the commit that was tested.",
                        name=environment.name,
                    ),
                    where=environment.name,
                )
            )
    return told


def _rollback(brief: Brief, services: list[Component]) -> Rollback:
    names = ", ".join(f"{built.name_of(brief, each)}-{brief.context.environments[-1].name}" for each in services)
    return Rollback(
        strategy=_(
            "A version whose health check fails never gets the traffic: the old one stays. Afterwards: an earlier "
            "deploy is taken again from its kept image. Automatic deploys must stay off until the cause is mended."
        ),
        commands=[
            Command(run="render services --output json", purpose=_("Find the number of {names}.", names=names)),
            Command(
                run='render deploys list "${SERVICE_ID:?}" --output json',
                purpose=_("Find the last good deploy."),
            ),
            Command(
                run="printf 'Authorization: Bearer %s' \"${RENDER_API_KEY:?}\" | curl --fail --silent --show-error "
                '--request POST --header @- --json "{\\"deployId\\": \\"${DEPLOY_ID:?}\\"}" '
                '"https://api.render.com/v1/services/${SERVICE_ID:?}/rollback"',
                purpose=_("Put it back."),
            ),
        ],
        data=_("Data and migrations are not taken back: keep migrations compatible with the version before."),
    )


def _risks(brief: Brief, services: list[Component]) -> list[Risk]:
    told = built.unbuilt(brief, [each for each in services if each.kind != "static"])
    if any(built.migration(each) for each in services):
        told.append(
            Risk(
                kind="compatibility",
                level="medium",
                message=_("Render runs the migration before a deploy only on a paid plan."),
                mitigation=_("Keep the default plan or a larger one; on «free» nothing migrates."),
            )
        )
    if all(region(brief, each, REGIONS, NEAR) is None for each in brief.context.environments):
        told.append(
            Risk(
                kind="compatibility",
                level="medium",
                message=_("The brief names no region: Render takes Oregon, and a region cannot be changed afterwards."),
                mitigation=_("Set platform.region before the first deploy, for example frankfurt."),
            )
        )
    return told
