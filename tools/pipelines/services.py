"""Backing services beside the tests: their containers, and the variables through which the code reaches them."""

import re
from typing import Any

from resources.facts import read_facts
from tools.pipelines.framework_variables import CONSTANTS, FRAMEWORKS, WHOLE
from tools.project import Component, Variable

Service = dict[str, Any]

# Last word of a variable's name -> the part of a connection it asks for.
PARTS = {
    "url": "URL URLS URI URIS DSN ENDPOINT ENDPOINTS",
    "host": "HOST HOSTNAME SERVER",
    "address": "ADDR ADDRESS ADDRESSES SERVERS BROKER BROKERS HOSTS NODES",
    "port": "PORT",
    "user": "USER USERNAME LOGIN",
    "password": "PASSWORD PASSWD PASS PWD",
    "name": "NAME DB DBNAME DATABASE BUCKET",
}
PLACES = {"url", "host", "address"}
PART_OF = {word: part for part, words in PARTS.items() for word in words.split()}
# Words that name a kind of service; the first need of the list that is present is meant.
KINDS = {
    ("DATABASE", "DB", "DATASOURCE", "SQL", "SQLALCHEMY"): ("postgres", "mysql", "mariadb", "sqlserver", "mongodb"),
    ("BROKER", "QUEUE", "MQ", "CELERY"): ("rabbitmq", "redis", "kafka", "nats"),
    ("CACHE",): ("redis", "memcached"),
    ("SEARCH",): ("elasticsearch", "opensearch"),
    ("STORAGE", "BUCKET"): ("s3",),
}
# An application that signs with a key of its own refuses to start without one; a provider's secret is not made up.
OWN_KEY = re.compile(r"((APP|APPLICATION|DJANGO|FLASK|JWT|SESSION|COOKIE|AUTH|NEXTAUTH|RAILS)_)?SECRET(_KEY(_BASE)?)?")
CONNECTION_STRING = "ConnectionStrings__"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,100}")
NOT_A_SECRET = "only-for-tests"  # noqa: S105 - what it says


def services_of(component: Component) -> dict[str, Service]:
    """The backing services that run beside the tests: those of `needs` an image is known for."""
    facts = read_facts("service_images")
    known = facts["images"] | facts["conventions"].get(component.language or "", {})
    return {need: known[need] for need in component.needs if need in known}


def environment_of(
    component: Component, services: dict[str, Service] | None = None, *, for_tests: bool = True
) -> dict[str, str]:
    """The variables the code itself reads, pointed at the service containers; the usual ones where it names none.

    `services` are the containers, those of the tests where none are given. Away from the tests (`for_tests`) a
    framework is not told that it is tested, and no key of the application's own is made up.
    """
    services = services_of(component) if services is None else services
    given: dict[str, str] = {}
    named: set[tuple[str, str]] = set()  # which part of which service the code itself asks for
    for variable in component.variables:
        if not NAME.fullmatch(variable.name):
            continue
        if OWN_KEY.fullmatch(variable.name):
            given |= {variable.name: NOT_A_SECRET} if for_tests else {}
        elif meant := _meaning(variable, services):
            *which, given[variable.name] = meant
            named.add((which[0], which[1]))
    framework = next((key for key in FRAMEWORKS if (component.framework or "").startswith(key)), None)
    constants = CONSTANTS.get(framework or "", {})
    given |= constants.get("", {}) if for_tests else {}
    for name, service in services.items():
        given |= service.get("always", {}) | constants.get(name, {})
        parts = {part for service_name, part in named if service_name == name}
        # Of a framework that finds its settings itself, a password alone that the code names leads nowhere.
        if framework in WHOLE or (not parts & PLACES and (framework is not None or not parts)):
            given |= {key: value for key, value in _usual(framework, name, service).items() if key not in given}
    return given


def _meaning(variable: Variable, services: dict[str, Service]) -> tuple[str, str, str] | None:
    """The service that `variable` names, the part of its connection, and the value it has in the tests."""
    if variable.name.startswith(CONNECTION_STRING):
        return _connection_string(variable.name.removeprefix(CONNECTION_STRING), services)
    words = _words(variable.name, services)
    part = _part(words)
    service = _service(words[:-1] or words, services)
    if part is None or service is None:
        return None
    value = services[service]["connection"].get(part)
    if value is None:
        return None
    return service, part, _in_the_scheme_of(variable.default, value) if part == "url" else value


def _connection_string(name: str, services: dict[str, Service]) -> tuple[str, str, str] | None:
    """What .NET calls a connection string: named after the service, after its role, or after what it stores."""
    databases = [each for each in services if "ado" in services[each]["connection"]]
    service = _service(_words(name, services), services) or next(iter(databases), None)
    if service is None:
        return None
    connection = services[service]["connection"]
    return service, "url", connection.get("ado") or connection.get("net") or connection["url"]


def _words(name: str, services: dict[str, Service]) -> list[str]:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper().split("_")
    starts = sorted({*(word for each in services.values() for word in each["words"]), "DB"}, key=len, reverse=True)
    split: list[str] = []
    for word in words:
        # PGHOST, DBNAME: two words written as one.
        start = next((each for each in starts if word.startswith(each) and word[len(each) :] in PART_OF), None)
        split += [start, word[len(start) :]] if start else [word]
    return split


def _part(words: list[str]) -> str | None:
    if words[-2:] in (["CONNECTION", "STRING"], ["CONN", "STR"], ["ENDPOINT", "URL"]):
        return "url"
    if words[-2:] in (["ACCESS", "KEY"], ["SECRET", "KEY"]):
        return "user" if words[-2] == "ACCESS" else "password"
    return PART_OF.get(words[-1])


def _service(words: list[str], services: dict[str, Service]) -> str | None:
    by_name = next((name for name, each in services.items() if set(words) & set(each["words"])), None)
    if by_name is not None:
        return by_name
    return next(
        (name for kinds, names in KINDS.items() if set(words) & set(kinds) for name in names if name in services), None
    )


def _in_the_scheme_of(default: str | None, url: str) -> str:
    """`url` with the driver that the code's default names: `postgresql+asyncpg://`, `jdbc:mysql://`."""
    scheme, _, rest = url.partition("://")
    named = re.match(r"(?P<jdbc>jdbc:)?(?P<scheme>[a-z0-9]+(\+[a-z0-9]+)?)://", default or "")
    if named is None or named["scheme"].split("+")[0][:5] != scheme[:5]:
        return url
    return f"jdbc:{scheme}://{rest.rpartition('@')[2]}" if named["jdbc"] else f"{named['scheme']}://{rest}"


def _usual(framework: str | None, name: str, service: Service) -> dict[str, str]:
    connection = service["connection"]
    if framework is None:
        return {service["variable"]: connection["url"]}
    table = FRAMEWORKS[framework].get(name, {})
    return {key: connection[part] for key, part in table.items() if part in connection}
