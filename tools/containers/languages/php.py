"""PHP: FrankenPHP answers HTTP and runs PHP in one process; php-fpm where the repository starts that."""

import re

from resources.catalogue import _
from tools.containers.base_images import base, tool_version
from tools.containers.process import process
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject

EXTENSIONS = {
    "postgres": "pdo_pgsql",
    "mysql": "pdo_mysql",
    "mariadb": "pdo_mysql",
    "redis": "redis",
    "mongodb": "mongodb",
    "rabbitmq": "amqp",
    "memcached": "memcached",
    "sqlserver": "pdo_sqlsrv",
}
INSTALLS = re.compile(r"(?:npm|yarn|pnpm) (?:ci|install)\b")
FRONT_END = re.compile(r"\b(npm|yarn|pnpm|bun)\b")
WRITES = {"laravel": ["storage", "bootstrap/cache"], "symfony": ["var"]}


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    component = subject.component
    command = component.start_command
    fpm = bool(command and command.startswith("php-fpm"))
    if not command or command == "apache2-foreground":
        command = f"frankenphp php-server --listen :{component.port or 8000} --root public"
    started = process(command)
    build = component.build_command or ""
    assets = build if FRONT_END.search(build) else None
    # What installs comes first and with its manifests alone: a change of code does not fetch the packages again.
    install, _and, rest = (assets or "").partition(" && ")
    apart = bool(rest) and INSTALLS.match(install) is not None
    questions = []
    if fpm:
        text = _("Which web server speaks FastCGI to this image? php-fpm answers no HTTP by itself.")
        questions.append(subject.ask("start_command", text))
    values = {
        "runtime": base("php-fpm" if fpm else "frankenphp", component.language_version),
        "fpm": fpm,
        "installer": base("extension-installer"),
        "composer": base("composer"),
        "node": base("node-build"),
        "extensions": ["intl", "opcache", "pcntl", "zip", *dict.fromkeys(
            EXTENSIONS[need] for need in component.needs if need in EXTENSIONS)],
        "workdir": subject.placed("/app"),
        "within": subject.within,
        "assets_install": install if apart else None,
        "assets": rest if apart else assets,
        "corepack": tool_version("corepack") if re.search(r"\b(?:yarn|pnpm)\b", assets or "") else None,
        "command": build if build and not FRONT_END.search(build) else None,
        "laravel": component.framework == "laravel",
        "writes": WRITES.get(component.framework or "", []),
    }  # fmt: skip
    # Symfony does not start without its .env, which is committed and holds no secret; those stand in .env.local.
    kept = ("!.env",) if component.framework == "symfony" else ()
    env = {"laravel": {"APP_ENV": "production", "LOG_CHANNEL": "stderr"}, "symfony": {"APP_ENV": "prod"}}
    return Recipe(
        "containers/php.j2",
        values,
        started.argv,
        "php",
        env={**env.get(component.framework or "", {}), **started.env},
        questions=questions,
        ignored=("vendor", "**/node_modules", "storage/logs/*", "var/cache", "var/log", *kept),
    )
