"""dev, staging and prod share neither state nor credentials nor names."""

import re

from resources.catalogue import _
from tools.standards.repository import Repository
from tools.standards.standing import Evidence, Standing, failed, passed, unknown

NAME = "separated_environments"
NAMED = r"(?:^|/|values[-.])(dev|development|staging|stage|preprod|prod|production)(?:/|\.|-|$)"


def check(repository: Repository) -> Standing:
    """Folders or files for each environment; one state or one namespace for all of them is a fault."""
    names = {found[1] for path in repository.paths for found in [re.search(NAMED, path, re.IGNORECASE)] if found}
    declared = (
        {each.name for each in repository.brief.context.environments} if "devops.yaml" in repository.paths else set()
    )
    shared = _shared_states(repository)
    if shared:
        return failed(NAME, shared, _("Give each environment its own state: another key or bucket in the backend."))
    if len(names | declared) >= 2:
        return passed(
            NAME, [Evidence(path=name, says=_("an environment of its own")) for name in sorted(names | declared)]
        )
    deploying = [found[0] for _text, found in repository.deploying]
    described = [
        Evidence(path=each.path, says=_("one environment only"))
        for each in repository.of("kustomize", "terraform", "helm")
    ]
    if deploying or described:
        fix = _("Name the environments in devops.yaml, and give each its folder, state and credentials.")
        return failed(NAME, [*deploying, *described], fix)
    return unknown(NAME, _("Nothing here is deployed anywhere."))


def _shared_states(repository: Repository) -> list[Evidence]:
    seen: dict[str, Evidence] = {}
    shared: list[Evidence] = []
    for found in repository.grep(r"^\s*key\s*=\s*\".+tfstate\"", "terraform"):
        if found.says in seen:
            shared += [seen[found.says], found]
        seen[found.says] = found
    return shared
