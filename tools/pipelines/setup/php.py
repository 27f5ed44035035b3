"""PHP on a runner: setup-php with the extensions that the backing services need, Composer's cache, the front end."""

import re

from resources.catalogue import _
from tools.pipelines.setup.cache import dependency_cache
from tools.pipelines.setup.node import DEFAULT_VERSION as NODE_VERSION
from tools.pipelines.step import Step, run_command
from tools.project import Component

DEFAULT_VERSION = "8.4"
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
FRONT_END = re.compile(r"\b(?P<manager>npm|yarn|pnpm|bun)\b")
DATABASES = {"postgres", "mysql", "mariadb", "sqlserver"}


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put PHP, its extensions and Composer in place."""
    extensions = ["mbstring", "intl", *(EXTENSIONS[need] for need in component.needs if need in EXTENSIONS)]
    options = {
        "php-version": matrix or component.language_version or DEFAULT_VERSION,
        "extensions": ", ".join(dict.fromkeys(extensions)),
        "tools": "composer:v2",
        "coverage": "none",
    }
    php = Step(_("Set up PHP"), action="shivammathur/setup-php", options=options)
    return [php, *dependency_cache("composer", "~/.cache/composer", component.lock_file)]


def builds_a_front_end(component: Component) -> bool:
    """Whether the build is that of a front end, whose manifest the pages ask for even in the tests."""
    return FRONT_END.search(component.build_command or "") is not None


def before_build(component: Component) -> list[Step]:
    """Node, or Bun, for a front end beside the PHP code."""
    found = FRONT_END.search(component.build_command or "")
    if found is None:
        return []
    if found["manager"] == "bun":
        return [Step(_("Set up Bun"), action="oven-sh/setup-bun")]
    node = Step(_("Set up Node"), action="actions/setup-node", options={"node-version": NODE_VERSION})
    if found["manager"] in {"yarn", "pnpm"}:
        return [node, Step(_("Enable Corepack"), run="corepack enable")]
    return [node]


def before_tests(component: Component) -> list[Step]:
    """A key for this run alone, and the migrations on the empty database, which proves them too."""
    steps = []
    framework = component.framework
    if framework == "laravel":
        key = 'echo "APP_KEY=$(php artisan key:generate --show --no-ansi)" >> "${GITHUB_ENV}"'
        comment = _("Laravel does not start without a key; this one is thrown away.")
        steps.append(Step(_("Make a key for the tests"), run=key, comment=comment))
    command = component.migrate_command
    if not command or not DATABASES & set(component.needs):
        return steps
    if framework == "symfony" and command.startswith("php bin/console doctrine:"):
        # In its test environment Doctrine works on a database of its own, named with a suffix.
        create = "php bin/console doctrine:database:create --if-not-exists --env=test"
        steps.append(Step(_("Create the database of the tests"), run=create))
        command += " --env=test"
    return [*steps, run_command(_("Migrate the empty database"), command)]
