"""Where a static front end is written when it is built."""

import re

from tools.stacks.draft import Draft
from tools.stacks.node_frameworks import Framework
from tools.stacks.node_package import Package
from tools.stacks.parse import read_json, string, table
from tools.stacks.tree import Tree

# Configuration files and the key that moves the output.
_CONFIGURED: dict[str, tuple[tuple[str, ...], str]] = {
    "vite": (
        ("vite.config.ts", "vite.config.js", "vite.config.mts", "vite.config.mjs"),
        r"\boutDir\s*:\s*[\"'`]([^\"'`]+)",
    ),
    "astro": (("astro.config.mjs", "astro.config.ts", "astro.config.js"), r"\boutDir\s*:\s*[\"'`]([^\"'`]+)"),
    "vue-cli": (("vue.config.js", "vue.config.ts"), r"\boutputDir\s*:\s*[\"'`]([^\"'`]+)"),
    "eleventy": ((".eleventy.js", "eleventy.config.js", "eleventy.config.mjs"), r"\boutput\s*:\s*[\"'`]([^\"'`]+)"),
    "next": (("next.config.js", "next.config.mjs", "next.config.ts"), r"\bdistDir\s*:\s*[\"'`]([^\"'`]+)"),
    "sveltekit": (("svelte.config.js", "svelte.config.ts"), r"\bpages\s*:\s*[\"'`]([^\"'`]+)"),
}


def find_output(draft: Draft, tree: Tree, package: Package, framework: Framework) -> None:
    """Write `output_directory`: what the configuration says, else the framework's own place."""
    if framework.name == "angular":
        _angular(draft, tree, package)
    files, pattern = _CONFIGURED.get(framework.name, ((), ""))
    config = tree.first(package.folder, *files) if files else None
    hit = tree.search(config, pattern) if config else None
    if hit is not None and "${" not in hit.match[1] and not hit.match[1].startswith("/"):
        draft.note("output_directory", hit.match[1].removeprefix("./").rstrip("/"), hit.evidence)
    script = package.scripts.get("build", "")
    option = re.search(r"--(?:outDir|out-dir|dist-dir|output|output-path|dest)[= ](?:\./)?([\w./-]+)", script)
    if option is not None:
        draft.note("output_directory", option[1].rstrip("/"), package.script_at("build"))
    # VitePress and VuePress write beside the folder of pages their script names.
    pages = re.search(r"(?:vitepress|vuepress) build (?:\./)?([\w./-]+)", script)
    output = framework.output
    if pages is not None and output is not None:
        output = f"{pages[1].rstrip('/')}/{output}"
    draft.presume("output_directory", output, draft.evidence.get("framework"))


def _angular(draft: Draft, tree: Tree, package: Package) -> None:
    path = tree.first(package.folder, "angular.json")
    if path is None:
        return
    data = read_json(tree, path, draft.warnings)
    projects = table(data, "projects")
    chosen = string(data.get("defaultProject")) or next(
        (name for name, each in projects.items() if table(each).get("projectType") == "application"), None
    )
    if chosen is None:
        return
    targets = table(projects, chosen, "architect") or table(projects, chosen, "targets")
    build = table(targets, "build")
    declared = table(build, "options").get("outputPath")
    folder = string(declared) or string(table(declared).get("base"))
    evidence = tree.line_of(path, '"outputPath"') if folder else tree.line_of(path, f'"{chosen}"')
    builder = string(build.get("builder")) or ""
    inside = "/browser" if builder.endswith(":application") and table(declared).get("browser") != "" else ""
    draft.note("output_directory", (folder or f"dist/{chosen}").rstrip("/") + inside, evidence)
