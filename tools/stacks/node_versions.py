"""Which Node a package runs on and which it is tested with."""

import re

from tools.stacks.ci_versions import by_number, ci_versions
from tools.stacks.draft import Draft
from tools.stacks.node_package import Package
from tools.stacks.parse import string, table
from tools.stacks.tree import Tree

_LTS = {"argon": "4", "boron": "6", "carbon": "8", "dubnium": "10", "erbium": "12", "fermium": "14", "gallium": "16",
        "hydrogen": "18", "iron": "20", "jod": "22", "krypton": "24"}  # fmt: skip


def note_versions(draft: Draft, tree: Tree, package: Package) -> None:
    """Pins first (.nvmrc, volta, one major in `engines`), then pipelines, then the range in `engines`."""
    folders = dict.fromkeys([package.folder, (package.root or package).folder, "."])
    sources = [
        (tree.first(folder, name), pattern)
        for folder in folders
        for name, pattern in (
            (".nvmrc", r"^\s*v?(\d+|lts/[\w*]+)"),
            (".node-version", r"^\s*v?(\d+|lts/[\w*]+)"),
            (".tool-versions", r"^node(?:js)?\s+(\d+)"),
            ("mise.toml", r"^node\s*=\s*\"(\d+)"),
        )
    ]
    for path, pattern in sources:
        hit = tree.search(path, pattern) if path else None
        if hit is not None:
            version = hit.match[1].removeprefix("lts/")
            draft.note("language_version", version if version.isdigit() else _LTS.get(version), hit.evidence)
    for owner in dict.fromkeys([package.folder, (package.root or package).folder]):
        pinned = package if owner == package.folder else package.root
        volta = string(table(pinned.data, "volta").get("node")) if pinned else None
        if pinned is not None and volta and (match := re.match(r"(\d+)", volta)):
            draft.note("language_version", match[1], pinned.at("node", "volta"))
    ci = ci_versions(tree, "node")
    found = sorted({v.partition(".")[0] for v in ci.versions}, key=by_number) if ci else []
    if ci is not None and len(found) > 1:
        draft.note("tested_versions", found, ci.evidence)
    for owned in (package, package.root):
        wanted = string(table(owned.data, "engines").get("node")) if owned else None
        exact = re.match(r"^[\s=v^~]*(\d+)(?:\.(?:x|\*|\d+))*\s*$", wanted or "")
        if owned is not None and exact:  # `20.x` and `^20` are one major: the one to run on
            draft.note("language_version", exact[1], owned.at("node", "engines"))
    if ci is not None and found:
        draft.presume("language_version", found[-1], ci.evidence)
    for owned in (package, package.root):
        wanted = string(table(owned.data, "engines").get("node")) if owned else None
        numbers = re.findall(
            r"(?<![<\d.])(?:>=|\^|~|=)?\s*v?(\d+)(?:\.\d+)*", re.sub(r"<=?\s*[\d.]+", "", wanted or "")
        )
        if owned is not None and numbers:
            draft.presume("language_version", max(numbers, key=int), owned.at("node", "engines"))
