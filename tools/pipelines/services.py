"""Backing services beside the tests: their containers, and the variables through which the code reaches them."""

import re
from typing import Any

from resources.facts import read_facts
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
PART_OF = {word: part for part, words in PARTS.items() for word in words.split()}
# Words that name a kind of service; the first need of the list that is present is meant.
KINDS = {
    ("DATABASE", "DB", "DATASOURCE", "SQL", "SQLALCHEMY"): ("postgres", "mysql", "mariadb", "mongodb"),
    ("BROKER", "QUEUE", "MQ", "CELERY"): ("rabbitmq", "redis", "kafka"),
    ("CACHE",): ("redis", "memcached"),
    ("SEARCH",): ("elasticsearch",),
    ("STORAGE", "BUCKET"): ("s3",),
}
# Frameworks that read these from the environment though no line of the code names them.
FRAMEWORKS: dict[str, dict[str, dict[str, str]]] = {
    "spring": {
        "postgres": {
            "SPRING_DATASOURCE_URL": "jdbc",
            "SPRING_DATASOURCE_USERNAME": "user",
            "SPRING_DATASOURCE_PASSWORD": "password",
        },
        "mongodb": {"SPRING_MONGODB_URI": "url", "SPRING_DATA_MONGODB_URI": "url"},
        "redis": {"SPRING_DATA_REDIS_HOST": "host", "SPRING_DATA_REDIS_PORT": "port"},
        "rabbitmq": {"SPRING_RABBITMQ_HOST": "host", "SPRING_RABBITMQ_PORT": "port"},
        "kafka": {"SPRING_KAFKA_BOOTSTRAP_SERVERS": "address"},
        "elasticsearch": {"SPRING_ELASTICSEARCH_URIS": "url"},
    },
    "quarkus": {
        "postgres": {
            "QUARKUS_DATASOURCE_JDBC_URL": "jdbc",
            "QUARKUS_DATASOURCE_USERNAME": "user",
            "QUARKUS_DATASOURCE_PASSWORD": "password",
        },
        "mongodb": {"QUARKUS_MONGODB_CONNECTION_STRING": "url"},
        "redis": {"QUARKUS_REDIS_HOSTS": "url"},
        "rabbitmq": {"RABBITMQ_HOST": "host", "RABBITMQ_PORT": "port"},
        "kafka": {"KAFKA_BOOTSTRAP_SERVERS": "address"},
        "elasticsearch": {"QUARKUS_ELASTICSEARCH_HOSTS": "address"},
    },
}
for _table in FRAMEWORKS.values():
    _table["mysql"] = _table["mariadb"] = _table["postgres"]
# An application that signs with a key of its own refuses to start without one; a provider's secret is not made up.
OWN_KEY = re.compile(r"((APP|APPLICATION|DJANGO|FLASK|JWT|SESSION|COOKIE|AUTH|NEXTAUTH|RAILS)_)?SECRET(_KEY(_BASE)?)?")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,100}")
NOT_A_SECRET = "only-for-tests"  # noqa: S105 - what it says


def services_of(component: Component) -> dict[str, Service]:
    """The backing services that run beside the tests: those of `needs` an image is known for."""
    known = read_facts("service_images")["images"]
    return {need: known[need] for need in component.needs if need in known}


def environment_of(component: Component) -> dict[str, str]:
    """The variables the code itself reads, pointed at the service containers; the usual ones where it names none."""
    services = services_of(component)
    given: dict[str, str] = {}
    reached: set[str] = set()
    for variable in component.variables:
        if not NAME.fullmatch(variable.name):
            continue
        if OWN_KEY.fullmatch(variable.name):
            given[variable.name] = NOT_A_SECRET
        elif meant := _meaning(variable, services):
            given[variable.name] = meant[1]
            reached.add(meant[0])
    for name, service in services.items():
        given |= service.get("always", {})
        if name not in reached:
            given |= {key: value for key, value in _usual(component, name, service).items() if key not in given}
    return given


def _meaning(variable: Variable, services: dict[str, Service]) -> tuple[str, str] | None:
    """The service that `variable` names and the value it has in the tests."""
    words = _words(variable.name, services)
    part = _part(words)
    service = _service(words[:-1] or words, services)
    if part is None or service is None:
        return None
    value = services[service]["connection"].get(part)
    if value is None:
        return None
    return service, _in_the_scheme_of(variable.default, value) if part == "url" else value


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


def _usual(component: Component, name: str, service: Service) -> dict[str, str]:
    framework = next((key for key in FRAMEWORKS if (component.framework or "").startswith(key)), None)
    connection = service["connection"]
    if framework is None:
        return {service["variable"]: connection["url"]}
    return {key: connection[part] for key, part in FRAMEWORKS[framework].get(name, {}).items()}
