"""Which namespaces queries, dashboards and collectors look at."""

import re

from tools.consistency.world import Said, World
from tools.delivery import Place
from tools.validate.checker import Source

_QUERY = re.compile(r'namespace=~\\?"([a-z0-9|-]+)\\?"')
_NAMES = re.compile(r"^\s*names\s*=\s*\[([^\]]*)\]")


def applies(source: Source) -> bool:
    """Rules and dashboards that ask by namespace, and Alloy's configuration."""
    return source.suffix == ".alloy" or (source.suffix in {".yml", ".yaml", ".json"} and "namespace=~" in source.text)


def read(source: Source, world: World) -> None:
    """Each list, with its line."""
    for number, line in enumerate(source.text.split("\n"), start=1):
        place = Place(path=source.path, line=number, says=line.strip()[:200])
        lists = [found.split("|") for found in _QUERY.findall(line)]
        if source.suffix == ".alloy" and (found := _NAMES.match(line)):
            lists.append(re.findall(r'"([^"]+)"', found[1]))
        world.namespace_lists += [[Said(each, place) for each in names] for names in lists]
