"""Where a Node server listens: whether it does, on which port, which path says that it is healthy."""

import re

from tools.stacks.draft import Draft
from tools.stacks.node_frameworks import Framework
from tools.stacks.node_package import Package
from tools.stacks.runtime import declared_port
from tools.stacks.tree import Tree, base

_CODE = (".js", ".ts", ".mjs", ".cjs", ".mts", ".tsx", ".jsx")
_LISTENS = re.compile(
    r"\.listen\s*\(|\bserve\(\s*(?:\{|app)|Bun\.serve\(|Deno\.serve\(|bindAsync\(|startStandaloneServer\(|createServer\(|"
    r"export default app\b|exports\s*=\s*app\b|microservice\("
)
# A file that names a port without any of these is somebody's client.
_LISTENING = re.compile(rb"listen|serve|bindAsync|env|config", re.IGNORECASE)
_NO_SERVER = re.compile(r"\.(test|spec|d|stories)\.|\.config\.|(^|/)client\.")
_HEALTH_ROUTE = re.compile(
    r"(^|/)app/(api/)?(health\w*|ping|status)/route\.[jt]s$|(^|/)pages/api/(health\w*|ping|status)\.[jt]s$"
)


# Flat routes and routes in folders: `healthz.ts`, `api.health.tsx`, `resources/healthcheck.tsx`.
_REMIX_ROUTE = re.compile(r"(?:^|/)app/routes/(?P<route>(?:\w+[./])*(?:health\w*|ping))(?:/route|/index)?\.[jt]sx?$")


def _server_code(tree: Tree, files: list[str]) -> list[str]:
    """Source files that may be part of a server: no tests, type declarations or tool configuration."""
    return [path for path in tree.code(files, *_CODE) if not _NO_SERVER.search(path)]


def listens(tree: Tree, files: list[str]) -> str | None:
    """Evidence that the code opens a port, or None."""
    code = _server_code(tree, files)
    hit = next(tree.search_all(code, _LISTENS, needle=re.compile(rb"listen|serve|Server|bindAsync|app")), None)
    return hit.evidence if hit else None


def note_port(draft: Draft, tree: Tree, package: Package, framework: Framework | None, files: list[str]) -> None:
    own = package.folder == draft.path  # an Nx application has no scripts of its own
    script = next((name for name in ("start:prod", "start") if own and name in package.scripts), None)
    if script is not None and (port := declared_port(package.scripts[script])) is not None:
        draft.note("port", port, package.script_at(script))
        return
    if framework is None or framework.role == "server":
        in_code = _port_in_code(tree, files)
        if in_code is not None:
            draft.note("port", *in_code)
    if (
        framework is not None
        and framework.port is not None
        and not (framework.role == "server" and framework.name in {"nestjs", "fastify", "hono", "elysia", "grpc"})
    ):
        draft.presume("port", framework.port, draft.evidence.get("framework"))


def _port_in_code(tree: Tree, files: list[str]) -> tuple[int, str] | None:
    code = _server_code(tree, files)
    code.sort(
        key=lambda path: (not re.match(r"(main|server|index|app|www|config|env)\b", base(path)), path.count("/"), path)
    )
    patterns = (
        # process.env.PORT || 3000, normalizePort(env.PORT ?? '3000'), get('PORT', 3000), PORT: num({ default: 3000 })
        r"(?<![A-Za-z_])(?:(?:APP|API|HTTP|SERVER|WEB|NODE|SERVICE)_)?PORT\b[^\n;]{0,60}?(?:\|\||\?\?|default\(?:?|,|:)\s*[\"'`]?(\d{2,5})\b",
        r"\.listen\s*\(\s*(?:\{[^}]{0,80}?\bport\s*:\s*)?[\"']?(\d{2,5})\b",
        r"(?<![\w.])(?:const|let|var)\s+(?:port|PORT|serverPort|SERVER_PORT)\s*(?::\s*\w+)?\s*=\s*[\"']?(\d{2,5})\b",
        r"\b(?:Bun\.serve|serve|Deno\.serve)\(\s*\{[^}]{0,200}?\bport\s*:\s*(\d{2,5})\b",
        r"\blisten\s*:\s*\{\s*port\s*:\s*(\d{2,5})|0\.0\.0\.0:(\d{4,5})\b",
    )
    for pattern in patterns:
        compiled = re.compile(pattern, re.MULTILINE)
        for hit in tree.search_all(code, compiled, needle=_LISTENING):
            number = next(group for group in hit.match.groups() if group)
            offset = hit.match.string.count("\n", hit.match.start(), hit.match.end())
            if 0 < int(number) < 65536:
                return int(number), f"{hit.path}:{hit.line + offset}"
    return None


def note_health(draft: Draft, tree: Tree, files: list[str]) -> None:
    code = _server_code(tree, files)
    probe = r"/(?:[\w-]+/)*(?:health\w*|readyz?|livez?|liveness|readiness|ping|status|_health)"
    hit = next(
        tree.search_all(code, rf"\b(?:app|server|fastify|router)\.get\(\s*[\"'`]({probe})/?[\"'`]", needle=b".get("),
        None,
    )
    prefixed = hit is not None and (re.search(r"\brouter\.get", hit.match[0]) or ".basePath(" in hit.match.string)
    if hit is not None and not prefixed:  # a router may be mounted under a prefix
        draft.note("health_path", hit.match[1], hit.evidence)
        return
    # Elysia is written as one chain; Bun.serve takes a table of routes.
    chained = rf"^(?![ \t]*//)[^\n]*?(?:\.get\(\s*[\"'`](?P<path>{probe})/?[\"'`]|[\"'`](?P<key>{probe})[\"'`]\s*:)"
    for link in tree.search_all(code, chained, needle=re.compile(rb"new Elysia\(\)|Bun\.serve\(")):
        if link.match["key"] is None or "routes" in link.match.string:
            draft.note("health_path", link.match["path"] or link.match["key"], link.evidence)
            return
    route = next((path for path in files if _HEALTH_ROUTE.search(path)), None)
    if route is not None and draft.get("framework") == "next":
        inside = re.sub(r"^.*?(?:^|/)(?:app|pages)/", "/", "/" + route)
        draft.note("health_path", re.sub(r"(/route)?\.[jt]s$", "", inside), f"{route}:1")
    if draft.get("framework") in {"remix", "react-router"}:
        named = next(((path, found) for path in files if (found := _REMIX_ROUTE.search(path))), None)
        if named is not None:
            draft.note("health_path", "/" + named[1]["route"].replace(".", "/"), f"{named[0]}:1")
