"""Applications of an Nx repository that have no package.json of their own: each has a project.json."""

import re

from tools.stacks.draft import Draft
from tools.stacks.folders import is_aside, own_files
from tools.stacks.node_frameworks import FRAMEWORKS
from tools.stacks.node_listen import note_health, note_port
from tools.stacks.node_manager import NodeManager
from tools.stacks.node_package import Package
from tools.stacks.node_versions import note_versions
from tools.stacks.parse import read_json, string, table
from tools.stacks.tree import Tree, base, parent

# Executor or plugin in project.json -> framework.
_EXECUTORS = {
    "@nx/next": "next", "@nrwl/next": "next", "@nx/angular": "angular", "@nrwl/angular": "angular",
    "@angular-devkit": "angular", "@angular/build": "angular", "@nx/nest": "nestjs", "@nx/vite": "vite",
    "@nx/remix": "remix", "@nx/nuxt": "nuxt", "@nx/expo": "expo",
}  # fmt: skip
_MAPPERS = ("typeorm", "@nestjs/typeorm", "sequelize", "sequelize-typescript", "@nestjs/sequelize", "knex")
_DRIVERS = ("pg", "mysql2", "mysql", "mariadb", "mssql")


def nx_drafts(tree: Tree, package: Package, manager: NodeManager) -> list[Draft]:
    """The applications below an Nx root; none for any other package."""
    if tree.first(package.folder, "nx.json") is None:
        return []
    drafts: list[Draft] = []
    for path in tree.named("project.json"):
        folder = parent(path)
        if is_aside(folder) or re.search(r"-e2e$", folder) or tree.first(folder, "package.json"):
            continue
        data = read_json(tree, path, [])
        if data.get("projectType") == "application" and not base(folder).endswith("-e2e"):
            drafts.append(_application(tree, package, manager, path, data))
    return drafts


def _application(tree: Tree, package: Package, manager: NodeManager, path: str, data: dict[str, object]) -> Draft:
    folder = parent(path)
    name = string(data.get("name")) or base(folder)
    draft = Draft(path=folder, language="node", manifest=path)
    draft.note("name", name, tree.line_of(path, '"name"'))
    draft.note("package_manager", manager.name, manager.evidence)
    draft.note("install_command", manager.install, f"{manager.lock}:1" if manager.lock else manager.evidence)
    if manager.lock:
        draft.note("lock_file", manager.lock, f"{manager.lock}:1")
    note_versions(draft, tree, package)
    draft.dependencies = _imported(tree, package, folder)
    targets = table(data, "targets")
    for target, each in targets.items():
        executor = string(table(each).get("executor")) or ""
        framework = next((known for prefix, known in _EXECUTORS.items() if executor.startswith(prefix)), None)
        if framework is not None and target in {"build", "serve"}:
            draft.note("framework", framework, tree.line_of(path, executor))
    if draft.get("framework") is None:
        for known in FRAMEWORKS:
            found = next((each for each in known.packages if each in draft.dependencies), None)
            if found is not None and known.role in {"server", "meta"}:
                draft.note("framework", known.name, draft.dependencies[found])
                break
    _site_of_vite(tree, draft, manager, name)
    known_framework = next((each for each in FRAMEWORKS if each.name == draft.get("framework")), None)
    if known_framework is not None:
        draft.presume("kind", known_framework.kind, draft.evidence.get("framework"))
    if draft.get("kind") == "service":
        files = own_files(tree, folder, [])
        note_port(draft, tree, package, known_framework, files)
        note_health(draft, tree, files)
    for field, target in (("build_command", "build"), ("test_command", "test"), ("lint_command", "lint")):
        evidence = tree.line_of(path, f'"{target}"') if target in targets else f"{path}:1"
        draft.presume(field, manager.binary(f"nx {target} {name}") if target in targets else None, evidence)
    output = string(table(targets, "build", "options").get("outputPath"))
    if output and draft.get("kind") == "static":
        draft.note(
            "output_directory", "/".join([".."] * len(folder.split("/")) + [output]), tree.line_of(path, "outputPath")
        )
    if output and draft.get("framework") in {"nestjs", "express", "fastify", "koa"}:
        up = "../" * len(folder.split("/"))
        draft.presume("start_command", f"node {up}{output}/main.js", tree.line_of(path, "outputPath"))
    return draft


def _site_of_vite(tree: Tree, draft: Draft, manager: NodeManager, name: str) -> None:
    """A page that Vite builds: Nx's plug-in infers the targets from its configuration, so project.json has none."""
    bundler = tree.first(draft.path, "vite.config.ts", "vite.config.mts", "vite.config.js", "vite.config.mjs")
    if draft.get("framework") is not None or bundler is None or tree.first(draft.path, "index.html") is None:
        return
    draft.note("framework", "vite", f"{bundler}:1")
    draft.presume("build_command", manager.binary(f"nx build {name}"), f"{bundler}:1")
    out = tree.search(bundler, r"\boutDir:\s*[\"']([\w./-]+)[\"']")
    if out is not None:
        draft.note("output_directory", out.match[1], out.evidence)


def _imported(tree: Tree, package: Package, folder: str) -> dict[str, str]:
    """The root's dependencies that this application imports, each with the line that does."""
    code = [each for each in tree.under(folder) if each.endswith((".ts", ".tsx", ".js", ".mjs"))]
    found: dict[str, str] = {}
    for hit in tree.search_all(code, r"(?:from|require\(|import)\s*[\"']((?:@[\w.-]+/)?[\w.-]+)"):
        name = hit.match[1]
        if name in package.runtime:
            found.setdefault(name.lower(), hit.evidence)
    mapper = next((found[name] for name in _MAPPERS if name in found), None)
    if mapper is not None:  # it loads the driver itself
        found |= {name: mapper for name in _DRIVERS if name in package.runtime and name not in found}
    return found
