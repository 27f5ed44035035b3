"""The commands of a Node package: from its scripts, else from its framework's own program."""

import re

from tools.stacks.draft import Draft
from tools.stacks.node_frameworks import Framework
from tools.stacks.node_manager import NodeManager
from tools.stacks.node_package import Package
from tools.stacks.tree import Tree, join

# Servers for developing: they reload, and must not be what runs in production.
_DEVELOPS = re.compile(
    r"\b(nodemon|ts-node-dev|tsx watch|tsnd|vite(?!\s+preview)(\s|$)|next dev|nuxt dev|nuxi dev|astro dev|remix dev|"
    r"ng serve|react-scripts start|webpack(-dev-server| serve)|gatsby develop|docusaurus start|vue-cli-service serve|"
    r"parcel(?! build)|nest start(?! .*--prod)|vitepress dev|node --watch|bun (run )?--(watch|hot)|expo start|electron|"
    r"react-native|rsbuild dev|storybook|strapi develop|sirv|live-server|http-server|serve -s|concurrently|"
    r"react-app-rewired start|craco start|hexo server|eleventy.* --serve|vinxi dev|ember s(erve)?)\b"
)
_STUB = re.compile(r"no test specified|^\s*(echo\b[^&|;]*|exit 0|true|:)\s*$|^\s*echo\b.*exit [01]\s*$", re.IGNORECASE)
_ENTRIES = ("server.js", "index.js", "app.js", "main.js", "src/index.js", "src/server.js", "src/app.js", "src/main.js",
            "server.mjs", "index.mjs", "src/index.mjs", "bin/www")  # fmt: skip
_UNTYPED = re.compile(r"\.(js|mjs|cjs)$|^bin/www$")


def runs(package: Package) -> bool:
    """Whether a script starts the package other than for developing it."""
    return any(
        name in package.scripts and not _DEVELOPS.search(package.scripts[name]) for name in ("start", "start:prod")
    )


def note_start(draft: Draft, tree: Tree, package: Package, manager: NodeManager, framework: Framework | None) -> None:
    """The command that serves in production; nothing for what is only built."""
    if draft.get("kind") in {"static", "library"}:
        return
    scripts = package.scripts
    names = [
        name for name in ("start:prod", "start:production", "prod", "start", "serve", "production") if name in scripts
    ]
    names = [name for name in names if name in {"start", "start:prod"} or not _DEVELOPS.search(scripts[name])]
    production = next((name for name in names if not _DEVELOPS.search(scripts[name])), None)
    if production is not None:
        draft.note("start_command", manager.script(production), package.script_at(production))
        return
    if framework is not None and framework.start is not None:
        start = framework.start if framework.start.startswith("node ") else manager.binary(framework.start)
        draft.presume("start_command", start, draft.evidence.get("framework"))
        return
    entry = _entry(tree, package)
    if entry is not None and (framework is not None or draft.get("kind") is not None):
        program = "bun run" if manager.name == "bun" else "node"
        draft.presume("start_command", f"{program} {entry[0]}", entry[1])
    elif "start" in scripts:  # a reloading server is all there is: say what the repository says
        draft.note("start_command", manager.script("start"), package.script_at("start"))


def note_build(draft: Draft, package: Package, manager: NodeManager, framework: Framework | None,
               siblings: list[Package]) -> None:  # fmt: skip
    """The build command; with the packages of the workspace it imports built before it."""
    script = next(
        (name for name in ("build", "build:prod", "build:production", "compile", "dist") if name in package.scripts),
        None,
    )
    if script is not None:
        command = manager.script(script)
        if script == "build" and any("build" in sibling.scripts for sibling in siblings):
            command = _with_siblings(package, manager) or command
        draft.note("build_command", command, package.script_at(script))
    elif framework is not None and framework.build is not None and _has_builder(package, framework):
        draft.presume("build_command", manager.binary(framework.build), draft.evidence.get("framework"))


def note_test(draft: Draft, tree: Tree, package: Package, manager: NodeManager) -> None:
    """The test command, unless it is the stub that `npm init` writes."""
    scripts = package.scripts
    names = ("test:ci", "test", "test:unit", "tests", "unit", "test:run", "test:coverage", "test:all")
    name = next((each for each in names if each in scripts and not _STUB.search(scripts[each])), None)
    if name is not None:
        body = scripts[name]
        if re.match(r"ng test\b", body) and "--watch=false" not in body and "--no-watch" not in body:
            command = manager.with_arguments(name, "--watch=false")
        else:
            command = manager.script(name)
        draft.note("test_command", command, package.script_at(name))
        return
    for dependency, program in (("vitest", "vitest run"), ("jest", "jest"), ("mocha", "mocha"), ("ava", "ava")):
        evidence = package.dependency(dependency)
        if evidence is not None and _has_tests(tree, package):
            draft.presume("test_command", manager.binary(program), evidence)
            return


def note_lint(draft: Draft, tree: Tree, package: Package, manager: NodeManager) -> None:
    """The lint command, from a script or from a linter that is a dependency."""
    scripts = package.scripts
    name = next((each for each in ("lint", "lint:check", "lint:ci", "eslint", "check:lint") if each in scripts
                 and not _STUB.search(scripts[each])), None)  # fmt: skip
    if name is not None:
        draft.note("lint_command", manager.script(name), package.script_at(name))
        return
    configs = ("eslint.config.js", "eslint.config.mjs", "eslint.config.cjs", "eslint.config.ts", ".eslintrc.json",
               ".eslintrc.js", ".eslintrc.cjs", ".eslintrc", ".eslintrc.yml")  # fmt: skip
    if (evidence := package.dependency("eslint")) and (
        tree.first(package.folder, *configs) or "eslintConfig" in package.data
    ):
        draft.note("lint_command", manager.binary("eslint ."), evidence)
    elif (evidence := package.dependency("@biomejs/biome")) and tree.first(package.folder, "biome.json", "biome.jsonc"):
        draft.note("lint_command", manager.binary("biome check ."), evidence)
    elif evidence := package.dependency("standard"):
        draft.note("lint_command", manager.binary("standard"), evidence)


def note_root_scripts(draft: Draft, package: Package, manager: NodeManager) -> None:
    """Tests and linting that the workspace root runs for all its members at once."""
    root = package.root
    if root is None or root is package:
        return
    depth = len(package.folder.split("/")) - (0 if root.folder == "." else len(root.folder.split("/")))
    up = "/".join([".."] * depth)
    for name, field in (("test", "test_command"), ("lint", "lint_command")):
        body = root.scripts.get(name)
        # A root script that hands on to each member has nothing for a member without that script.
        if (
            body is None
            or _STUB.search(body)
            or re.search(r"turbo|\bnx\b|lerna|-r\b|recursive|--filter|workspaces?", body)
        ):
            continue
        command = {
            "npm": f"npm --prefix {up} run {name}",
            "pnpm": f"pnpm --workspace-root run {name}",
            "yarn": f"yarn --cwd {up} {name}",
            "bun": f"bun run --cwd {up} {name}",
        }[manager.name]
        draft.presume(field, command, root.script_at(name))


def note_migrate(draft: Draft, tree: Tree, package: Package, manager: NodeManager) -> None:
    """The command that applies database migrations in production."""
    names = ("migrate:deploy", "db:deploy", "db:migrate:deploy", "migrate:prod", "migration:run:prod", "db:migrate",
             "migrate", "migration:run", "migrations:run", "migrate:up", "db:migrate:up")  # fmt: skip
    for name in names:
        body = package.scripts.get(name)
        if body is not None and not re.search(r"migrate dev|\bdev\b|migrate:make|generate", body):
            draft.note("migrate_command", manager.script(name), package.script_at(name))
            return
    schema = tree.first(package.folder, "prisma/schema.prisma", "schema.prisma", "prisma/schema/schema.prisma")
    if schema is not None and (package.dependency("prisma") or package.dependency("@prisma/client")):
        has_migrations = any("/migrations/" in path for path in tree.under(join(package.folder, "prisma")))
        command = "prisma migrate deploy" if has_migrations else "prisma db push"
        draft.presume("migrate_command", manager.binary(command), f"{schema}:1")
    elif package.dependency("sequelize-cli") and tree.under(join(package.folder, "migrations")):
        draft.presume(
            "migrate_command", manager.binary("sequelize-cli db:migrate"), package.dependency("sequelize-cli")
        )
    elif package.dependency("knex") and (config := tree.first(package.folder, "knexfile.js", "knexfile.ts")):
        draft.presume("migrate_command", manager.binary("knex migrate:latest"), f"{config}:1")
    elif package.dependency("drizzle-kit") and (
        config := tree.first(package.folder, "drizzle.config.ts", "drizzle.config.js")
    ):
        draft.presume("migrate_command", manager.binary("drizzle-kit migrate"), f"{config}:1")


def _has_builder(package: Package, framework: Framework) -> bool:
    """Whether the program that builds is a dependency: some frameworks keep it in a package of its own."""
    apart = {"nestjs": "@nestjs/cli", "angular": "@angular/cli", "redwood": "@redwoodjs/core", "webpack": "webpack-cli"}
    return apart.get(framework.name, framework.packages[0]) in package.all or framework.name not in apart


def _with_siblings(package: Package, manager: NodeManager) -> str | None:
    """The build of a workspace member after the packages it imports."""
    root = package.root
    if root is None or package.name is None or root is package:
        return None
    if manager.name == "pnpm":
        return f"pnpm --filter {package.name}... run build"
    if "turbo" in root.all:
        return {"npm": "npx", "yarn": "yarn", "bun": "bunx"}[manager.name] + f" turbo run build --filter={package.name}"
    if "nx" in root.all:
        return {"npm": "npx", "yarn": "yarn", "bun": "bunx"}[manager.name] + f" nx build {package.name}"
    return None


def _entry(tree: Tree, package: Package) -> tuple[str, str] | None:
    main = package.data.get("main")
    if isinstance(main, str):
        path = main.removeprefix("./")
        for name in (path, f"{path}.js"):
            if _UNTYPED.search(name) and tree.has(join(package.folder, name)):
                return name, package.at("main")
    for name in _ENTRIES:
        if _UNTYPED.search(name) and tree.has(join(package.folder, name)):
            return name, f"{join(package.folder, name)}:1"
    return None


def _has_tests(tree: Tree, package: Package) -> bool:
    return any(re.search(r"(^|/)(__tests__|tests?)/|\.(test|spec)\.\w+$", path) for path in tree.under(package.folder))
