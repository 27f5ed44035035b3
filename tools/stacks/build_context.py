"""Which folder a Dockerfile is built from: Compose says it, or what the Dockerfile copies shows it."""

from fnmatch import fnmatchcase

from tools.stacks.compose import Service
from tools.stacks.draft import Draft
from tools.stacks.image import Dockerfile, Said
from tools.stacks.tree import Tree, base, join, parent


def note_build_context(tree: Tree, draft: Draft, dockerfile: Dockerfile, services: list[Service]) -> None:
    """Write `build_context` where something tells it; else it is the folder of the Dockerfile."""
    for service in services:
        named = service.dockerfile or (join(service.context, "Dockerfile") if service.context else None)
        if named == dockerfile.path:
            draft.note("build_context", service.context, f"{service.file}:{service.line}")
            return
    home = parent(dockerfile.path)
    if [each.value for each in dockerfile.copied] == [base(home)]:
        return  # `COPY shop /shop` alone: the folder shop seen from outside, or a program of that name built into it
    around = [home]
    while around[-1] != ".":
        around.append(parent(around[-1]))
    if draft.path not in around:
        around.append(draft.path)
    # What a build makes (target/, dist/) is nowhere in the tree, so the folder with most of the sources is taken.
    best = max(around, key=lambda folder: (_found(tree, folder, dockerfile.copied), folder == home))
    shown = [each for each in dockerfile.copied if _is_there(tree, best, each)]
    if shown:
        decisive = next((each for each in shown if not _is_there(tree, home, each)), shown[0])
        draft.note("build_context", best, decisive.evidence)


def _found(tree: Tree, folder: str, copied: list[Said]) -> int:
    return sum(_is_there(tree, folder, each) for each in copied)


def _is_there(tree: Tree, folder: str, source: Said) -> bool:
    path = join(folder, source.value)
    if not any(sign in path for sign in "*?["):
        return tree.has(path) or bool(tree.under(path))
    return any(fnmatchcase(base(each), base(path)) for each in tree.within(parent(path)))
