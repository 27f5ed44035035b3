"""One package.json and the workspaces it belongs to, with the line of every entry."""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tools.stacks.parse import Warnings, read_json, read_yaml, string, strings, table
from tools.stacks.tree import Tree, contains, join, parent


@dataclass
class Package:
    """A package.json; `root` is the workspace root that installs it, itself when it stands alone."""

    folder: str
    path: str
    data: dict[str, Any]
    lines: list[str]
    warnings: Warnings = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    """Globs of workspace folders, when this package is a workspace root."""
    root: "Package | None" = None

    @property
    def name(self) -> str | None:
        """The package's name."""
        return string(self.data.get("name"))

    @property
    def scripts(self) -> dict[str, str]:
        """The scripts that are strings."""
        return {name: body for name, body in table(self.data, "scripts").items() if isinstance(body, str)}

    @property
    def runtime(self) -> dict[str, Any]:
        """Dependencies at run time."""
        return table(self.data, "dependencies")

    @property
    def all(self) -> dict[str, Any]:
        """Every dependency, for building as well."""
        peers = table(self.data, "peerDependencies")
        return {**peers, **table(self.data, "devDependencies"), **self.runtime}

    @property
    def published(self) -> bool:
        """Whether it is meant for a registry: not private, named, and with something to import."""
        entries = ("main", "module", "exports", "types", "typings", "browser", "files")
        return not self.data.get("private") and self.name is not None and any(self.data.get(key) for key in entries)

    def dependency(self, name: str) -> str | None:
        """Evidence for a dependency of any kind, or None."""
        return self.at(name) if name in self.all else None

    def at(self, key: str, section: str | None = None) -> str:
        """`file:line` of the entry `"key":`, in `section` when one is given; line 1 if it cannot be told."""
        start = self._line(section, 0) if section else 0
        return f"{self.path}:{self._line(key, start) or 1}"

    def script_at(self, name: str) -> str:
        """`file:line` of a script."""
        return self.at(name, "scripts")

    def _line(self, key: str, after: int) -> int:
        pattern = re.compile(rf"\"{re.escape(key)}\"\s*:")
        return next((n for n, line in enumerate(self.lines, start=1) if n >= after and pattern.search(line)), 0)


def read_packages(tree: Tree) -> list[Package]:
    """Every package.json of the tree, members linked to their workspace roots."""
    packages = [_read(tree, path) for path in tree.named("package.json")]
    roots = [package for package in packages if package.members]
    for package in packages:
        owners = [root for root in roots if root is not package and _is_member(package.folder, root)]
        package.root = max(owners, key=lambda root: len(root.folder)) if owners else package
    return packages


def _read(tree: Tree, path: str) -> Package:
    folder = parent(path)
    warnings: Warnings = []
    data = read_json(tree, path, warnings)
    package = Package(folder, path, data, (tree.text(path) or "").split("\n"), warnings)
    declared = data.get("workspaces")
    package.members = strings(declared) or strings(table(data, "workspaces").get("packages"))
    pnpm, lerna = tree.first(folder, "pnpm-workspace.yaml"), tree.first(folder, "lerna.json")
    if pnpm is not None:
        package.members += strings(read_yaml(tree, pnpm, warnings).get("packages"))
    elif lerna is not None and not package.members:
        package.members = strings(read_json(tree, lerna, warnings).get("packages"))
    return package


def _is_member(folder: str, root: Package) -> bool:
    if not contains(root.folder, folder) or folder == root.folder:
        return False
    relative = folder if root.folder == "." else folder[len(root.folder) + 1 :]
    matched = False
    for glob in root.members:
        pattern = glob.removeprefix("!").removeprefix("./").rstrip("/")
        if _matches(relative, pattern):
            matched = not glob.startswith("!")
    return matched


def _matches(relative: str, pattern: str) -> bool:
    """Workspace globs: `*` stays within a folder name, `**` crosses."""
    parts, wanted = relative.split("/"), pattern.split("/")
    if "**" in wanted:
        head = wanted[: wanted.index("**")]
        return len(parts) >= len(head) and all(map(fnmatchcase, parts, head))
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))


def has_workspace_dependencies(package: Package, packages: list[Package]) -> list[Package]:
    """The sibling packages of the same workspace that `package` imports."""
    siblings = {each.name: each for each in packages if each.root is package.root and each is not package and each.name}
    return [siblings[name] for name in package.all if name in siblings]


def lock_in(tree: Tree, folder: str, *names: str) -> str | None:
    """The first lock file of `names` in `folder`."""
    return next((path for name in names if tree.has(path := join(folder, name))), None)
