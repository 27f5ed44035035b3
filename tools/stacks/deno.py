"""Deno projects: Fresh, Oak, Hono and plain Deno.serve; tasks, workspaces, libraries for JSR."""

import posixpath
import re

from tools.stacks.draft import Draft
from tools.stacks.listening import HEALTH, at_port, env_file_port, find_port, is_commented
from tools.stacks.parse import read_json, string, strings, table
from tools.stacks.tree import Tree, base, contains, join, parent

NAME = "deno"

_CODE = (".ts", ".tsx", ".js", ".mjs", ".jsx")
_FRAMEWORKS = (
    ("fresh", r"deno\.land/x/fresh@|jsr:@fresh/core|[\"']\$fresh/"),
    ("oak", r"deno\.land/x/oak(?:@|/)|jsr:@oak/oak|@oak/oak"),
    ("hono", r"deno\.land/x/hono(?:@|/)|jsr:@hono/hono|npm:hono|@hono/hono"),
    ("lume", r"deno\.land/x/lume@|cdn\.jsdelivr\.net/gh/lumeland"),
    ("express", r"npm:express"),
    ("fastify", r"npm:fastify"),
)
_REMOTE = re.compile(
    r"[\"'](?:https://deno\.land/x/(?P<land>[\w-]+)|(?:npm|jsr):/?(?P<name>(?:@[\w.-]+/)?[\w.-]+))(?:@[^\"']*)?(?:/[^\"']*)?[\"']"
)
_LISTENS = re.compile(
    r"\bDeno\.serve\(|\.listen\(|(?<![\w.])serve\(|\bawait start\(|export default\s*\{\s*\n?\s*(?:async\s+)?fetch\b"
)
_PORTS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"(?:Deno\.serve|\.listen|serve|start)\(\s*(?:\w+\s*,\s*)?\{[^}]{0,200}?\b(?P<name>port)\s*:\s*(?P<port>\d{2,5})",
        r"\"(?P<name>\w*PORT)\"\s*\)\s*(?:\?\?|\|\|)\s*[\"']?(?P<port>\d{2,5})",
        r"\b(?:const|let)\s+(?P<name>port|PORT)\s*(?::\s*\w+)?\s*=\s*[\"']?(?P<port>\d{2,5})",
        r"\.listen\(\s*(?P<port>\d{2,5})",
    )
)  # fmt: skip
_MAINS = ("main.ts", "server.ts", "app.ts", "index.ts", "main.tsx", "src/main.ts", "src/server.ts", "src/app.ts",
          "src/index.ts", "main.js", "server.js")  # fmt: skip


def detect(tree: Tree) -> list[Draft]:
    """Every deno.json(c) that is a project of its own; a folder of edge functions or settings for an editor is none."""
    manifests = [path for path in tree.named("deno.json", "deno.jsonc") if "supabase/functions" not in path]
    members: set[str] = set()
    drafts = []
    for path in manifests:
        warnings: list[str] = []
        data = read_json(tree, path, warnings)
        listed = data.get("workspace")
        inner = strings(listed) or strings(table(listed).get("members"))
        members |= {posixpath.normpath(join(parent(path), each)) for each in inner}
        draft = _draft(tree, path, data, warnings, [parent(each) for each in manifests])
        if inner and draft.get("kind") is None:
            continue  # a root that only holds its members
        drafts.append(draft)
    # Code that only its siblings import is no component.
    deployed = [draft for draft in drafts if draft.get("kind") not in {None, "library"}]
    return [draft for draft in drafts if not (draft.path in members and draft.get("kind") is None and deployed)]


def _draft(tree: Tree, path: str, data: dict[str, object], warnings: list[str], folders: list[str]) -> Draft:
    folder = parent(path)
    draft = Draft(path=folder, language=NAME, manifest=path, warnings=warnings)
    inner = [each for each in folders if each != folder and contains(folder, each)]
    code = [
        each
        for each in tree.under(folder)
        if each.endswith(_CODE) and not any(contains(other, each) for other in inner)
    ]
    code = sorted(
        code[:2_000], key=lambda each: (base(each) not in {"main.ts", "server.ts", "app.ts"}, each.count("/"))
    )
    tasks = {name: text for name, value in table(data, "tasks").items()
             if (text := string(value) or string(table(value).get("command")))}  # fmt: skip
    maps = [each for name in ("import_map.json", "imports.json", "deps.ts") if (each := tree.first(folder, name))]
    for hit in tree.search_all([path, *maps, *code[:300]], _REMOTE):
        draft.dependencies.setdefault((hit.match["land"] or hit.match["name"]).lower(), hit.evidence)
    draft.note("name", string(data.get("name")), tree.line_of(path, '"name"'))
    draft.note("package_manager", "deno", f"{path}:1")
    lock = tree.first(folder, "deno.lock")
    draft.note("lock_file", lock, f"{lock}:1")
    for name, pattern in _FRAMEWORKS:
        sign = next(tree.search_all([path, *maps, *code], pattern), None)
        if sign is not None:
            draft.note("framework", name, sign.evidence)
    _version(tree, draft)
    _kind(tree, draft, data, tasks, code)
    _commands(tree, draft, path, tasks, code, locked=lock is not None)
    if draft.get("kind") == "service":
        _port(tree, draft, code)
    return draft


def _version(tree: Tree, draft: Draft) -> None:
    for name, pattern in ((".dvmrc", r"^v?(\d+\.\d+)"), (".tool-versions", r"^deno\s+(\d+\.\d+)")):
        given = tree.first(draft.path, name) or tree.first(".", name)
        hit = tree.search(given, pattern) if given else None
        if hit is not None:
            draft.note("language_version", hit.match[1], hit.evidence)
    flows = [path for path in tree.within(".github/workflows") if path.endswith((".yml", ".yaml"))]
    hit = next(tree.search_all(flows, r"deno-version:\s*[\"']?v?(\d+(?:\.\d+)?)"), None)
    if hit is not None:
        draft.presume("language_version", hit.match[1], hit.evidence)


def _kind(tree: Tree, draft: Draft, data: dict[str, object], tasks: dict[str, str], code: list[str]) -> None:
    listens = next((hit for hit in tree.search_all(code, _LISTENS) if not is_commented(hit)), None)
    if draft.get("framework") == "lume":
        draft.note("kind", "static", draft.evidence["framework"])
        draft.note("output_directory", "_site", draft.evidence["framework"])
    elif data.get("name") and data.get("exports") and "start" not in tasks:
        draft.note("kind", "library", tree.line_of(str(draft.manifest), '"exports"'))
    elif draft.get("framework") == "fresh" or listens is not None:
        draft.note("kind", "service", listens.evidence if listens else draft.evidence["framework"])
    elif "start" not in tasks:
        draft.standing = "companion"


def _commands(tree: Tree, draft: Draft, path: str, tasks: dict[str, str], code: list[str], *, locked: bool) -> None:
    def task(name: str) -> str:
        return tree.line_of(path, f'"{name}"')

    draft.note("install_command", f"deno install{' --frozen' if locked else ''}", f"{path}:1")
    tests = next((each for each in tree.under(draft.path) if re.search(r"(_test|\.test|/test)\.[jt]sx?$", each)), None)
    if "test" in tasks:
        draft.note("test_command", "deno task test", task("test"))
    elif tests is not None:
        draft.note("test_command", "deno test --allow-all", f"{tests}:1")
    lint = next((name for name in ("lint", "check") if name in tasks), None)
    if lint is not None:
        draft.note("lint_command", f"deno task {lint}", task(lint))
    else:
        draft.presume("lint_command", "deno lint", f"{path}:1")
    if "build" in tasks:
        draft.note("build_command", "deno task build", task("build"))
    if draft.get("kind") not in {"service", None}:
        return
    for name in ("start", "serve", "preview"):
        if name in tasks and "--watch" not in tasks[name]:
            draft.note("start_command", f"deno task {name}", task(name))
    main = tree.first(draft.path, *_MAINS)
    if main is not None and tree.search(main, _LISTENS):
        inside = main if draft.path == "." else main[len(draft.path) + 1 :]
        verb = "serve" if tree.search(main, r"export default\s*\{\s*\n?\s*(?:async\s+)?fetch\b") else "run"
        draft.presume("start_command", f"deno {verb} --allow-net --allow-env --allow-read {inside}", f"{main}:1")
    if draft.get("kind") == "service" and "dev" in tasks and "start_command" not in draft.fields and code:
        return  # only a development server is known: the question is asked


def _port(tree: Tree, draft: Draft, code: list[str]) -> None:
    hit = find_port(tree, code, _PORTS) or env_file_port(tree, draft.path)
    if hit is not None:
        draft.note("port", *at_port(hit))
    elif draft.get("framework") in {"fresh", None, "hono"}:
        # Deno.serve and Fresh listen on 8000 unless told otherwise.
        draft.presume("port", 8000, draft.evidence["kind"])
    route = next(tree.search_all(code, rf"\b(?:app|router)\.get\(\s*[\"'](?P<path>{HEALTH})[\"']"), None)
    if route is not None and "prefix" not in route.match.string and ".route(" not in route.match.string:
        draft.note("health_path", route.match["path"], route.evidence)
