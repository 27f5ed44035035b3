"""Which environments Vault has a role for, and whose service accounts each role answers."""

import re

from tools.consistency.lines import read as read_yaml
from tools.consistency.world import Said, World
from tools.delivery import Place
from tools.validate.checker import Source

_SETUP = re.compile(r"(^|/)vault/setup\.sh$")
_FILES = re.compile(r"\b(?:policies|roles)/(?P<name>[a-z][a-z0-9-]*?)(?:-rotate)?\.(?:hcl|json)\b")
_ROLE = re.compile(r"(^|/)vault/roles/(?P<name>[a-z][a-z0-9-]*)\.json$")


def applies(source: Source) -> bool:
    """Roles of Vault's authentication, and the script that writes them."""
    return bool(_ROLE.search(source.path) or _SETUP.search(source.path))


def read(source: Source, world: World) -> None:
    """The environments, and the namespaces a role is bound to."""
    if _SETUP.search(source.path):
        _read_setup(source, world)
        return
    found = _ROLE.search(source.path)
    if found is None:
        return
    world.environments.setdefault("vault", {}).setdefault(found["name"], Place(path=source.path, says=found["name"]))
    for document in read_yaml(source.text):  # JSON is YAML
        world.meant_namespaces += [
            Said(each.text, Place(path=source.path, line=each.line, says=each.text))
            for each in document.members("bound_service_account_namespaces")
        ]


def _read_setup(source: Source, world: World) -> None:
    known = world.environments.setdefault(source.path, {})
    for number, line in enumerate(source.text.splitlines(), 1):
        for found in _FILES.finditer(line):
            known.setdefault(found["name"], Place(path=source.path, line=number, says=found[0]))
