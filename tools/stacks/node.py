"""Node packages: npm, yarn, pnpm and bun; servers, rendered and static front ends, workspaces, libraries."""

from resources.catalogue import _
from tools.stacks.draft import Draft
from tools.stacks.folders import is_aside, own_files
from tools.stacks.node_bun import note_bun, presume_port, run_by_bun
from tools.stacks.node_commands import (
    note_build,
    note_lint,
    note_migrate,
    note_root_scripts,
    note_start,
    note_test,
    runs,
)
from tools.stacks.node_frameworks import FRAMEWORKS, VIEWS, Framework
from tools.stacks.node_listen import listens, note_health, note_port
from tools.stacks.node_manager import NodeManager, find_manager
from tools.stacks.node_nx import nx_drafts
from tools.stacks.node_output import find_output
from tools.stacks.node_package import Package, has_workspace_dependencies, read_packages
from tools.stacks.node_rendering import note_rendering
from tools.stacks.node_versions import note_versions
from tools.stacks.parse import table
from tools.stacks.tree import Tree

NAME = "node"


def detect(tree: Tree) -> list[Draft]:
    """Every package that is deployed or published; toolchains are companions."""
    packages = read_packages(tree)
    folders = [package.folder for package in packages]
    only_asides = all(is_aside(folder) for folder in folders)
    drafts: list[Draft] = []
    for package in packages:
        if is_aside(package.folder) and not only_asides:
            continue
        applications = nx_drafts(tree, package, find_manager(tree, package))
        drafts.extend(applications)
        if applications:
            continue  # the root of an Nx repository only holds the dependencies
        draft = _draft(tree, package, packages, own_files(tree, package.folder, folders))
        if draft is not None:
            drafts.append(draft)
    return drafts


def _draft(tree: Tree, package: Package, packages: list[Package], files: list[str]) -> Draft | None:
    draft = Draft(path=package.folder, language=NAME, manifest=package.path, warnings=list(package.warnings))
    manager = find_manager(tree, package)
    framework = _framework(draft, tree, package, files)
    _kind(draft, tree, package, framework, files)
    if draft.get("kind") is None and (package.members or _is_shared_code(package)):
        return None  # a workspace root that only orchestrates, or code that only its siblings import
    if draft.get("kind") is None and framework is None and not runs(package) and not package.warnings:
        draft.standing = "companion"
    draft.dependencies = {name.lower(): package.at(name) for name in package.runtime}
    if draft.get("kind") not in {"static", "library"}:
        _share(draft, tree, package, packages)
    draft.note("name", package.name, package.at("name") if package.name else None)
    _install(draft, package, manager)
    bun = run_by_bun(draft, tree, package, manager, framework, files)
    if bun is None:
        note_versions(draft, tree, package)
    note_start(draft, tree, package, manager, framework)
    note_build(draft, package, manager, framework, has_workspace_dependencies(package, packages))
    note_test(draft, tree, package, manager)
    note_lint(draft, tree, package, manager)
    note_root_scripts(draft, package, manager)
    note_migrate(draft, tree, package, manager)
    if bun is not None:
        note_bun(draft, tree, package, bun, files)
    if draft.get("kind") == "static" and framework is not None:
        find_output(draft, tree, package, framework)
    if draft.get("kind") == "service":
        note_port(draft, tree, package, framework, files)
        note_health(draft, tree, files)
    if bun is not None:
        presume_port(draft, tree, files)
    return draft


def _framework(draft: Draft, tree: Tree, package: Package, files: list[str]) -> Framework | None:
    for framework in FRAMEWORKS:
        known = package.runtime if framework.role in {"server", "bot", "mobile"} else package.all
        name = next((each for each in framework.packages if each in known), None)
        if name is None or package.name == name or name in table(package.data, "peerDependencies"):
            continue
        if framework.role == "spa" and not _is_page(tree, package, framework):
            continue
        if framework.role == "server" and package.published and not _starts(package) and not listens(tree, files):
            continue  # a middleware or a client library
        draft.note("framework", framework.name, package.at(name))
        return framework
    return None


def _is_page(tree: Tree, package: Package, framework: Framework) -> bool:
    """A bundler makes a page when there is a page to make, and a library otherwise."""
    folder = package.folder
    views = any(view in package.all for view in VIEWS)
    if framework.name == "vite":
        config = tree.first(folder, "vite.config.ts", "vite.config.js", "vite.config.mts", "vite.config.mjs")
        if config is not None and tree.search(config, r"\blib\s*:\s*\{|formats\s*:"):
            return False
        root = tree.search(config, r"\broot\s*:\s*[\"'](?:\./)?([\w./-]+)[\"']") if config else None
        pages = ["index.html", "src/index.html", "client/index.html"]
        pages += [f"{root.match[1]}/index.html"] if root else []
        return tree.first(folder, *pages) is not None
    if framework.name in {"webpack", "parcel", "rsbuild"}:
        built = any(name.startswith("build") for name in package.scripts)
        pages = ["index.html", "src/index.html", "public/index.html", "src/template.html"]
        return built and not package.published and (views or tree.first(folder, *pages) is not None)
    if framework.name == "angular":
        return tree.first(folder, "angular.json") is not None
    return not package.published or _starts(package)


def _kind(draft: Draft, tree: Tree, package: Package, framework: Framework | None, files: list[str]) -> None:
    evidence = draft.evidence.get("framework")
    if framework is not None and framework.kind is not None:
        draft.presume("kind", framework.kind, evidence)
        note_rendering(draft, tree, package, framework.name)
        return
    if framework is not None:
        return
    listening = listens(tree, files) if _starts(package) or not package.published else None
    if package.data.get("bin") and not package.data.get("private"):
        draft.note("kind", "cli", package.at("bin"))
    elif package.published and not _starts(package):
        entry = next(key for key in ("main", "module", "exports", "types", "typings", "browser", "files")
                     if package.data.get(key))  # fmt: skip
        draft.note("kind", "library", package.at(entry))
    elif listening is not None and not package.members:
        draft.presume("kind", "service", listening)


def _starts(package: Package) -> bool:
    return any(name in package.scripts for name in ("start", "start:prod", "serve", "dev"))


def _share(draft: Draft, tree: Tree, package: Package, packages: list[Package]) -> None:
    """Lays the workspace's packages that this one imports into its draft.

    What they depend on is needed too: often the client of the database is in a package of its own.
    """
    imported = [package]
    for each in imported:
        siblings = has_workspace_dependencies(each, packages)
        imported += [other for other in siblings if other.name in each.runtime and other not in imported]
    for each in imported[1:]:
        for name in each.runtime:
            draft.dependencies.setdefault(name.lower(), each.at(name))
    draft.shared = tuple(folder for each in imported[1:] for folder in tree.folders_under(each.folder))


def _is_shared_code(package: Package) -> bool:
    member = package.root is not None and package.root is not package
    return member and not package.published and not any(n in package.scripts for n in ("start", "start:prod", "serve"))


def _install(draft: Draft, package: Package, manager: NodeManager) -> None:
    draft.note("package_manager", manager.name, manager.evidence)
    draft.note("install_command", manager.install, f"{manager.lock}:1" if manager.lock else manager.evidence)
    if manager.lock:
        draft.note("lock_file", manager.lock, f"{manager.lock}:1")
    elif package.all and not package.warnings:
        draft.ask("lock_file", _("{path} has no lock file: which package manager should write one?", path=package.path))
