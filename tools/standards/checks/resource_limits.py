"""No container takes the machine from the others."""

import re

from resources.catalogue import _
from tools.standards.repository import Repository
from tools.standards.standing import Evidence, Standing, failed, passed, unknown

NAME = "resource_limits"


def check(repository: Repository) -> Standing:
    """Containers of manifests, compose files and stacks, against the limits in the same file."""
    found: list[Evidence] = []
    seen = 0
    for text in repository.of("kubernetes", "compose", "swarm"):
        containers = text.grep(r"^\s*(-\s*)?image:\s")
        if text.kind == "kubernetes":
            containers = containers if re.search(r"^\s*containers:", text.content, re.MULTILINE) else []
        seen += len(containers)
        limits = text.grep(r"^\s*(limits:|mem_limit:|memory:\s*[\"']?\d)")
        if containers and len({each.line for each in limits}) < 1:
            found += containers
    if not seen:
        return unknown(NAME, _("No container is described here."))
    if found:
        return failed(NAME, found, _("Give each container a memory limit and a share of the processor."))
    return passed(NAME)
