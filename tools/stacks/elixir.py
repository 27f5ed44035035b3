"""Elixir projects: Mix with Phoenix, Plug applications, umbrellas, libraries."""

import re

from tools.stacks.ci_versions import by_number, ci_versions
from tools.stacks.draft import Draft
from tools.stacks.listening import HEALTH, is_commented
from tools.stacks.tree import Tree, base, contains, join, parent, relative

NAME = "elixir"

_DEPENDENCY = re.compile(r"\{\s*:(?P<name>\w+)\s*,(?P<rest>[^{}\n]*(?:\n[^{}\n]*){0,3}?)\}", re.MULTILINE)
_ONLY_DEVELOPING = re.compile(
    r"only:\s*(?::dev\b|:test\b|\[\s*:(?:dev|test|docs)(?:\s*,\s*:(?:dev|test|docs))*\s*\])|runtime:\s*false"
)
_APP = re.compile(r"(?:^|\[)[ \t]*app:\s*:(\w+)", re.MULTILINE)
_PORT = re.compile(
    r"(?:get_env|fetch_env!?)\(\s*\"PORT\"\s*(?:,\s*|\)\s*\|\|\s*)\"?(?P<port>\d{2,5})|\bport:\s*(?P<literal>\d{4,5})\b",
    re.MULTILINE,
)
_ROUTE = re.compile(rf"^[ \t]*get\s*\(?\s*\"(?P<path>{HEALTH})\"", re.MULTILINE)


def detect(tree: Tree) -> list[Draft]:
    """Every mix.exs; an umbrella is one component, as it is released together."""
    manifests = tree.named("mix.exs")
    umbrellas = [parent(path) for path in manifests if tree.search(path, r"^[ \t]*apps_path:")]
    return [
        _draft(tree, path, [each for each in manifests if contains(parent(path), each)])
        for path in manifests
        if not any(contains(folder, parent(path)) and folder != parent(path) for folder in umbrellas)
    ]


def _draft(tree: Tree, path: str, around: list[str]) -> Draft:
    folder = parent(path)
    umbrella = tree.search(path, r"^[ \t]*apps_path:") is not None
    draft = Draft(path=folder, language=NAME, manifest=path)
    manifests = around if umbrella else [path]
    developing: dict[str, str] = {}
    for hit in tree.search_all(manifests, _DEPENDENCY):
        into = developing if _ONLY_DEVELOPING.search(hit.match["rest"]) else draft.dependencies
        if not is_commented(hit):
            into.setdefault(hit.match["name"].lower(), hit.evidence)
    named = tree.search(path, _APP)
    if named is not None:
        draft.note("name", named.match[1].replace("_", "-"), named.evidence)
    draft.note("package_manager", "mix", f"{path}:1")
    lock = tree.first(folder, "mix.lock")
    draft.note("lock_file", lock, f"{lock}:1")
    draft.note("install_command", f"mix deps.get{' --check-locked' if lock else ''}", f"{lock or path}:1")
    _version(tree, draft, manifests)
    _kind(tree, draft, manifests)
    _commands(tree, draft, manifests, developing, umbrella=umbrella)
    if draft.get("kind") == "service":
        _listens(tree, draft, manifests)
    return draft


def _version(tree: Tree, draft: Draft, manifests: list[str]) -> None:
    for name in (".tool-versions", ".elixir-version"):
        given = tree.first(draft.path, name) or tree.first(".", name)
        hit = tree.search(given, r"^(?:elixir\s+)?(?:v|ref:v)?(1\.\d+)") if given else None
        if hit is not None:
            draft.note("language_version", hit.match[1], hit.evidence)
    image = tree.first(draft.path, "Dockerfile")
    hit = tree.search(image, r"^ARG\s+ELIXIR_VERSION=\"?(1\.\d+)") if image else None
    if hit is not None:
        draft.note("language_version", hit.match[1], hit.evidence)
    hit = next(tree.search_all(manifests, r"(?:^|,)[ \t]*elixir:\s*\"[^\"\d]*(1\.\d+)"), None)
    if hit is not None:
        draft.presume("language_version", hit.match[1], hit.evidence)
    ci = ci_versions(tree, NAME)
    versions = (
        sorted({".".join(each.split(".")[:2]) for each in ci.versions if each.startswith("1.")}, key=by_number)
        if ci
        else []
    )
    if ci is not None and len(versions) > 1:
        draft.note("tested_versions", versions, ci.evidence)


def _kind(tree: Tree, draft: Draft, manifests: list[str]) -> None:
    started = next(tree.search_all(manifests, r"^[ \t]*mod:\s*\{|\bmod:\s*\{[\w.]+,"), None)
    published = next(tree.search_all(manifests, r"^[ \t]*(?:package:\s*package\(|defp? package\b)"), None)
    escript = next(tree.search_all(manifests, r"^[ \t]*escript:"), None)
    servers = ("plug_cowboy", "bandit", "cowboy", "ranch")
    server = next((draft.dependencies[name] for name in servers if name in draft.dependencies), None)
    if published is not None:
        draft.note("kind", "library", published.evidence)
    elif "phoenix" in draft.dependencies and started is not None:
        draft.note("framework", "phoenix", draft.dependencies["phoenix"])
        draft.note("kind", "service", draft.dependencies["phoenix"])
    elif server is not None and started is not None:
        draft.note("framework", "plug", draft.dependencies.get("plug", server))
        draft.note("kind", "service", server)
    elif escript is not None:
        draft.note("kind", "cli", escript.evidence)
    elif started is None:
        draft.note("kind", "library", f"{draft.manifest}:1")
    elif any(name in draft.dependencies for name in ("oban", "broadway", "quantum", "nostrum")):
        name = next(name for name in ("oban", "broadway", "quantum", "nostrum") if name in draft.dependencies)
        draft.note("kind", "worker", draft.dependencies[name])


def _commands(tree: Tree, draft: Draft, manifests: list[str], developing: dict[str, str], *, umbrella: bool) -> None:
    folder, path = draft.path, str(draft.manifest)
    draft.note("test_command", "mix test", f"{path}:1")
    formatter = tree.first(folder, ".formatter.exs")
    if credo := developing.get("credo", draft.dependencies.get("credo")):
        draft.note("lint_command", "mix credo", credo)
    elif formatter is not None:
        draft.note("lint_command", "mix format --check-formatted", f"{formatter}:1")
    if draft.get("kind") == "library":
        draft.note("build_command", "mix compile", f"{path}:1")
        return
    if draft.get("kind") == "cli":
        draft.note("build_command", "MIX_ENV=prod mix escript.build", draft.evidence["kind"])
        return
    release = tree.search(
        path, r"^[ \t]*releases:\s*(?:releases\(\)|\[\s*\n?\s*(\w+):)|^[ \t]*def(?:p)? releases\b[^\[]*\[\s*(\w+):"
    )
    named = tree.search(path, _APP)
    name = (release.match[1] or release.match[2] if release else None) or (named.match[1] if named else None)
    assets = next(tree.search_all([path, *manifests], r"[\"']?assets\.deploy[\"']?\s*:"), None)
    build = "MIX_ENV=prod mix release"
    if assets is not None:
        home = parent(assets.path)  # of an umbrella, the application that has them
        which = "" if home == folder else f"'do' --app {base(home)} "
        build = f"{_front_end(tree, folder, home)}MIX_ENV=prod mix {which}assets.deploy && {build}"
    draft.note("build_command", build, assets.evidence if assets else f"{path}:1")
    if name is None or (umbrella and release is None):
        return
    home = f"_build/prod/rel/{name}/bin"
    script = tree.first(folder, "rel/overlays/bin/server")
    if script is not None:
        draft.presume("start_command", f"{home}/server", f"{script}:1")
    elif draft.get("framework") == "phoenix":
        draft.presume("start_command", f"PHX_SERVER=true {home}/{name} start", draft.evidence["framework"])
    else:
        draft.presume("start_command", f"{home}/{name} start", f"{path}:1")
    _migrations(tree, draft, home, name)


def _front_end(tree: Tree, folder: str, home: str) -> str:
    """What installs the JavaScript that the Phoenix application in `home` builds; most need none."""
    assets = join(home, "assets")
    there = relative(assets, folder)
    commands = {
        "package-lock.json": f"npm --prefix {there} ci && ",
        "yarn.lock": f"yarn --cwd {there} install --frozen-lockfile && ",
        "pnpm-lock.yaml": f"pnpm --dir {there} install --frozen-lockfile && ",
    }
    found = next((command for name, command in commands.items() if tree.first(assets, name)), None)
    return found or (f"npm --prefix {there} install && " if tree.first(assets, "package.json") else "")


def _migrations(tree: Tree, draft: Draft, home: str, name: str) -> None:
    scripts = [each for each in tree.under(draft.path) if re.search(r"priv/\w*repo\w*/migrations/.+\.exs$", each)]
    if not scripts:
        return
    overlay = tree.first(draft.path, "rel/overlays/bin/migrate")
    modules = [each for each in tree.named("release.ex") if contains(draft.path, each)]
    module = tree.search(modules[0], r"^defmodule\s+([\w.]+)") if modules else None
    if overlay is not None:
        draft.note("migrate_command", f"{home}/migrate", f"{overlay}:1")
    elif module is not None and tree.search(module.path, r"^[ \t]*def migrate\b"):
        draft.note("migrate_command", f"{home}/{name} eval '{module.match[1]}.migrate()'", module.evidence)
    else:
        # A release has no Mix: what `mix ecto.migrate` does, said to Ecto itself.
        owner = tree.search(f"{scripts[0].partition('priv/')[0]}mix.exs", _APP)
        app = owner.match[1] if owner else name
        steps = (
            f"Application.load(:{app}); for repo <- Application.fetch_env!(:{app}, :ecto_repos), do: "
            "{:ok, _, _} = Ecto.Migrator.with_repo(repo, &Ecto.Migrator.run(&1, :up, all: true))"
        )
        draft.note("migrate_command", f"{home}/{name} eval '{steps}'", f"{scripts[0]}:1")


def _listens(tree: Tree, draft: Draft, manifests: list[str]) -> None:
    folder = draft.path
    settings = [path for name in ("runtime.exs", "prod.exs", "config.exs", "dev.exs", "releases.exs")
                if (path := tree.first(join(folder, "config"), name))]  # fmt: skip
    code = [path for each in manifests for path in tree.under(join(parent(each), "lib")) if path.endswith(".ex")]
    for hit in tree.search_all([*settings, *(code if draft.get("framework") == "plug" else [])], _PORT):
        around = hit.match.string[max(0, hit.match.start() - 200) : hit.match.start()]
        secure = "https:" in around.rpartition("http:")[2] or "Repo" in around or "url:" in around[-60:]
        if not is_commented(hit) and not (hit.match["literal"] and secure):
            draft.note("port", int(hit.match["port"] or hit.match["literal"]), hit.evidence)
            break
    if draft.get("framework") == "phoenix":
        draft.presume("port", 4000, draft.evidence["framework"])
    route = next((hit for hit in tree.search_all(code, _ROUTE) if not is_commented(hit)), None)
    if route is not None:
        before = route.match.string[: route.match.start()]
        scopes = re.findall(r"scope\s*\(?\s*\"([^\"]*)\"", before)
        if not scopes or scopes[-1] == "/":
            draft.note("health_path", route.match["path"], route.evidence)
