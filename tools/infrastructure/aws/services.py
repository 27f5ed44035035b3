"""The components of a brief as services on Fargate: what each is given, and what of it is secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from resources.facts import read_facts
from tools.brief import Brief, Environment
from tools.containers.backing import Backing, backing_services
from tools.containers.workloads import Workload, workloads
from tools.deployment.routing import routes
from tools.infrastructure.aws import common
from tools.infrastructure.aws.modules.rds import ENGINES
from tools.pipelines.image import is_deployed
from tools.pipelines.targets.place import workload
from tools.project import Component

USER, PASSWORD, HOST = "{user}", "{password}", "{host}"
NAMED = {"app:{password}": "{user}:{password}", "Username=app": "Username={user}", "User=app": "User={user}"}
"""How the texts of connections name the user."""
OWN = "{own}"
"""Stands for a key of the application's own."""


@dataclass(frozen=True)
class Service:
    """One component where it runs. Texts hold {host} where the database is meant, {user} and {password} likewise."""

    name: str
    suffix: str
    """What tells it from the others of the same environment; empty where it is alone."""
    component: Component
    port: int | None = None
    paths: tuple[str, ...] = ("/*",)
    health_command: tuple[str, ...] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    database: Mapping[str, str] = field(default_factory=dict)
    """Variables that say where the database is."""
    credentials: Mapping[str, str] = field(default_factory=dict)
    """Variables that hold the password of the database, and the text each expects."""
    secrets: tuple[str, ...] = ()
    """Variables that a person fills."""
    unknown: tuple[str, ...] = ()
    """Settings without a default: a person says them."""

    def family(self, brief: Brief, environment: Environment) -> str:
        """What its task definition is called."""
        return common.name_of(brief, environment) + self.suffix


def services(brief: Brief) -> list[Service]:
    """Every deployed component, in order."""
    deployed = [each for each in brief.context.components if is_deployed(each)]
    running = {each.component.path: each for each in workloads(brief, overwrite=False)}
    paths = _paths(list(running.values()))
    backings = _backings(deployed)
    found: list[Service] = []
    for component in deployed:
        name = workload(brief, component)
        made = Service(name, name.removeprefix(brief.name), component, component.port)
        each = running.get(component.path)
        if each is not None:
            health = tuple(each.health) if each.health and each.port is None else None
            led = paths.get(each.subject.name, made.paths)
            made = _told(replace(made, port=each.port, paths=led, health_command=health), each, backings)
        found.append(made)
    return found


def engine_of(brief: Brief) -> list[str]:
    """The kinds of database that its components need, of those that are made here."""
    needs = {need for each in brief.context.components if is_deployed(each) for need in each.needs}
    return [each for each in ENGINES if each in needs]


def not_made(brief: Brief) -> list[str]:
    """What its components need and nobody makes here."""
    needs = {need for each in brief.context.components if is_deployed(each) for need in each.needs}
    return sorted(needs - set(ENGINES))


def version_of(engine: str) -> str:
    """The major version that the containers of development run too."""
    image = str(read_facts("service_images")["images"][engine]["image"])
    return image.partition(":")[2].partition("@")[0].partition("-")[0]


def _paths(running: list[Workload]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for route in routes(running):
        found[route.name] = ("/*",) if route.path == "/" else (route.path, f"{route.path}/*")
    return found


def _backings(deployed: list[Component]) -> dict[str, Backing]:
    """The databases, with the user as a placeholder: it changes with the password."""
    found: dict[str, Backing] = {}
    for need, each in backing_services(deployed, ()).items():
        if need not in ENGINES:
            continue
        connection = {part: _without_user(text) for part, text in each.facts["connection"].items()}
        facts = {**each.facts, "connection": {**connection, "user": USER}}
        found[need] = Backing(need, HOST, each.image, facts)
    return found


def _without_user(text: str) -> str:
    """The text of a connection, with the user as a placeholder."""
    for fixed, free in NAMED.items():
        text = text.replace(fixed, free)
    return text


def _told(made: Service, each: Workload, backings: Mapping[str, Backing]) -> Service:
    passwords = {backing.secret for backing in backings.values()}
    given = each.environment(backings, lambda name: PASSWORD if name in passwords else OWN)
    known = {variable.name: variable for variable in each.component.variables}
    settings: dict[str, str] = {}
    database: dict[str, str] = {}
    credentials: dict[str, str] = {}
    secrets: list[str] = []
    unknown: list[str] = []
    for name, value in given.items():
        variable = known.get(name)
        if value is None:
            if variable is not None and variable.secret:
                secrets.append(name)
            elif variable is not None and variable.default is None:
                unknown.append(name)
        elif value == OWN:
            secrets.append(name)
        elif PASSWORD in value or USER in value:
            credentials[name] = value
        elif HOST in value:
            database[name] = value
        else:
            settings[name] = value
    return replace(
        made,
        settings=settings,
        database=database,
        credentials=credentials,
        secrets=tuple(secrets),
        unknown=tuple(unknown),
    )
