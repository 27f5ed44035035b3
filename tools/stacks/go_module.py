"""Reads Go modules: what go.mod requires, which folders hold programs, which packages a program is made of."""

import re
from dataclasses import dataclass, field

from tools.stacks.folders import is_aside
from tools.stacks.tree import Tree, base, contains, join, parent

_REQUIRE = re.compile(r"^[ \t]*(?:require\s+)?([\w.-]+\.[\w.-]+/[^\s]+)\s+v[^\s]+(.*)$", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*(?:import\s+)?(?:[\w.]+\s+)?\"([^\"\s]+)\"\s*(?://.*)?$", re.MULTILINE)
_REPLACE = re.compile(r"^[ \t]*(?:replace\s+)?\S+(?:\s+v\S+)?\s*=>\s*(\.\.?/\S*|\.\.)[ \t]*(?://.*)?$", re.MULTILINE)
_MAX_PACKAGES = 2_000
# Programs that serve the developers, not the users.
_TOOLS = re.compile(
    r"(^|/)(tools?|scripts?|hack|gen|generate|codegen|internal/tools|magefiles|mage|build|ci|loadtest)(/|$)"
)


@dataclass
class Module:
    """A go.mod: its folder, its import path, what it requires, and its programs."""

    folder: str
    manifest: str
    name: str
    requires: dict[str, str]
    inner: list[str]
    """Folders of modules inside this one."""
    mains: list[str] = field(default_factory=list)


def read_modules(tree: Tree) -> list[Module]:
    """Every module of the repository."""
    manifests = tree.named("go.mod")
    folders = [parent(path) for path in manifests]
    modules = []
    for path in manifests:
        folder = parent(path)
        named = tree.search(path, r"^module\s+\"?([^\s\"]+)")
        requires = {
            hit.match[1].lower(): hit.evidence
            for hit in tree.search_all([path], _REQUIRE)
            if "// indirect" not in hit.match[2]
        }
        inner = [other for other in folders if other != folder and contains(folder, other)]
        module = Module(folder, path, named.match[1] if named else "", requires, inner)
        module.mains = _mains(tree, module)
        modules.append(module)
    return modules


def common_root(tree: Tree, module: Module, modules: list[Module]) -> tuple[str, str] | None:
    """The folder around a module and the modules of this repository that it uses, and the line that says so.

    `replace` names them by path; without one, a go.work around them does.
    """
    used: dict[str, str] = {}
    for hit in tree.search_all([module.manifest], _REPLACE):
        used.setdefault(join(module.folder, hit.match[1]), hit.evidence)
    if any(contains(parent(path), module.folder) for path in tree.named("go.work")):
        for other in modules:
            if other.name.lower() in module.requires:
                used.setdefault(other.folder, module.requires[other.name.lower()])
    root = module.folder
    for folder in used:
        while not contains(root, folder) and root != ".":
            root = parent(root)
    return None if root == module.folder else (root, next(iter(used.values())))


def sources(tree: Tree, folder: str) -> list[str]:
    """The Go files directly in a folder, without its tests."""
    return [path for path in tree.within(folder) if path.endswith(".go") and not path.endswith("_test.go")]


def packages(tree: Tree, module: Module, main: str) -> list[str]:
    """Folders of the module that the program in `main` is made of: itself and what it imports, nearest first."""
    reached = [main]
    seen = {main}
    for folder in reached:
        for hit in tree.search_all(sources(tree, folder), _IMPORT):
            name = hit.match[1]
            if not module.name or not name.startswith(module.name + "/") or len(reached) >= _MAX_PACKAGES:
                continue
            imported = join(module.folder, name[len(module.name) + 1 :])
            if imported not in seen and tree.within(imported):
                seen.add(imported)
                reached.append(imported)
    return reached


def _mains(tree: Tree, module: Module) -> list[str]:
    """Folders of programs, nearest to the module's root first; developers' tools last."""
    found: set[str] = set()
    for folder in tree.folders_under(module.folder):
        relative = "" if folder == module.folder else folder[0 if module.folder == "." else len(module.folder) + 1 :]
        if any(contains(other, folder) for other in module.inner) or (relative and is_aside(relative)):
            continue
        files = sources(tree, folder)
        if base(parent(folder)) != "cmd" and relative not in {"", "cmd"}:
            files = [path for path in files if base(path) in {"main.go", f"{base(folder)}.go"}]
        # `//go:build ignore` marks a script that is run by hand.
        if any(tree.search(path, r"^func main\(\)") and not _is_ignored(tree, path) for path in files):
            found.add(folder)
    return sorted(found, key=lambda folder: (bool(_TOOLS.search(folder)), folder.count("/"), folder))


def _is_ignored(tree: Tree, path: str) -> bool:
    return tree.search(path, r"^//\s*\+build ignore|^//go:build ignore") is not None
