"""What a blueprint of Render says of its services: the image, the port and the variables of each."""

import posixpath

from tools.consistency.lines import Value
from tools.consistency.lines import read as read_yaml
from tools.consistency.read_dockerfile import PORT_VARIABLES
from tools.consistency.read_environments import RENDER
from tools.consistency.world import Said, Service, World
from tools.delivery import Place
from tools.validate.checker import Source


def applies(source: Source) -> bool:
    """Blueprints by name."""
    return bool(RENDER.search(source.path)) or source.name in {"render.yaml", "render.yml"}


def read(source: Source, world: World) -> None:
    """Every service that is built from a Dockerfile."""
    environment = RENDER.search(source.path)
    ending = f"-{environment['name']}" if environment else ""
    for document in read_yaml(source.text):
        for value in document.members("services"):
            path = value.said("dockerfilePath")
            if path:
                world.services.append(_service(source, value, posixpath.normpath(path), ending))


def _service(source: Source, value: Value, dockerfile: str, ending: str) -> Service:
    name = value.said("name").removesuffix(ending)
    service = Service(name, _place(source, value, name), stack=True, dockerfile=dockerfile)
    for each in value.members("envVars"):
        key, told = each.said("key"), each.said("value")
        if each.at("fromGroup"):
            service.open_ended = True
        if key:
            service.variables[key] = Said(key, _place(source, each, key))
        if key in PORT_VARIABLES and told.isdigit():
            service.opens.append(Said(told, _place(source, each, f"{key}: {told}")))
    return service


def _place(source: Source, value: Value, says: str) -> Place:
    return Place(path=source.path, line=value.line, says=says[:200])
