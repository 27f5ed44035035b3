"""What a compose file or a Swarm stack says of its services."""

import posixpath
import re

from tools.consistency.lines import Value
from tools.consistency.lines import read as read_yaml
from tools.consistency.read_dockerfile import ASKED, OPENS, PORT_VARIABLES
from tools.consistency.world import Said, Service, World
from tools.delivery import Place
from tools.validate.checker import Source
from tools.validate.compose_lint import is_compose
from tools.validate.docker_stack import is_stack

_SHORT = re.compile(r"^(?:(?:\[[^\]]*\]|[\d.]+):)?(?:(\d{1,5}):)?(\d{1,5})(?:/tcp)?$")


def applies(source: Source) -> bool:
    """Compose files and stacks."""
    return is_compose(source) or is_stack(source)


def read(source: Source, world: World) -> None:
    """Every service, and every reference to something that is not declared."""
    for document in read_yaml(source.text):
        for name, value in document.named("services").items():
            service = _service(source, name, value)
            service.project = document.said("name")
            world.services.append(service)
            _references(source, document, value, world)


def _service(source: Source, name: str, value: Value) -> Service:
    service = Service(name, _place(source, value, name), stack=is_stack(source))
    build = value.at("build")
    if build is not None:
        context = build.text or build.said("context") or "."
        service.dockerfile = _join(source.path, context, build.said("dockerfile") or "Dockerfile")
    for port in value.members("ports"):
        _port(source, service, port)
    for port in value.members("expose"):
        if port.number:
            service.listens.append(Said(port.text, _place(source, port, port.text)))
    test = value.at("healthcheck", "test")
    if test is not None:
        words = " ".join(each.text for each in test.each()) or test.text
        service.asked = [Said(found, _place(source, test, words)) for found in ASKED.findall(words)]
    command = value.at("command")
    if command is not None:
        words = " ".join(each.text for each in command.each()) or command.text
        service.opens = [Said(found, _place(source, command, words)) for found in OPENS.findall(words)]
    service.open_ended = value.at("env_file") is not None
    for key, given in _variables(value):
        service.variables[key] = Said(key, _place(source, given, key))
        told = given.text.rpartition("=")[2]
        if key in PORT_VARIABLES and told.isdigit():
            service.opens.append(Said(told, _place(source, given, f"{key}: {told}")))
    for secret in value.members("secrets"):
        key = (secret.said("target") or secret.said("source") or secret.text).rsplit("/", 1)[-1]
        service.variables[key] = Said(key, _place(source, secret, key))
    return service


def _port(source: Source, service: Service, port: Value) -> None:
    match = _SHORT.match(port.text)
    outside, inside = (match[1], match[2]) if match else (port.said("published"), port.said("target"))
    if not inside:
        return
    said = Said(inside, _place(source, port, port.text or f"target: {inside}"))
    service.listens.append(said)
    if outside:
        service.published[outside] = said


def _variables(value: Value) -> list[tuple[str, Value]]:
    given = value.at("environment")
    if given is None:
        return []
    listed = [(each.text.partition("=")[0], each) for each in given.each() if each.text]
    return [*listed, *given.pairs()]


def _references(source: Source, document: Value, service: Value, world: World) -> None:
    for kind in ("secrets", "configs", "networks"):
        known = set(document.named(kind)) | ({"default"} if kind == "networks" else set())
        given = service.at(kind)
        names = [(each.said("source") or each.text, each) for each in given.each()] if given else []
        names += list(given.pairs()) if given else []
        world.undeclared += [(kind, Said(name, _place(source, at, name))) for name, at in names if name not in known]
    for volume in service.members("volumes"):
        name = volume.said("source") if volume.said("type") == "volume" else volume.text.partition(":")[0]
        named = re.fullmatch(r"[A-Za-z0-9][\w.-]*", name) and (":" in volume.text or volume.said("type"))
        if named and name not in document.named("volumes"):
            world.undeclared.append(("volumes", Said(name, _place(source, volume, name))))
    depends = service.at("depends_on")
    if depends is not None:
        before = [(each.text, each) for each in depends.each()] + list(depends.pairs())
        known = set(document.named("services"))
        world.undeclared += [
            ("services", Said(name, _place(source, at, name))) for name, at in before if name not in known
        ]


def _join(path: str, context: str, dockerfile: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), context, dockerfile))


def _place(source: Source, value: Value, says: str) -> Place:
    return Place(path=source.path, line=value.line, says=says[:200])
