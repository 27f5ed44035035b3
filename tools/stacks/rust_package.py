"""Reads Cargo.toml: packages, workspaces, dependencies with their features, the programs a package builds."""

import posixpath
import re
from dataclasses import dataclass, field
from typing import Any

from tools.stacks.parse import read_toml, string, strings, table
from tools.stacks.tree import Tree, base, contains, join, parent


@dataclass
class Package:
    """One Cargo.toml with a `[package]`."""

    folder: str
    manifest: str
    name: str
    root: str
    """Folder of the workspace it is a member of; its own when there is none."""
    data: dict[str, Any]
    dependencies: dict[str, str] = field(default_factory=dict)
    features: dict[str, list[str]] = field(default_factory=dict)
    """Features of each dependency, the workspace's included."""
    local: tuple[str, ...] = ()
    """Folders of packages of the repository it is built from."""
    programs: dict[str, str] = field(default_factory=dict)
    """Name of a program to its source file, the default one first."""
    rust_version: tuple[str, str] | None = None
    warnings: list[str] = field(default_factory=list)


def read_packages(tree: Tree) -> list[Package]:
    """Every package of the repository, each with what its workspace says for it."""
    warnings: dict[str, list[str]] = {path: [] for path in tree.named("Cargo.toml")}
    manifests = {path: read_toml(tree, path, warnings[path]) for path in warnings}
    workspaces = [parent(path) for path, data in manifests.items() if "workspace" in data]
    packages = []
    for path, data in manifests.items():
        if "package" not in data and not warnings[path]:
            continue
        folder = parent(path)
        root = max((each for each in workspaces if contains(each, folder)), key=len, default=folder)
        shared = manifests.get(join(root, "Cargo.toml"), {})
        package = Package(folder, path, string(table(data, "package").get("name")) or base(folder), root, data)
        package.warnings = warnings[path]
        _dependencies(tree, package, shared)
        package.programs = _programs(tree, package)
        package.rust_version = _rust_version(tree, package, shared)
        packages.append(package)
    return packages


def _dependencies(tree: Tree, package: Package, shared: dict[str, Any]) -> None:
    common = table(shared, "workspace", "dependencies")
    local = []
    for key, value in table(package.data, "dependencies").items():
        body = {"version": value} if isinstance(value, str) else table(value)
        if body.get("workspace"):
            inherited = common.get(key)
            inherited = {"version": inherited} if isinstance(inherited, str) else table(inherited)
            features = [*strings(inherited.get("features")), *strings(body.get("features"))]
            origin, body = package.root, {**inherited, "features": features}
        else:
            origin = package.folder
        name = str(body.get("package") or key).lower()
        package.dependencies[name] = _line(tree, package.manifest, key)
        package.features[name] = strings(body.get("features"))
        if where := string(body.get("path")):
            local.append(posixpath.normpath(join(origin, where)))
    package.local = tuple(local)


def _line(tree: Tree, path: str, key: str) -> str:
    hit = tree.search(path, rf"^[ \t]*(?:\[dependencies\.)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    return hit.evidence if hit else f"{path}:1"


def _programs(tree: Tree, package: Package) -> dict[str, str]:
    """Programs declared and found by convention; `default-run`, then the one of src/main.rs, first."""
    found: dict[str, str] = {}
    declared = package.data.get("bin")
    for each in declared if isinstance(declared, list) else []:
        name = string(table(each).get("name"))
        source = string(table(each).get("path"))
        if name:
            usual = [f"src/bin/{name}.rs", f"src/bin/{name}/main.rs", "src/main.rs"]
            found[name] = tree.first(package.folder, *([source] if source else usual)) or package.manifest
    main = tree.first(package.folder, "src/main.rs")
    if main is not None and main not in found.values():
        found[package.name] = main
    for path in tree.under(join(package.folder, "src/bin")):
        name = base(path).removesuffix(".rs") if parent(path) == join(package.folder, "src/bin") else base(parent(path))
        if (
            path.endswith(".rs")
            and (base(path) == "main.rs" or parent(path).endswith("src/bin"))
            and path not in found.values()
        ):
            found[name] = path
    default = string(table(package.data, "package").get("default-run"))
    return dict(sorted(found.items(), key=lambda each: (each[0] != default, not each[1].endswith("src/main.rs"),
                                                        each[0] != package.name)))  # fmt: skip


def _rust_version(tree: Tree, package: Package, shared: dict[str, Any]) -> tuple[str, str] | None:
    own = table(package.data, "package").get("rust-version")
    path = package.manifest
    if isinstance(own, dict):
        own, path = table(shared, "workspace", "package").get("rust-version"), join(package.root, "Cargo.toml")
    number = re.match(r"\d+\.\d+", str(own or ""))
    return (number[0], tree.line_of(path, "rust-version")) if number else None
