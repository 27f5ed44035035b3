"""Bun as what runs the code and not only as what installs it: which packages, on which release, from which file."""

import re

from tools.stacks.draft import Draft
from tools.stacks.node_frameworks import Framework
from tools.stacks.node_manager import NodeManager
from tools.stacks.node_package import Package
from tools.stacks.parse import string, table
from tools.stacks.tree import Tree, join

NAME = "bun"

# `bun src/index.ts`, `NODE_ENV=production bun run --smol dist/index.js`, `bun --bun next start`; not `bun run build`.
_RUNS = re.compile(
    r"(?:^|&&\s*)(?:[A-Za-z_]\w*=\S+\s+)*(?:bunx\s+--bun\b|bun\s+(?:run\s+)?(?:-[\w=-]+\s+)*(?:--bun\b|[\w./-]+\.[cm]?[jt]sx?\b))"
)
_COMPILED = re.compile(r"\bbun build\b[^\n]*--compile\b")
_SERVES = re.compile(r"\bBun\.serve\s*\(")
_ENTRIES = ("src/index.ts", "index.ts", "src/server.ts", "server.ts", "src/main.ts", "src/app.ts", "app.ts", "main.ts",
            "src/index.tsx", "index.tsx", "src/index.js", "index.js")  # fmt: skip
_TEST = re.compile(r"[._](?:test|spec)\.[jt]sx?$")


def run_by_bun(
    draft: Draft, tree: Tree, package: Package, manager: NodeManager, framework: Framework | None, files: list[str]
) -> str | None:
    """The line that says that Bun runs the package in production, or None."""
    if draft.get("kind") not in {"service", "worker", "cli", None}:
        return None
    scripts = package.scripts
    started = next((name for name in ("start:prod", "start") if name in scripts), None)
    if started is not None:
        compiled = _COMPILED.search(scripts.get("build", "") + scripts.get("compile", ""))
        return package.script_at(started) if compiled or _RUNS.search(scripts[started]) else None
    if "dev" in scripts and _RUNS.search(scripts["dev"]):
        return package.script_at("dev")
    return _by_code(draft, tree, package, manager, framework, files)


def _by_code(
    draft: Draft, tree: Tree, package: Package, manager: NodeManager, framework: Framework | None, files: list[str]
) -> str | None:
    if framework is not None and framework.name == "elysia" and "@elysiajs/node" not in package.all:
        return draft.evidence.get("framework")
    hit = next(tree.search_all(tree.code(files, ".ts", ".js", ".tsx", ".mjs"), _SERVES, needle=b"Bun.serve"), None)
    if hit is not None and (framework is None or framework.role == "server"):
        return hit.evidence
    hono = framework is not None and framework.name == "hono"
    return manager.evidence if hono and manager.name == NAME and "@hono/node-server" not in package.all else None


def note_bun(draft: Draft, tree: Tree, package: Package, evidence: str, files: list[str]) -> None:
    """Language, release, and what follows where no script says: the start, Bun's own tests, its usual port."""
    draft.language = NAME
    draft.note("language", NAME, evidence)
    _version(draft, tree, package)
    entry = _entry(tree, package)
    if draft.get("kind") in {"service", "worker"} and entry is not None:
        draft.presume("start_command", f"bun run {entry}", f"{join(package.folder, entry)}:1")
    test = next((path for path in files if _TEST.search(path)), None)
    if test is not None:
        draft.presume("test_command", "bun test", f"{test}:1")


def presume_port(draft: Draft, tree: Tree, files: list[str]) -> None:
    """Bun.serve and what a module exports to be served listen on 3000 unless told otherwise."""
    served = r"\bBun\.serve\s*\(|^export default\s+(?:app|server|\{)"
    hit = next(tree.search_all(tree.code(files, ".ts", ".js", ".tsx", ".mjs"), served), None)
    if draft.get("kind") == "service" and hit is not None:
        draft.presume("port", 3000, hit.evidence)


def _version(draft: Draft, tree: Tree, package: Package) -> None:
    for owner in (package, package.root or package):
        pinned = re.match(r"bun@(\d+\.\d+)", string(owner.data.get("packageManager")) or "")
        if pinned is not None:
            draft.note("language_version", pinned[1], owner.at("packageManager"))
        for name, pattern in ((".bun-version", r"^v?(\d+\.\d+)"), (".tool-versions", r"^bun\s+(\d+\.\d+)")):
            path = tree.first(owner.folder, name)
            hit = tree.search(path, pattern) if path else None
            if hit is not None:
                draft.note("language_version", hit.match[1], hit.evidence)
    for owner in (package, package.root or package):
        wanted = re.search(r"\d+\.\d+", string(table(owner.data, "engines").get("bun")) or "")
        if wanted is not None:
            draft.presume("language_version", wanted[0], owner.at("bun", "engines"))


def _entry(tree: Tree, package: Package) -> str | None:
    named = (package.data.get("module"), package.data.get("main"))
    listed = [each.removeprefix("./") for each in named if isinstance(each, str)]
    return next((each for each in [*listed, *_ENTRIES] if tree.has(join(package.folder, each))), None)
