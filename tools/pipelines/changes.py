"""Which files concern a component of a monorepo."""

import re
from collections.abc import Sequence

from tools.pipelines.image import dockerfile, is_deployed
from tools.project import Component

SPECIAL = re.compile(r"[^\w./@ -]+", re.ASCII)


def patterns(component: Component, others: Sequence[Component], workflow: str) -> list[str]:
    """Glob patterns of the files whose change concerns `component`; empty when every change does."""
    if component.path == ".":
        return []
    paths = [f"{component.path}/**", workflow]
    # A lock file shared by a workspace, or a Dockerfile, may lie outside the component's folder.
    paths += [component.lock_file] if component.lock_file else []
    paths += [dockerfile(component)] if is_deployed(component) else []
    # What a workspace shares reaches whoever is locked by the same file.
    paths += [
        f"{other.path}/**"
        for other in others
        if other.path not in {component.path, "."} and not is_deployed(other) and _share(component, other)
    ]
    outside = [path for path in paths[1:] if not path.startswith(f"{component.path}/")]
    return [_literal(path) for path in dict.fromkeys([paths[0], *outside])]


def _share(component: Component, other: Component) -> bool:
    return component.lock_file is not None and component.lock_file == other.lock_file


def _literal(path: str) -> str:
    """`path` where each character a glob would read as a pattern is covered by `*`, which also matches it."""
    if path.endswith("/**"):
        return f"{SPECIAL.sub('*', path[:-3])}/**"
    return SPECIAL.sub("*", path)
