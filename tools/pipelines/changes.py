"""Which files concern a component of a monorepo."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tools.pipelines.image import dockerfile, is_deployed, reach
from tools.project import Component

SPECIAL = re.compile(r"[^\w./@ -]+", re.ASCII)


@dataclass(frozen=True)
class Concern:
    """The files whose change concerns a component: those that match one of `some` and none of `others`."""

    some: tuple[str, ...] = ()
    """Empty when every change concerns it."""
    others: tuple[str, ...] = ()

    @property
    def pushed(self) -> list[str]:
        """As GitHub's own filter takes them: of the patterns that match a file the last one decides."""
        first, *more = self.some or ("",)
        return [first, *(f"!{each}" for each in self.others), *more] if self.some else []

    @property
    def looked_at(self) -> list[str]:
        """As paths-filter takes them: one list, any of which; with `others`, two conditions that both must hold."""
        if not self.others:
            return list(self.some)
        some = self.some[0] if len(self.some) == 1 else f"{{{','.join(self.some)}}}"
        return [some, *(f"!{each}" for each in self.others)]


def concern(component: Component, components: Sequence[Component], workflow: str) -> Concern:
    """What concerns `component` among `components`; its own `workflow` does."""
    if component.path == ".":
        return Concern()
    around = reach(component)
    # What has a lock file or an image of its own goes its own way; everything else around may be shared.
    others = [
        f"{other.path}/**"
        for other in components
        if _inside(around, other.path) and not _inside(other.path, component.path) and _is_apart(other)
    ]
    if around == "." and not others:
        return Concern()
    own = [f"{component.path}/**", workflow]
    own += [component.lock_file] if component.lock_file else []
    own += [dockerfile(component)] if is_deployed(component) else []
    some = ["**" if around == "." else f"{around}/**", *own]
    kept = [path for path in dict.fromkeys(some) if path == some[0] or not _inside(around, path)]
    return Concern(tuple(_literal(path) for path in kept), tuple(_literal(path) for path in others))


def _is_apart(other: Component) -> bool:
    return is_deployed(other) or (other.lock_file is not None and _inside(other.path, other.lock_file))


def _inside(folder: str, path: str) -> bool:
    return folder == "." or posixpath.commonpath(["/" + folder, "/" + path.removesuffix("/**")]) == "/" + folder


def _literal(path: str) -> str:
    """`path` where each character a glob would read as a pattern is covered by `*`, which also matches it."""
    if path == "**":
        return path
    if path.endswith("/**"):
        return f"{SPECIAL.sub('*', path[:-3])}/**"
    return SPECIAL.sub("*", path)
