"""Railway: a railway.json per service, its variables by reference, an environment per pull request."""

from typing import Any

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Command, Delivery, File, Risk, Rollback
from tools.deployment.platforms import built
from tools.deployment.platforms.region import region
from tools.deployment.platforms.settings import Setting, exposed, settings_of, to_set, unlinked
from tools.pipelines import image
from tools.pipelines.trust.shell import quoted
from tools.project import Component

SCHEMA = "https://railway.com/railway.schema.json"
REGIONS = frozenset({"us-west2", "us-east4-eqdc4a", "europe-west4-drams3a", "asia-southeast1-eqsg3a"})
NEAR = {
    "europe": "europe-west4-drams3a",
    "us-east-1": "us-east4-eqdc4a",
    "us-east-2": "us-east4-eqdc4a",
    "us-west-1": "us-west2",
    "us-west-2": "us-west2",
    "ap-southeast-1": "asia-southeast1-eqsg3a",
}
# The old version stays until the new one has answered for this long, and then has this long to finish its requests.
OVERLAP, DRAIN, HEALTH = "30", "30", 120
# Need -> what `railway add --database` calls it, and what its service is called.
DATABASES = {"postgres": ("postgres", "Postgres"), "mysql": ("mysql", "MySQL"), "redis": ("redis", "Redis"),
             "mongodb": ("mongo", "MongoDB")}  # fmt: skip


def _reference(need: str, name: str) -> str:
    return f"${{{{{DATABASES[need][1]}.{name}}}}}"


def _relational(need: str, scheme: str, prefix: str, separator: str = "") -> dict[str, str]:
    parts = {
        part: _reference(need, f"{prefix}{separator}{word}")
        for part, word in {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}.items()
    }
    parts["name"] = _reference(need, f"{prefix}{separator}DATABASE")
    address = f"{parts['host']}:{parts['port']}"
    return parts | {
        "address": address,
        "url": f"{scheme}://{parts['user']}:{parts['password']}@{address}/{parts['name']}",
        "jdbc": f"jdbc:{scheme}://{address}/{parts['name']}",
        "ado": f"Host={parts['host']};Port={parts['port']};Database={parts['name']};"
        f"Username={parts['user']};Password={parts['password']}",
    }


LINKS: dict[str, dict[str, str]] = {
    "postgres": _relational("postgres", "postgresql", "PG"),
    "mysql": _relational("mysql", "mysql", "MYSQL"),
    "redis": {
        "url": _reference("redis", "REDIS_URL"),
        "host": _reference("redis", "REDISHOST"),
        "port": _reference("redis", "REDISPORT"),
        "password": _reference("redis", "REDISPASSWORD"),
    },
    "mongodb": {
        "url": _reference("mongodb", "MONGO_URL"),
        "host": _reference("mongodb", "MONGOHOST"),
        "port": _reference("mongodb", "MONGOPORT"),
        "user": _reference("mongodb", "MONGOUSER"),
        "password": _reference("mongodb", "MONGOPASSWORD"),
    },
}


def railway(brief: Brief) -> Delivery:
    """The files of `brief`, and the commands that make the project, its environments and its variables."""
    services = built.built(brief)
    files = [_file(brief, each) for each in services]
    questions = [question for each in services for question in built.elsewhere(each, unlinked(each, LINKS), "Railway")]
    if not services:
        return Delivery(status="blocked")
    variables = [
        variable
        for environment in brief.context.environments
        for each in services
        for variable in to_set(settings_of(each, LINKS), _where(brief, each, environment))
    ]
    return Delivery(
        status="waiting" if questions else "done",
        files=files,
        commands=_commands(brief, services),
        variables=variables,
        checks=built.asked(services, brief),
        rollback=[_rollback(brief, services)],
        risks=[*_risks(brief, services), *(risk for each in services for risk in exposed(each))],
        questions=questions,
    )


def _file(brief: Brief, component: Component) -> File:
    path = "railway.json" if component.path == "." else f"{component.path}/railway.json"
    name = built.name_of(brief, component)
    deploy: dict[str, Any] = {}
    migrate = built.migration(component)
    if migrate is not None:
        deploy["preDeployCommand"] = [migrate]
    if component.kind != "worker":
        deploy |= {"healthcheckPath": component.health_path or "/", "healthcheckTimeout": HEALTH}
    deploy |= {
        "restartPolicyType": "ON_FAILURE",
        "restartPolicyMaxRetries": 10,
        # A worker of which two run at once may do its work twice.
        "overlapSeconds": "0" if component.kind == "worker" else OVERLAP,
        "drainingSeconds": DRAIN,
    }
    place = region(brief, None, REGIONS, NEAR)
    if place is not None:
        deploy["multiRegionConfig"] = {place: {"numReplicas": 1}}
    environments = {
        each.name: {"deploy": {"multiRegionConfig": {there: {"numReplicas": 1}}}}
        for each in brief.context.environments
        if each.region and (there := region(brief, each, REGIONS, NEAR)) not in {None, place}
    }
    build: dict[str, Any] = {"builder": "DOCKERFILE", "dockerfilePath": _dockerfile(component)}
    watched = built.watched(brief, component, path)
    if watched:
        # As in .gitignore, from the root of the repository.
        build["watchPatterns"] = [f"!/{each[1:]}" if each.startswith("!") else f"/{each}" for each in watched]
    content = {
        "$schema": SCHEMA,
        "build": build,
        "deploy": deploy,
        "environments": {**environments, "pr": {"deploy": {"overlapSeconds": "0", "drainingSeconds": "0"}}},
    }
    return File(path=path, content=built.document(content), purpose=_("How Railway builds and runs {name}.", name=name))


def _dockerfile(component: Component) -> str:
    """Relative to the root directory of the service, which is its build context."""
    context, path = image.context(component), image.dockerfile(component)
    return path.removeprefix(f"{context}/") if context != "." else path


def _where(brief: Brief, component: Component, environment: Environment) -> str:
    name = built.name_of(brief, component)
    return _("Railway, service {name}, environment {environment}", name=name, environment=environment.name)


def _commands(brief: Brief, services: list[Component]) -> list[Command]:
    environments = brief.context.environments
    # Every project begins with an environment of this name.
    base = next((each for each in environments if each.name == "production"), environments[0])
    told = [Command(run=f"railway init --name {brief.name}", purpose=_("Make the project."))]
    if base.name != "production":
        purpose = _("Make the environment {name}; Railway's own «production» stays empty.", name=base.name)
        told.append(Command(run=f"railway environment new {base.name}", purpose=purpose))
    told += _databases(services)
    for component in services:
        told += _service(brief, component, base)
    for each in environments:
        if each is not base:
            purpose = _("Make {name} with the same services and references; its databases begin empty.", name=each.name)
            told.append(Command(run=f"railway environment new {each.name} --duplicate {base.name}", purpose=purpose))
    for environment in environments:
        for component in services:
            told += _secrets(brief, component, environment)
    return told + _by_hand(brief)


def _by_hand(brief: Brief) -> list[Command]:
    told = []
    gated = ", ".join(each.name for each in brief.context.environments if each.needs_approval)
    if gated:
        purpose = _(
            "Settings of each service in {names}: turn automatic deployments off. A person then deploys with "
            "`railway up --ci --environment NAME --service SERVICE` from a clean checkout.",
            names=gated,
        )
        told.append(Command(run="railway open", purpose=purpose))
    purpose = _(
        "Project settings, Environments: turn on PR environments (focused: only what the change concerns); turn on "
        "«Wait for CI» in each service."
    )
    return [*told, Command(run="railway open", purpose=purpose)]


def _databases(services: list[Component]) -> list[Command]:
    needed = sorted({need for each in services for need in each.needs if need in DATABASES})
    return [
        Command(
            run=f"railway add --database {DATABASES[need][0]}",
            purpose=_("A {need} of the environment's own, reached in the private network.", need=need),
        )
        for need in needed
    ]


def _service(brief: Brief, component: Component, base: Environment) -> list[Command]:
    name = built.name_of(brief, component)
    path = "/railway.json" if component.path == "." else f"/{component.path}/railway.json"
    told = [
        Command(
            run=f'railway add --service {name} --repo "${{REPOSITORY:?}}"',
            purpose=_(
                "Make the service {name}; in its settings give the root directory /{context} and the config "
                "file {path}.",
                name=name,
                context=image.context(component).removeprefix("."),
                path=path,
            ),
        )
    ]
    for setting in settings_of(component, LINKS):
        value = setting.link or setting.value
        if value is not None:
            # Railway replaces its references itself; the shell must not.
            word = _word(f"{setting.name}={value}")
            run = f"railway variable set {word} {_scope(name, base)}"
            told.append(Command(run=run, purpose=_set_purpose(setting)))
    return told


def _secrets(brief: Brief, component: Component, environment: Environment) -> list[Command]:
    scope = _scope(built.name_of(brief, component), environment)
    return [
        Command(
            run=f"railway variable set {each.name} --stdin {scope}",
            purpose=_("Type the value of {name}, then Ctrl-D: it is in no history.", name=each.name),
            where=environment.name,
        )
        for each in settings_of(component, LINKS)
        if each.secret and each.link is None
    ]


def _scope(name: str, environment: Environment) -> str:
    return f"--service {name} --environment {environment.name} --skip-deploys"


def _set_purpose(setting: Setting) -> str:
    if setting.link:
        return _("{name} follows the database: nobody copies a password.", name=setting.name)
    return _("{name} is public.", name=setting.name)


def _word(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'" if "$" in text else quoted(text)


def _rollback(brief: Brief, services: list[Component]) -> Rollback:
    last = brief.context.environments[-1].name
    commands = [
        Command(
            run=f"railway deployment list --service {built.name_of(brief, each)} --environment {last}",
            purpose=_("Find the last good deployment of {name}.", name=built.name_of(brief, each)),
        )
        for each in services
    ]
    commands.append(
        Command(
            run="railway open",
            purpose=_("Deployments, the three dots of that one, Rollback: its image and its variables come back."),
        )
    )
    return Rollback(
        strategy=_(
            "A version that does not answer never gets the traffic: the old one stays. Afterwards: roll back to an "
            "earlier deployment, as far as the plan keeps its image; else revert the commit."
        ),
        commands=commands,
        data=_("Data and migrations are not taken back: keep migrations compatible with the version before."),
    )


def _risks(brief: Brief, services: list[Component]) -> list[Risk]:
    told = built.unbuilt(brief, services)
    if any(each.needs for each in services):
        told.append(
            Risk(
                kind="data_loss",
                level="medium",
                message=_("Databases of Railway are containers with a volume: no standby, backups only once planned."),
                mitigation=_("Schedule backups of each volume, restore one as a trial, and know what a restart costs."),
            )
        )
    if region(brief, None, REGIONS, NEAR) is None:
        told.append(
            Risk(
                kind="compatibility",
                level="low",
                message=_("The brief names no region: the workspace's default decides where the data lies."),
                mitigation=_("Set platform.region, for example europe-west4-drams3a."),
            )
        )
    return told
