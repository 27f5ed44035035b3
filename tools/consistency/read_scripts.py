"""Which environments and which secrets a script takes: the arms of its `case`."""

import re

from tools.consistency.world import World
from tools.delivery import Place
from tools.validate.checker import Source

_CASE = re.compile(r'^\s*case\s+"?\$\{?(environment|ENVIRONMENT|name|NAME)\}?"?\s+in\s*$')
_ARM = re.compile(r"^\s*([A-Za-z_][\w-]*)\)")


def applies(source: Source) -> bool:
    """Shell scripts."""
    return source.suffix == ".sh"


def read(source: Source, world: World) -> None:
    """Every arm that is one name; several names for one thing say nothing of how the others call it."""
    kind, environments, secrets = "", dict[str, Place](), dict[str, Place]()
    for number, line in enumerate(source.text.split("\n"), start=1):
        if opened := _CASE.match(line):
            kind = opened[1].lower()
        elif line.strip() == "esac":
            kind = ""
        elif kind and (arm := _ARM.match(line)):
            place = Place(path=source.path, line=number, says=line.strip()[:200])
            if kind == "environment":
                environments.setdefault(arm[1], place)
            elif arm[1] == arm[1].upper():
                secrets.setdefault(arm[1], place)
    if environments:
        world.environments[source.path] = environments
    if secrets:
        world.secret_lists.append(("", secrets))
