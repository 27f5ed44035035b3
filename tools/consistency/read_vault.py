"""Which environments Vault has a role for, and whose service accounts each role answers."""

import re

from tools.consistency.lines import read as read_yaml
from tools.consistency.world import Said, World
from tools.delivery import Place
from tools.validate.checker import Source

_ROLE = re.compile(r"(^|/)vault/roles/(?P<name>[a-z][a-z0-9-]*)\.json$")


def applies(source: Source) -> bool:
    """Roles of Vault's authentication."""
    return bool(_ROLE.search(source.path))


def read(source: Source, world: World) -> None:
    """Its environment, and the namespaces it is bound to."""
    found = _ROLE.search(source.path)
    if found is None:
        return
    world.environments.setdefault("vault", {}).setdefault(found["name"], Place(path=source.path, says=found["name"]))
    for document in read_yaml(source.text):  # JSON is YAML
        world.meant_namespaces += [
            Said(each.text, Place(path=source.path, line=each.line, says=each.text))
            for each in document.members("bound_service_account_namespaces")
        ]
