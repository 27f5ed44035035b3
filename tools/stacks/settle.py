"""Decides which drafts are components: asides dropped, one component a folder, names told apart."""

import re

from resources.catalogue import _
from tools.stacks.draft import Draft
from tools.stacks.folders import is_aside
from tools.stacks.tree import contains

# Names that a generator wrote and nobody changed: the folder says more.
GENERIC = frozenset({
    "app", "src", "project", "my-app", "my-project", "example", "template", "starter", "vite-project", "package",
    "main", "demo", "root", "workspace", "vite-react-typescript-starter", "nextjs", "react-app", "client-app", "test",
})  # fmt: skip


def settle(drafts: list[Draft], root_name: str, warnings: list[str]) -> list[Draft]:
    """The drafts that stand, sorted by path, each with a name of its own."""
    standing = _without_asides(drafts)
    kept = _one_a_folder(standing, warnings)
    kept.sort(key=lambda draft: (draft.path != ".", draft.path))
    _name(kept, root_name)
    return kept


def _without_asides(drafts: list[Draft]) -> list[Draft]:
    """Examples, tests and documentation count only when there is nothing else."""
    project = [draft for draft in drafts if not is_aside(draft.path)]
    return project if any(draft.standing == "primary" for draft in project) or not drafts else (project or drafts)


def _one_a_folder(drafts: list[Draft], warnings: list[str]) -> list[Draft]:
    chosen: dict[str, Draft] = {}
    # What runs stands before what is only built (the front end inside a Spring project); then the registry's order.
    for draft in sorted((draft for draft in drafts if draft.standing == "primary"), key=_rank):
        if draft.path in chosen:
            warnings.append(
                _(
                    "{path} holds both a {kept} and a {dropped} project; only the first is described.",
                    path=draft.path,
                    kept=chosen[draft.path].language,
                    dropped=draft.language,
                )
            )
        else:
            chosen[draft.path] = draft
    primaries = list(chosen)
    for draft in drafts:
        # A toolchain belongs to what surrounds it; at the root of a repository of services it builds nothing.
        around = any(contains(path, draft.path) for path in primaries) or (draft.path == "." and primaries)
        if draft.standing == "companion" and not around:
            chosen.setdefault(draft.path, draft)
    for draft in drafts:
        if draft.standing == "fallback" and not any(contains(path, draft.path) for path in chosen):
            chosen[draft.path] = draft
    return list(chosen.values())


def _rank(draft: Draft) -> int:
    kind = draft.get("kind")
    return {"service": 0, "worker": 0, "cli": 1, "static": 3}.get(kind or "", 2)


def _name(drafts: list[Draft], root_name: str) -> None:
    short = [_short_name(draft, root_name) for draft in drafts]
    taken: set[str] = set()
    for draft, name in zip(drafts, short, strict=True):
        # Two `backend` in one repository: both are told apart by their paths.
        candidates = [name] if short.count(name) == 1 else []
        candidates += [slug(draft.path.replace("/", "-")), name, f"{slug(draft.path) or name}-{draft.language}"]
        chosen = next((each for each in candidates if each and each not in taken), None)
        evidence = draft.evidence.get("name") or (f"{draft.manifest}:1" if draft.manifest else None)
        draft.presumed.add("name")
        if chosen is not None:
            taken.add(chosen)
            draft.note("name", chosen, evidence)


def _short_name(draft: Draft, root_name: str) -> str:
    """The manifest's name, unless a generator wrote it; then the nearest folder that says something."""
    own = slug(str(draft.get("name") or "").rpartition("/")[2])
    folders = [root_name] if draft.path == "." else draft.path.split("/")[::-1]
    if own and (own not in GENERIC or draft.path == "."):
        return own
    return next((name for each in folders if (name := slug(each)) and name not in GENERIC), own or slug(folders[0]))


def slug(text: str) -> str:
    """`text` as a DNS label, or '' when nothing of it can be one."""
    label = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return label[:63].strip("-") if label[:1].isalpha() else (f"app-{label}"[:63] if label else "")
