"""Whether a front end framework that can do both renders on a server or exports static files."""

import re

from resources.catalogue import _
from tools.stacks.draft import Draft
from tools.stacks.node_package import Package
from tools.stacks.tree import Hit, Tree


def note_rendering(draft: Draft, tree: Tree, package: Package, framework: str) -> None:
    """Kind, and the command that starts what renders, as the framework's own configuration says."""
    decide = _DECISIONS.get(framework)
    if decide is not None:
        decide(draft, tree, package)


def _configured(tree: Tree, package: Package, name: str, pattern: str) -> Hit | None:
    paths = [tree.first(package.folder, f"{name}.config.{suffix}") for suffix in ("ts", "js", "mjs", "mts", "cjs")]
    return next(tree.search_all([path for path in paths if path], pattern), None)


def _next(draft: Draft, tree: Tree, package: Package) -> None:
    hit = _configured(tree, package, "next", r"\boutput\s*:\s*[\"']export[\"']")
    if hit is not None:
        draft.note("kind", "static", hit.evidence)
    elif "next export" in package.scripts.get("build", ""):
        draft.note("kind", "static", package.script_at("build"))


def _sveltekit(draft: Draft, _tree: Tree, package: Package) -> None:
    if (evidence := package.dependency("@sveltejs/adapter-static")) is not None:
        draft.note("kind", "static", evidence)
    elif (evidence := package.dependency("@sveltejs/adapter-node")) is not None:
        draft.presume("start_command", "node build", evidence)
    else:
        adapter = next((name for name in package.all if name.startswith("@sveltejs/adapter-")), None)
        draft.ask("start_command", _(
            "{path} is built for {adapter}: which command starts it (adapter-node gives `node build`)?",
            path=draft.path, adapter=adapter or "adapter-auto"))  # fmt: skip


def _astro(draft: Draft, _tree: Tree, package: Package) -> None:
    adapters = ("@astrojs/node", "@astrojs/deno", "@astrojs/vercel", "@astrojs/netlify", "@astrojs/cloudflare")
    adapter = next((name for name in adapters if name in package.all), None)
    if adapter is not None:
        draft.note("kind", "service", package.at(adapter))
    if adapter == "@astrojs/node":
        draft.presume("start_command", "node ./dist/server/entry.mjs", package.at(adapter))


def _react_router(draft: Draft, tree: Tree, package: Package) -> None:
    # One page for a browser that routes by itself; Remix says so to its Vite plugin.
    spa = r"^(?![ \t]*(?://|\*))[^\n]*\bssr\s*:\s*false"
    hit = _configured(tree, package, "react-router", spa) or _configured(tree, package, "vite", spa)
    if hit is not None:
        draft.note("kind", "static", hit.evidence)


def _nuxt(draft: Draft, tree: Tree, package: Package) -> None:
    hit = _configured(tree, package, "nuxt", r"^\s*ssr\s*:\s*false|^\s*target\s*:\s*[\"']static[\"']")
    if hit is not None:
        draft.note("kind", "static", hit.evidence)
    elif re.search(r"nuxt (generate|build --prerender)|nuxi generate", package.scripts.get("build", "")):
        draft.note("kind", "static", package.script_at("build"))


_DECISIONS = {
    "next": _next,
    "sveltekit": _sveltekit,
    "astro": _astro,
    "react-router": _react_router,
    "remix": _react_router,
    "nuxt": _nuxt,
}
