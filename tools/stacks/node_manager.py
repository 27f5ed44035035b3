"""Which package manager installs a package, and how its commands are spelt."""

import re
from dataclasses import dataclass

from tools.stacks.node_package import Package, lock_in
from tools.stacks.parse import string, table
from tools.stacks.tree import Tree

_LOCKS = {
    "pnpm": ("pnpm-lock.yaml",),
    "bun": ("bun.lock", "bun.lockb"),
    "yarn": ("yarn.lock",),
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
}


@dataclass(frozen=True)
class NodeManager:
    """A package manager with its evidence; `known` is False when only Node's own default remains."""

    name: str
    evidence: str
    lock: str | None
    install: str
    known: bool = True

    def script(self, name: str) -> str:
        """The command that runs a script of package.json."""
        if self.name == "bun":  # `bun test` would be Bun's own test runner
            return f"bun run {name}"
        if name in {"test", "start"}:
            return f"{self.name} {name}"
        return f"{self.name} {name}" if self.name == "yarn" else f"{self.name} run {name}"

    def with_arguments(self, name: str, arguments: str) -> str:
        """The command that runs a script with more arguments."""
        separator = " -- " if self.name == "npm" else " "
        return self.script(name) + separator + arguments

    def binary(self, command: str) -> str:
        """The command that runs a program of an installed dependency."""
        prefix = {"npm": "npx", "pnpm": "pnpm exec", "yarn": "yarn", "bun": "bunx"}[self.name]
        return f"{prefix} {command}"


def find_manager(tree: Tree, package: Package) -> NodeManager:
    """By the `packageManager` field and the lock file, in the folder or at the workspace root that owns it."""
    owner = package.root or package
    for place in dict.fromkeys([package.folder, owner.folder]):
        found = {name: lock for name, names in _LOCKS.items() if (lock := lock_in(tree, place, *names))}
        pinned, evidence = _pinned(package if place == package.folder else owner)
        if pinned is None and not found:
            continue
        name = pinned or next(iter(found))
        lock = found.get(name)
        return NodeManager(name, evidence or f"{lock}:1", lock, _install(tree, place, name, lock, owner))
    pinned, evidence = _pinned(owner)
    if pinned is not None and evidence is not None:
        return NodeManager(pinned, evidence, None, _install(tree, owner.folder, pinned, None, owner))
    if tree.first(owner.folder, "pnpm-workspace.yaml"):
        return NodeManager("pnpm", f"{tree.first(owner.folder, 'pnpm-workspace.yaml')}:1", None, "pnpm install")
    if tree.first(owner.folder, ".yarnrc.yml", ".yarnrc"):
        return NodeManager("yarn", f"{tree.first(owner.folder, '.yarnrc.yml', '.yarnrc')}:1", None, "yarn install")
    return NodeManager("npm", f"{package.path}:1", None, "npm install", known=False)


def _pinned(package: Package) -> tuple[str | None, str | None]:
    for value, key in (
        (string(package.data.get("packageManager")), "packageManager"),
        (string(table(package.data, "devEngines", "packageManager").get("name")), "devEngines"),
    ):
        match = re.match(r"(npm|pnpm|yarn|bun)\b", value or "")
        if match:
            return match[1], package.at(key)
    engines = table(package.data, "engines")
    for name in ("pnpm", "yarn", "bun"):  # `engines.npm` only says which npm, not that it is the one
        wanted = string(engines.get(name))
        if wanted and re.match(r"[\^>=~v\s]*\d", wanted):
            return name, package.at(name, "engines")
    return None, None


def _install(tree: Tree, folder: str, name: str, lock: str | None, owner: Package) -> str:
    if name == "yarn":
        if _is_berry(tree, folder, lock, owner):
            return "yarn install --immutable" if lock else "yarn install"
        return "yarn install --frozen-lockfile" if lock else "yarn install"
    if lock is None:
        return f"{name} install"
    return {"npm": "npm ci", "pnpm": "pnpm install --frozen-lockfile", "bun": "bun install --frozen-lockfile"}[name]


def _is_berry(tree: Tree, folder: str, lock: str | None, owner: Package) -> bool:
    pinned = string(owner.data.get("packageManager")) or ""
    if re.match(r"yarn@1\b", pinned):
        return False
    if re.match(r"yarn@([2-9]|\d\d)", pinned) or tree.first(folder, ".yarnrc.yml"):
        return True
    return lock is not None and tree.search(lock, r"^__metadata:") is not None
