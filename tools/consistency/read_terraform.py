"""What the Terraform of an environment says: the environment, and the port and the secrets of each service."""

import re
from pathlib import PurePosixPath

from tools.consistency.read_kubernetes import environment_of_folder
from tools.consistency.world import Said, Service, World
from tools.delivery import Place
from tools.validate.checker import Source

_ENVIRONMENT = re.compile(r'^\s*environment\s*=\s*"([a-z][a-z0-9-]*)"')
_OPENING = re.compile(r'^\s*"?([\w-]+)"?\s*=\s*\{\s*$')
_PORT = re.compile(r"^\s*port\s*=\s*(\d{1,5})\s*$")
_SECRETS = re.compile(r"^\s*(secrets|secret_names)\s*=\s*\[(.*)\]\s*$")


_NAME = re.compile(r'"([A-Za-z_]\w*)"')
_SUBJECT = re.compile(r":environment:([a-z][a-z0-9-]*)")
_STATE = re.compile(r'^\s*key\s*=\s*"[^"]*/([a-z][a-z0-9-]*)\.tfstate"')
_OF_ALL = frozenset({"main", "terraform"})
_ALLOWED = re.compile(r"contains\(\[([^\]]*)\], var\.environment\)")
_STORED = re.compile(r"^locals \{\s*names\s*=\s*toset\(\[(.*?)\]\)", re.MULTILINE | re.DOTALL)


def applies(source: Source) -> bool:
    """The files of one environment's folder, and those that take an environment or keep secrets."""
    return source.suffix in {".tf", ".tfvars"}


def read(source: Source, world: World) -> None:
    """Line by line: what these files are asked stands on lines of its own, however the rest is nested."""
    folder = environment_of_folder(source.path)
    if folder is None:
        _shared(source, world)
        return
    place_of_folder = Place(path=source.path, says=f"environments/{folder}")
    blocks: list[str] = []
    services: dict[str, Service] = {}
    for number, line in enumerate(source.text.split("\n"), start=1):
        place = Place(path=source.path, line=number, says=line.strip()[:200])
        if found := _ENVIRONMENT.match(line) or _STATE.match(line) or _SUBJECT.search(line):
            world.alike.append(("environment", Said(folder, place_of_folder), Said(found[1], place)))
        within = blocks[-1] if blocks[-2:-1] == ["services"] else ""
        if within and (found := _PORT.match(line)):
            service = services.setdefault(within, Service(within, place, stack=True, open_ended=True, task=True))
            service.opens.append(Said(found[1], place))
        if found := _SECRETS.match(line):
            names = dict.fromkeys(re.findall(r'"([A-Za-z_]\w*)"', found[2]), place)
            world.secret_lists.append((within if found[1] == "secrets" else "", names))
        if found := _OPENING.match(line):
            blocks.append(found[1])
        elif line.strip() in {"}", "},"} and blocks:
            blocks.pop()
    world.services += services.values()


def _shared(source: Source, world: World) -> None:
    """What is written once for all environments: which ones it takes, and the secrets that it keeps."""
    if allowed := _ALLOWED.search(source.text):
        place = _place(source, allowed.start())
        world.environments[source.path] = dict.fromkeys(re.findall(r'"([^"]+)"', allowed[1]), place)
    subjects = {found[1]: _place(source, found.start()) for found in _SUBJECT.finditer(source.text)}
    if subjects and PurePosixPath(source.path).stem in _OF_ALL:
        world.environments[source.path] = subjects
    for name, place in subjects.items() if PurePosixPath(source.path).stem not in _OF_ALL else ():
        of_file = Said(PurePosixPath(source.path).stem, Place(path=source.path, says=source.path))
        world.alike.append(("environment", of_file, Said(name, place)))
    if stored := _STORED.search(source.text):
        names = {found[1]: _place(source, stored.start(1) + found.start()) for found in _NAME.finditer(stored[1])}
        world.secret_lists.append(("", names))


def _place(source: Source, at: int) -> Place:
    number = source.text.count("\n", 0, at) + 1
    return Place(path=source.path, line=number, says=source.text.split("\n")[number - 1].strip()[:200])
