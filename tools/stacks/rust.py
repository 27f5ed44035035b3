"""Rust packages: services on axum, Actix Web, Rocket and others, command line programs, libraries, workspaces."""

import re

from resources.catalogue import _
from tools.stacks.ci_versions import by_number, ci_versions
from tools.stacks.draft import Draft
from tools.stacks.folders import is_aside
from tools.stacks.listening import at_port, env_file_port, find_port
from tools.stacks.rust_health import find_health
from tools.stacks.rust_package import Package, read_packages
from tools.stacks.tree import Tree, base, join, relative

NAME = "rust"

_FRAMEWORKS = ("loco-rs", "axum", "actix-web", "rocket", "warp", "poem", "salvo", "tide", "rouille", "ntex", "gotham",
               "tonic", "hyper")  # fmt: skip
_FEATURES = {
    "sqlx": {"postgres": "postgres", "mysql": "mysql"},
    "diesel": {"postgres": "postgres", "mysql": "mysql"},
    "diesel-async": {"postgres": "postgres", "mysql": "mysql"},
    "sea-orm": {"sqlx-postgres": "postgres", "sqlx-mysql": "mysql"},
    "rbatis": {},
    "rocket_db_pools": {"sqlx_postgres": "postgres", "deadpool_postgres": "postgres", "deadpool_redis": "redis",
                        "sqlx_mysql": "mysql", "mongodb": "mongodb"},
    "rocket_sync_db_pools": {"diesel_postgres_pool": "postgres", "postgres_pool": "postgres",
                             "diesel_mysql_pool": "mysql", "memcache_pool": "memcached"},
}  # fmt: skip
_SERVES = re.compile(
    r"\bserve\(|HttpServer::new|#\[launch\]|rocket::(?:build|ignite|custom)\(|Server::(?:new|bind|builder)\(|\.bind\(|\.launch\(|"
    r"warp::serve|TcpListener::bind|cli::main"
)
# Reads a queue or a topic until it is stopped.
_CONSUMES = re.compile(r"\bStreamConsumer\b|\bBaseConsumer\b|\.basic_consume\(|\bWorkerBuilder::new\(|\.xread_group\(")
_PORTS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"(?:\bbind|TcpListener::(?:bind|new)|Server::(?:bind|new)|\.listen|serve)\(\s*(?:&?\(?\s*)\"[^\":\n]*(?:::\])?:(?P<port>\d{2,5})\"",
        r"\.bind(?:_auto_h2c)?\(\s*\(\s*[^(),\n]+,\s*(?P<port>\d{2,5})\s*\)",
        r"(?:from|run|bind|serve)\(\s*&?\(\s*\[\s*\d+\s*,\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\]\s*,\s*(?P<port>\d{2,5})\s*\)",
        r"SocketAddr(?:V4)?::new\([^;\n]*,\s*(?P<port>\d{2,5})\s*,?\s*\)",
        r"\"(?P<name>\w*PORT)\"\s*\)[^;]{0,80}?unwrap_or(?:_else|_default)?\(\s*(?:\|_?\w*\|\s*)?\"?(?P<port>\d{2,5})",
        r"\bdefault_value(?:_t)?\s*=\s*\"?(?:[\d.]+:)?(?P<port>\d{4,5})\"?[^\n]*\n\s*(?:pub\s+)?(?P<name>\w+)",
        r"\b(?:const|let|static)\s+(?:mut\s+)?(?P<name>\w*(?i:port|addr))\b[^=\n]*=\s*\"?[\w.]*:?(?P<port>\d{4,5})",
        r"\"(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::1?\]):(?P<port>\d{2,5})\"",
    )
)  # fmt: skip
_SETTINGS_PORT = re.compile(
    r"^\[?(?:application|server|app|http|web)\]?:?\s*\n(?:(?!\[)[^\n]*\n){0,8}?\s*port\s*[:=]\s*\"?(?P<port>\d{2,5})\b",
    re.MULTILINE,
)


def detect(tree: Tree) -> list[Draft]:
    """Packages that build programs; where a workspace builds none, its libraries."""
    packages = [each for each in read_packages(tree) if base(each.folder) != "xtask" and each.name != "xtask"]
    drafts = []
    for root in dict.fromkeys(package.root for package in packages):
        members = [package for package in packages if package.root == root]
        main = [package for package in members if not _is_beside(package)] or members
        programs = [package for package in main if package.programs]
        serving = [package for package in programs if _serves(tree, package, packages)]
        drafts += [_draft(tree, each, packages) for each in serving or programs or main]
    return drafts


def _is_beside(package: Package) -> bool:
    relative = package.folder if package.root == "." else package.folder[len(package.root) + 1 :]
    return relative not in {"", "."} and (is_aside(relative) or package.name == "migration")


def _built_from(package: Package, packages: list[Package]) -> list[Package]:
    by_folder = {each.folder: each for each in packages}
    reached = [package]
    for each in reached:
        reached += [found for where in each.local if (found := by_folder.get(where)) and found not in reached]
    return reached


def _code(tree: Tree, packages: list[Package]) -> list[str]:
    paths = [path for each in packages for path in tree.under(join(each.folder, "src")) if path.endswith(".rs")]
    return sorted(
        paths[:3_000], key=lambda path: (base(path) not in {"main.rs", "server.rs", "app.rs"}, path.count("/"))
    )


def _serves(tree: Tree, package: Package, packages: list[Package]) -> bool:
    parts = _built_from(package, packages)
    framework = any(name in each.dependencies for name in _FRAMEWORKS for each in parts)
    return framework and next(tree.search_all(_code(tree, parts), _SERVES), None) is not None


def _draft(tree: Tree, package: Package, packages: list[Package]) -> Draft:
    draft = Draft(path=package.folder, language=NAME, manifest=package.manifest, warnings=list(package.warnings))
    parts = _built_from(package, packages)
    for each in parts:
        draft.dependencies.update(
            {name: line for name, line in each.dependencies.items() if name not in draft.dependencies}
        )
        for library, services in _FEATURES.items():
            for feature in each.features.get(library, []):
                if service := next((services[name] for name in services if name == feature), None):
                    draft.needs.setdefault(service, each.dependencies[library])
    draft.shared = tuple(folder for each in parts[1:] for folder in tree.folders_under(join(each.folder, "src")))
    draft.note("name", package.name, tree.line_of(package.manifest, "name"))
    draft.note("package_manager", "cargo", f"{package.manifest}:1")
    lock = tree.first(package.root, "Cargo.lock") or tree.first(package.folder, "Cargo.lock")
    draft.note("lock_file", lock, f"{lock}:1")
    _version(tree, draft, package)
    _kind(tree, draft, package, parts)
    _commands(tree, draft, package, locked=lock is not None)
    _migrations(tree, draft, package, packages)
    if tree.first(package.folder, "package.json") and "cdylib" in str(package.data.get("lib")):
        draft.standing = "companion"  # a native module of a Node package
    return draft


def _version(tree: Tree, draft: Draft, package: Package) -> None:
    for folder in dict.fromkeys((package.folder, package.root, ".")):
        for name in ("rust-toolchain.toml", "rust-toolchain"):
            path = tree.first(folder, name)
            hit = tree.search(path, r"^(?:\s*channel\s*=\s*\")?(\d+\.\d+)") if path else None
            if hit is not None:
                draft.note("language_version", hit.match[1], hit.evidence)
        tools = tree.first(folder, ".tool-versions")
        hit = tree.search(tools, r"^rust\s+(\d+\.\d+)") if tools else None
        if hit is not None:
            draft.note("language_version", hit.match[1], hit.evidence)
    if package.rust_version is not None:
        draft.presume("language_version", *package.rust_version)
    ci = ci_versions(tree, NAME)
    versions = sorted({each for each in ci.versions if re.match(r"1\.\d+", each)}, key=by_number) if ci else []
    if ci is not None and len(versions) > 1:
        draft.note("tested_versions", versions, ci.evidence)


def _kind(tree: Tree, draft: Draft, package: Package, parts: list[Package]) -> None:
    code = _code(tree, parts)
    serves = next(tree.search_all(code, _SERVES), None)
    for name in _FRAMEWORKS:
        line = next((each.dependencies[name] for each in parts if name in each.dependencies), None)
        if line is not None and package.programs and serves is not None:
            draft.note("framework", {"loco-rs": "loco", "actix-web": "actix"}.get(name, name), line)
            break
    if package.warnings:
        return
    if not package.programs:
        draft.note("kind", "library", f"{package.manifest}:1")
    elif draft.get("framework") is not None and serves is not None:
        draft.note("kind", "service", serves.evidence)
        _port(tree, draft, package, code)
        health = find_health(tree, code)
        if health is not None:
            draft.note("health_path", *health)
    elif consumes := next(tree.search_all(code, _CONSUMES), None):
        draft.note("kind", "worker", consumes.evidence)
    elif line := next((package.dependencies[name] for name in ("clap", "structopt", "argh", "pico-args", "lexopt")
                       if name in package.dependencies), None):  # fmt: skip
        draft.note("kind", "cli", line)


def _port(tree: Tree, draft: Draft, package: Package, code: list[str]) -> None:
    framework = draft.get("framework")
    settings = [path for path in tree.under(package.folder) if re.search(
        r"(^|/)(config\w*|settings|Settings|environments?)[/.](\w+\.)?(base|default|defaults|local|development|production|"
        r"\w*)\.?(ya?ml|toml)$", path)]  # fmt: skip
    rocket = tree.first(package.folder, "Rocket.toml")
    hit = tree.search(rocket, r"^[ \t]*port\s*=\s*(?P<port>\d{2,5})") if rocket and framework == "rocket" else None
    hit = (
        hit or find_port(tree, code, _PORTS) or env_file_port(tree, package.folder) or env_file_port(tree, package.root)
    )
    hit = hit or find_port(tree, sorted(settings)[:40], [_SETTINGS_PORT])
    if hit is not None:
        draft.note("port", *at_port(hit))
    elif framework == "rocket":
        draft.presume("port", 8000, draft.evidence["framework"])


def _commands(tree: Tree, draft: Draft, package: Package, *, locked: bool) -> None:
    manifest, flag = f"{package.manifest}:1", " --locked" if locked else ""
    draft.note("install_command", f"cargo fetch{flag}", manifest)
    draft.note("test_command", f"cargo test{flag}", manifest)
    draft.presume("lint_command", f"cargo clippy --all-targets{flag} -- -D warnings", manifest)
    if not package.programs:
        draft.note("build_command", f"cargo build --release{flag}", manifest)
        return
    program, source = next(iter(package.programs.items()))
    only = f" --bin {program}" if len(package.programs) > 1 else ""
    draft.note("build_command", f"cargo build --release{flag}{only}", f"{source}:1")
    inside = (
        "" if package.folder == package.root else package.folder[len(package.root) + 1 if package.root != "." else 0 :]
    )
    up = "../" * (inside.count("/") + 1) if inside else "./"
    configured = tree.first(package.root, ".cargo/config.toml")
    if configured is None or not tree.search(configured, r"^[ \t]*(?:target-dir|target)\s*="):
        draft.presume("start_command", f"{up}target/release/{program}", f"{source}:1")
    if draft.get("framework") == "loco":
        draft.note("start_command", f"{up}target/release/{program} start", draft.evidence["framework"])


def _migrations(tree: Tree, draft: Draft, package: Package, packages: list[Package]) -> None:
    if draft.get("kind") != "service":
        return
    embedded = next(
        tree.search_all(_code(tree, [package]), r"(?:sqlx::)?migrate!\(|embed_migrations!\(|Migrator::up\("), None
    )
    scripts = next((path for path in tree.under(join(package.folder, "migrations")) if path.endswith(".sql")), None)
    scripts = scripts or next(
        (path for path in tree.under(join(package.root, "migrations")) if path.endswith(".sql")), None
    )
    crate = next((each for each in packages if each.name == "migration" and each.root == package.root), None)
    if draft.get("framework") == "loco" or embedded is not None:
        return  # the program applies them itself
    if crate is not None:
        draft.note("migrate_command", "cargo run --package migration -- up", f"{crate.manifest}:1")
    elif scripts is not None and "diesel" in draft.dependencies:
        draft.presume("migrate_command", "diesel migration run", f"{scripts}:1")
    elif scripts is not None and "sqlx" in draft.dependencies:
        where = relative(scripts.rpartition("/")[0], package.folder)
        source = "" if where == "migrations" else f" --source {where}"
        draft.presume("migrate_command", f"sqlx migrate run{source}", f"{scripts}:1")
    elif scripts is not None:
        draft.ask("migrate_command", _("Which command applies the migrations of {path}?", path=package.folder))
