"""Ruby projects: Bundler with Rails, Sinatra, Hanami and other Rack applications, and gems."""

import re
from itertools import islice

from resources.catalogue import _
from tools.stacks.ci_versions import by_number, ci_versions
from tools.stacks.draft import Draft
from tools.stacks.tree import Tree, join, parent

NAME = "ruby"

_FRAMEWORKS = ("rails", "railties", "hanami", "sinatra", "roda", "grape", "padrino", "cuba", "rack")
_GEM = re.compile(r"^(?P<indent>[ \t]*)gem\s*\(?\s*[\"'](?P<name>[\w.-]+)[\"'](?P<rest>[^\n]*)$", re.MULTILINE)
_GROUP = re.compile(r"^(?P<indent>[ \t]*)group\s*\(?\s*(?P<names>:[^\n]*?)\)?\s+do\b", re.MULTILINE)
_QUEUES = ("solid_queue", "sidekiq", "good_job", "resque", "delayed_job_active_record", "que", "shoryuken")
_BUNDLERS = ("jsbundling-rails", "cssbundling-rails", "vite_rails", "shakapacker", "webpacker")
_ONLY_DEVELOPING = {":development", ":test", ":ci", ":lint", ":doc", ":docs"}
_RUN_CLASSIC = re.compile(r"^[ \t]*require\s*\(?\s*[\"']sinatra[\"']", re.MULTILINE)
_UP = re.compile(
    r"^[ \t]*get\s*\(?\s*[\"']/?(?P<path>up|health\w*|healthz)[\"']\s*(?:=>|,\s*to:|do\b|\{)", re.MULTILINE
)


def detect(tree: Tree) -> list[Draft]:
    """Every Gemfile or gemspec; a Gemfile of tools only is a companion."""
    folders: dict[str, str] = {parent(path): path for path in tree.named("Gemfile", "gems.rb")}
    for path in tree.files:
        if path.endswith(".gemspec"):
            folders.setdefault(parent(path), path)
    return [draft for folder, manifest in sorted(folders.items()) if (draft := _draft(tree, folder, manifest))]


def _draft(tree: Tree, folder: str, manifest: str) -> Draft | None:
    draft = Draft(path=folder, language=NAME, manifest=manifest)
    gems, runtime = _gems(tree, manifest)
    if "jekyll" in gems or "github-pages" in gems:
        return None  # a static site
    draft.dependencies = {name: gems[name] for name in runtime}
    draft.note("package_manager", "bundler", f"{manifest}:1")
    lock = tree.first(folder, "Gemfile.lock", "gems.locked")
    draft.note("lock_file", lock, f"{lock}:1")
    draft.note("install_command", "bundle install", f"{lock or manifest}:1")
    _version(tree, draft, manifest, lock)
    _kind(tree, draft, gems)
    _test(tree, draft, gems)
    if "rubocop" in gems or any(name.startswith(("rubocop-", "standard")) for name in gems):
        name = next(name for name in gems if name.startswith(("rubocop", "standard")))
        draft.note(
            "lint_command", f"bundle exec {'standardrb' if name.startswith('standard') else 'rubocop'}", gems[name]
        )
    queue = next((name for name in _QUEUES if name in draft.dependencies), None)
    if queue is not None and draft.get("kind") == "service":
        text = _("{name} is a dependency: which workers run beside the web process of {path}?", name=queue, path=folder)
        draft.ask("components", text)
    if draft.get("framework") == "rails" and draft.get("kind") == "service":
        _rails(tree, draft, gems)
    elif draft.get("kind") == "service":
        _rack(tree, draft, gems)
    return draft


def _gems(tree: Tree, manifest: str) -> tuple[dict[str, str], list[str]]:
    """Every gem with its line, and the names of those that are not only for developing."""
    text = tree.text(manifest) or ""
    blocks: list[tuple[int, int]] = []
    for group in islice(_GROUP.finditer(text), 200):
        names = set(re.findall(r":\w+", group["names"]))
        end = re.compile(rf"^{group['indent'].lstrip(chr(10))}end\b", re.MULTILINE).search(text, group.end())
        if names and names <= _ONLY_DEVELOPING:
            blocks.append((group.start(), end.start() if end else len(text)))
    gems: dict[str, str] = {}
    runtime = []
    for hit in tree.search_all([manifest], _GEM):
        name = hit.match["name"].lower()
        gems.setdefault(name, hit.evidence)
        inline = re.search(r"groups?:\s*(\[[^\]]*\]|:\w+)", hit.match["rest"])
        only = inline is not None and set(re.findall(r":\w+", inline[1])) <= _ONLY_DEVELOPING
        if not only and not any(start <= hit.match.start() < end for start, end in blocks):
            runtime.append(name)
    for hit in tree.search_all([manifest], r"add_(?:runtime_)?dependency\s*\(?\s*[\"']([\w.-]+)"):
        gems.setdefault(hit.match[1].lower(), hit.evidence)
        runtime.append(hit.match[1].lower())
    return gems, runtime


def _version(tree: Tree, draft: Draft, manifest: str, lock: str | None) -> None:
    folder = draft.path
    sources = (
        (tree.first(folder, ".ruby-version") or tree.first(".", ".ruby-version"), r"^[ \t]*(?:ruby-)?(\d+\.\d+)"),
        (manifest, r"^[ \t]*ruby\s*\(?\s*[\"'](?:~>\s*|>=\s*)?(\d+\.\d+)"),
        (tree.first(folder, ".tool-versions"), r"^ruby\s+(\d+\.\d+)"),
        (lock, r"^RUBY VERSION\n\s+ruby (\d+\.\d+)"),
        (manifest, r"required_ruby_version\s*=\s*[^\n\d]*(\d+\.\d+)"),
    )
    for path, pattern in sources:
        hit = tree.search(path, pattern) if path else None
        if hit is not None:
            draft.note("language_version", hit.match[1], hit.evidence)
    ci = ci_versions(tree, NAME)
    versions = sorted({each for each in ci.versions if re.fullmatch(r"\d\.\d", each)}, key=by_number) if ci else []
    if ci is not None and len(versions) > 1:
        draft.note("tested_versions", versions, ci.evidence)


def _kind(tree: Tree, draft: Draft, gems: dict[str, str]) -> None:
    folder = draft.path
    rack = tree.first(folder, "config.ru")
    spec = next((path for path in tree.within(folder) if path.endswith(".gemspec")), None)
    for gem in _FRAMEWORKS:
        if gem in draft.dependencies and (gem != "rack" or rack):
            draft.note("framework", "rails" if gem == "railties" else gem, gems[gem])
    if spec is not None and tree.first(folder, "config/application.rb") is None:
        draft.note("kind", "library", f"{spec}:1")
        draft.fields.pop("framework", None)
        draft.evidence.pop("framework", None)
        named = tree.search(spec, r"\.name\s*=\s*[\"']([\w.-]+)[\"']")
        if named is not None:
            draft.note("name", named.match[1], named.evidence)
    elif draft.get("framework") == "rails":
        application = tree.first(folder, "config/application.rb")
        if application is not None:
            draft.note("kind", "service", draft.evidence["framework"])
            module = tree.search(application, r"^module\s+(\w+)")
            if module is not None:
                draft.note("name", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", module.match[1]).lower(), module.evidence)
    elif draft.get("framework") is not None or rack is not None:
        draft.note("kind", "service", draft.evidence.get("framework") or f"{rack}:1")
    else:
        draft.standing = "companion"  # fastlane, cocoapods, linters


def _test(tree: Tree, draft: Draft, gems: dict[str, str]) -> None:
    folder = draft.path
    rake = tree.first(folder, "Rakefile")
    if tree.under(join(folder, "spec")) and any(name.startswith("rspec") for name in gems):
        name = next(name for name in gems if name.startswith("rspec"))
        draft.note("test_command", "bundle exec rspec", gems[name])
    elif draft.get("framework") == "rails" and (tests := tree.under(join(folder, "test"))):
        draft.note("test_command", f"{_rails_program(tree, draft)} test", f"{tests[0]}:1")
    elif rake is not None and (
        task := tree.search(rake, r"TestTask|RSpec::Core::RakeTask|task\s*\(?:?default|Minitest")
    ):
        draft.note("test_command", "bundle exec rake", task.evidence)


def _rails_program(tree: Tree, draft: Draft) -> str:
    return "bin/rails" if tree.first(draft.path, "bin/rails") else "bundle exec rails"


def _rails(tree: Tree, draft: Draft, gems: dict[str, str]) -> None:
    folder, framework, program = draft.path, draft.evidence["framework"], _rails_program(tree, draft)
    puma = tree.first(folder, "config/puma.rb")
    if puma is not None:
        draft.presume("start_command", "bundle exec puma -C config/puma.rb", f"{puma}:1")
        port = tree.search(puma, r"^[ \t]*port\s*\(?\s*(?:Integer\()?(?:ENV(?:\.fetch)?[(\[][^\n]*?)?\D(\d{4,5})\b")
        draft.presume("port", int(port.match[1]) if port else None, port.evidence if port else None)
    draft.presume("start_command", f"{program} server -b 0.0.0.0 -p 3000", framework)
    draft.presume("port", 3000, framework)
    schema = tree.first(folder, "db/schema.rb", "db/structure.sql")
    migration = next((path for path in tree.under(join(folder, "db/migrate")) if path.endswith(".rb")), schema)
    if migration is not None:
        draft.note("migrate_command", f"{program} db:migrate", f"{migration}:1")
    assets = next((gems[name] for name in ("propshaft", "sprockets-rails", "vite_rails", "shakapacker", "webpacker",
                                           "jsbundling-rails", "cssbundling-rails") if name in gems), None)  # fmt: skip
    if assets is not None:
        # Precompiling boots the application, which asks for a secret; Rails takes a dummy for just that.
        precompile = f"SECRET_KEY_BASE_DUMMY=1 RAILS_ENV=production {program} assets:precompile"
        packages = tree.first(folder, "package.json") if any(name in gems for name in _BUNDLERS) else None
        draft.note("build_command", precompile, f"{packages}:1" if packages else assets)
    routes = tree.first(folder, "config/routes.rb")
    up = tree.search(routes, _UP) if routes else None
    if up is not None and not re.search(
        r"^[ \t]*(?:namespace|scope)\b", up.match.string[: up.match.start()], re.MULTILINE
    ):
        draft.note("health_path", f"/{up.match['path']}", up.evidence)
    _database(tree, draft)


def _database(tree: Tree, draft: Draft) -> None:
    """The adapter that production uses; gems of several may be there."""
    path = tree.first(draft.path, "config/database.yml")
    names = {
        "postgresql": "postgres",
        "postgis": "postgres",
        "mysql2": "mysql",
        "trilogy": "mysql",
        "sqlserver": "sqlserver",
    }
    for hit in tree.search_all([path] if path else [], r"^[ \t]*adapter:\s*[\"']?(\w+)"):
        if service := names.get(hit.match[1]):
            draft.needs.setdefault(service, hit.evidence)


def _rack(tree: Tree, draft: Draft, gems: dict[str, str]) -> None:
    folder = draft.path
    rack = tree.first(folder, "config.ru")
    code = [path for path in tree.within(folder) if path.endswith(".rb")]
    port = next(tree.search_all(code, r"^[ \t]*set\s*\(?\s*:port\s*,\s*(?:ENV[^\n]*?\D)?(\d{2,5})\b"), None)
    if port is not None:
        draft.note("port", int(port.match[1]), port.evidence)
    classic = next(tree.search_all(code, _RUN_CLASSIC), None)
    puma = tree.first(folder, "config/puma.rb")
    if rack is not None and puma is not None:
        draft.presume("start_command", "bundle exec puma -C config/puma.rb", f"{puma}:1")
        own = tree.search(
            puma, r"^[ \t]*port\s*\(?\s*(?:ENV(?:\.fetch)?[(\[][^\n]*?)?\D(\d{4,5})\b|bind[^\n]*:(\d{4,5})\b"
        )
        if own is not None:
            draft.presume("port", int(own.match[1] or own.match[2]), own.evidence)
    if rack is not None and "puma" in gems:
        draft.presume("start_command", "bundle exec puma -p 9292", f"{rack}:1")
    elif rack is not None:
        draft.presume("start_command", "bundle exec rackup --host 0.0.0.0 --port 9292", f"{rack}:1")
    elif classic is not None:
        given = int(draft.get("port") or 4567)
        draft.presume(
            "start_command",
            f"bundle exec ruby {classic.path.rpartition('/')[2]} -o 0.0.0.0 -p {given}",
            classic.evidence,
        )
        draft.presume("port", 4567, classic.evidence)
    if rack is not None:
        draft.presume("port", 9292, f"{rack}:1")
    health = next(tree.search_all(code, _UP), None)
    if health is not None:
        draft.note("health_path", f"/{health.match['path']}", health.evidence)
