"""PHP projects: Composer packages on Laravel, Symfony and others, plain PHP sites, libraries."""

import re

from resources.catalogue import _
from tools.stacks.ci_versions import by_number, ci_versions
from tools.stacks.draft import Draft
from tools.stacks.parse import read_json, string, table
from tools.stacks.tree import Tree, base, contains, join, parent

NAME = "php"

_FRAMEWORKS = (
    ("laravel", "laravel/framework"), ("lumen", "laravel/lumen-framework"), ("symfony", "symfony/framework-bundle"),
    ("slim", "slim/slim"), ("cakephp", "cakephp/cakephp"), ("codeigniter", "codeigniter4/framework"),
    ("yii", "yiisoft/yii2"), ("laminas", "laminas/laminas-mvc"), ("mezzio", "mezzio/mezzio"), ("drupal", "drupal/core"),
    ("drupal", "drupal/core-recommended"), ("wordpress", "roots/wordpress"), ("wordpress", "johnpbloch/wordpress"),
    ("hyperf", "hyperf/framework"), ("typo3", "typo3/cms-core"), ("magento", "magento/product-community-edition"),
)  # fmt: skip
_CONSOLES = ("symfony/console", "laravel-zero/framework")
_BACKENDS = re.compile(
    r"^(?P<name>DB_CONNECTION|CACHE_STORE|CACHE_DRIVER|QUEUE_CONNECTION|SESSION_DRIVER|BROADCAST_CONNECTION|SCOUT_DRIVER|"
    r"FILESYSTEM_DISK)\s*=\s*[\"']?(?P<value>\w+)", re.MULTILINE
)  # fmt: skip
_SERVICE = {"mysql": "mysql", "mariadb": "mariadb", "pgsql": "postgres", "sqlsrv": "sqlserver", "redis": "redis",
            "memcached": "memcached", "mongodb": "mongodb", "rabbitmq": "rabbitmq", "meilisearch": "meilisearch",
            "typesense": "typesense", "sqs": "sqs", "s3": "s3"}  # fmt: skip


def detect(tree: Tree) -> list[Draft]:
    """Every composer.json; a folder with index.php where there is none around it."""
    manifests = tree.named("composer.json")
    folders = [parent(path) for path in manifests]
    drafts = [_package(tree, path) for path in manifests]
    for path in tree.named("index.php"):
        folder = parent(path)
        site = parent(folder) if base(folder) in {"public", "public_html", "web", "www", "htdocs"} else folder
        if any(contains(each, folder) for each in (*folders, *(draft.path for draft in drafts))):
            continue
        if tree.search(path, r"Silence is golden"):  # WordPress puts these where nothing is to be listed
            continue
        drafts.append(_site(tree, site, path))
    return drafts


def _package(tree: Tree, path: str) -> Draft:
    warnings: list[str] = []
    data, folder = read_json(tree, path, warnings), parent(path)
    draft = Draft(path=folder, language=NAME, manifest=path, warnings=warnings)
    required, developing = table(data, "require"), table(data, "require-dev")
    at = {name: tree.line_of(path, f'"{name}"') for name in (*required, *developing)}
    draft.dependencies = {name.lower(): at[name] for name in required}
    name = string(data.get("name"))
    draft.note("name", base(name) if name and name not in {"laravel/laravel", "symfony/skeleton"} else None,
               tree.line_of(path, '"name"'))  # fmt: skip
    draft.note("package_manager", "composer", f"{path}:1")
    lock = tree.first(folder, "composer.lock")
    draft.note("lock_file", lock, f"{lock}:1")
    draft.note("install_command", "composer install --no-interaction --prefer-dist", f"{lock or path}:1")
    _version(tree, draft, data, path)
    for framework, package in _FRAMEWORKS:
        if package in required:
            draft.note("framework", framework, at[package])
    _kind(tree, draft, data, at)
    _commands(tree, draft, data, {**required, **developing}, at)
    if draft.get("framework") in {"laravel", "lumen"}:
        _laravel(tree, draft, at)
    elif draft.get("framework") == "symfony":
        _symfony(tree, draft, required, at)
    return draft


def _version(tree: Tree, draft: Draft, data: dict[str, object], path: str) -> None:
    for value in (table(data, "config", "platform").get("php"), table(data, "require").get("php")):
        number = re.search(r"\d+\.\d+", str(value or ""))
        if number:
            draft.note("language_version", number[0], tree.line_of(path, '"php"'))
            draft.presumed.add("language_version")  # a constraint: what the image says is what runs
    given = tree.first(draft.path, ".php-version")
    hit = tree.search(given, r"^[ \t]*(\d+\.\d+)") if given else None
    if hit is not None:
        draft.note("language_version", hit.match[1], hit.evidence)
    ci = ci_versions(tree, NAME)
    versions = sorted({each for each in ci.versions if re.fullmatch(r"\d\.\d", each)}, key=by_number) if ci else []
    if ci is not None and len(versions) > 1:
        draft.note("tested_versions", versions, ci.evidence)


def _kind(tree: Tree, draft: Draft, data: dict[str, object], at: dict[str, str]) -> None:
    manifest, folder = f"{draft.manifest}:1", draft.path
    front = tree.first(folder, "public/index.php", "web/index.php", "index.php", "public_html/index.php")
    kind = string(data.get("type"))
    if draft.get("framework") is not None and kind not in {"library", "symfony-bundle"}:
        draft.note("kind", "service", draft.evidence["framework"])
    elif kind in {
        "library",
        "symfony-bundle",
        "composer-plugin",
        "wordpress-plugin",
        "drupal-module",
        "phpcodesniffer-standard",
    }:
        draft.note("kind", "library", tree.line_of(str(draft.manifest), '"type"'))
        draft.fields.pop("framework", None)
    elif data.get("bin"):
        draft.note("kind", "cli", tree.line_of(str(draft.manifest), '"bin"'))
    elif front is not None:
        draft.note("kind", "service", f"{front}:1")
    elif line := next((at[name] for name in _CONSOLES if name in at), None):
        draft.presume("kind", "cli", line)
    elif data.get("name") and data.get("autoload"):
        draft.presume("kind", "library", manifest)
    elif not draft.warnings:
        draft.standing = "companion"
    if draft.get("kind") == "service":
        _serve(tree, draft, front)


def _serve(tree: Tree, draft: Draft, front: str | None) -> None:
    """What serves in production: Apache or FPM where an image says so, else FrankenPHP, one process that speaks HTTP.

    PHP's own server answers one request at a time and is made for developing.
    """
    image = tree.first(draft.path, "Dockerfile")
    fpm = tree.search(image, r"(?i)^FROM\s+(?:--\S+\s+)?(?:\S+/)?php:\S*fpm") if image else None
    if fpm is not None:
        draft.presume("port", 9000, fpm.evidence)
        draft.presume("start_command", "php-fpm", fpm.evidence)
    apache = tree.search(image, r"(?i)^FROM\s+(?:--\S+\s+)?(?:\S+/)?php:\S*apache") if image else None
    if apache is not None:
        draft.presume("port", 80, apache.evidence)
        draft.presume("start_command", "apache2-foreground", apache.evidence)
    if front is None:
        return
    root = parent(front)
    inside = "." if root == draft.path else base(root)
    draft.presume("start_command", f"frankenphp php-server --listen :8000 --root {inside}", f"{front}:1")
    draft.presume("port", 8000, f"{front}:1")


def _commands(
    tree: Tree, draft: Draft, data: dict[str, object], packages: dict[str, object], at: dict[str, str]
) -> None:
    folder, manifest = draft.path, str(draft.manifest)
    scripts = table(data, "scripts")
    settings = tree.first(folder, "phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml", "Pest.php", "tests/Pest.php")
    if "test" in scripts:
        draft.note("test_command", "composer test", tree.line_of(manifest, '"test"'))
    elif draft.get("framework") == "laravel" and settings:
        draft.note("test_command", "php artisan test", f"{settings}:1")
    elif "pestphp/pest" in packages:
        draft.note("test_command", "vendor/bin/pest", at["pestphp/pest"])
    elif runner := tree.first(folder, "bin/phpunit"):
        draft.note("test_command", "php bin/phpunit", f"{runner}:1")
    elif "phpunit/phpunit" in packages:
        draft.note("test_command", "vendor/bin/phpunit", at["phpunit/phpunit"])
    for script in ("lint", "cs", "cs:check", "cs-check", "phpcs"):
        if script in scripts:
            draft.note("lint_command", f"composer {script}", tree.line_of(manifest, f'"{script}"'))
    for package, command in (
        ("laravel/pint", "vendor/bin/pint --test"),
        ("friendsofphp/php-cs-fixer", "vendor/bin/php-cs-fixer check --diff"),
        ("squizlabs/php_codesniffer", "vendor/bin/phpcs"), ("larastan/larastan", "vendor/bin/phpstan analyse"),
        ("phpstan/phpstan", "vendor/bin/phpstan analyse"),
    ):  # fmt: skip
        configured = package not in {"squizlabs/php_codesniffer", "phpstan/phpstan", "larastan/larastan"} or tree.first(
            folder, "phpcs.xml", "phpcs.xml.dist", "phpstan.neon", "phpstan.neon.dist", "phpstan.dist.neon"
        )
        if package in packages and configured:
            draft.note("lint_command", command, at[package])
    page = tree.first(folder, "package.json")
    built = tree.search(page, r'"build"\s*:') if page else None
    if built is not None:
        lock = {"package-lock.json": "npm ci && npm run build", "yarn.lock": "yarn install && yarn build",
                "pnpm-lock.yaml": "pnpm install --frozen-lockfile && pnpm run build",
                "bun.lock": "bun install --frozen-lockfile && bun run build"}  # fmt: skip
        command = next((lock[name] for name in lock if tree.first(folder, name)), "npm install && npm run build")
        draft.note("build_command", command, built.evidence)


def _laravel(tree: Tree, draft: Draft, at: dict[str, str]) -> None:
    folder = draft.path
    artisan = tree.first(folder, "artisan")
    if artisan is None or draft.get("kind") != "service":
        return
    if "laravel/octane" in at:
        draft.note("start_command", "php artisan octane:start --host=0.0.0.0 --port=8000", at["laravel/octane"])
    draft.presume("start_command", "frankenphp php-server --listen :8000 --root public", f"{artisan}:1")
    draft.presume("port", 8000, f"{artisan}:1")
    migration = next((path for path in tree.under(join(folder, "database/migrations")) if path.endswith(".php")), None)
    if migration is not None:
        draft.note("migrate_command", "php artisan migrate --force", f"{migration}:1")
    if "laravel/horizon" in at:
        draft.ask("components", _("{name} is a dependency: which workers run beside the web process of {path}?",
                              name="laravel/horizon", path=folder))  # fmt: skip
    started = tree.first(folder, "bootstrap/app.php")
    health = tree.search(started, r"health:\s*['\"](/[\w/-]+)['\"]") if started else None
    if health is not None:
        draft.note("health_path", health.match[1], health.evidence)
    sample = tree.first(folder, ".env.example", ".env.dist", ".env.sample")
    for hit in tree.search_all([sample] if sample else [], _BACKENDS):
        if service := _SERVICE.get(hit.match["value"]):
            draft.needs.setdefault(service, hit.evidence)


def _symfony(tree: Tree, draft: Draft, required: dict[str, object], at: dict[str, str]) -> None:
    console = tree.first(draft.path, "bin/console")
    if "doctrine/doctrine-migrations-bundle" in required and console is not None:
        draft.note("migrate_command", "php bin/console doctrine:migrations:migrate --no-interaction",
                   at["doctrine/doctrine-migrations-bundle"])  # fmt: skip
    mapped = tree.first(draft.path, "importmap.php")
    if mapped is not None:
        bundles = {"symfonycasts/tailwind-bundle": "tailwind:build --minify", "symfonycasts/sass-bundle": "sass:build"}
        styles = [f"php bin/console {command}" for name, command in bundles.items() if name in required]
        compiled = " && ".join([*styles, "php bin/console asset-map:compile"])
        draft.presume("build_command", compiled, f"{mapped}:1")


def _site(tree: Tree, folder: str, front: str) -> Draft:
    draft = Draft(path=folder, language=NAME, manifest=front)
    draft.note("kind", "service", f"{front}:1")
    _serve(tree, draft, front)
    draft.ask("test_command", _("How is {path} tested? No test was found.", path=folder))
    return draft
