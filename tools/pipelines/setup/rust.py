"""Rust on a runner: the toolchain through the rustup it brings, dependencies kept by rust-cache."""

from resources.catalogue import _
from tools.pipelines.setup.cache import PLAIN_PATH
from tools.pipelines.step import Step, run_command
from tools.project import Component

DEFAULT_VERSION = "stable"
# Migration programs that are no part of the project: the crate, and its feature for each database.
MIGRATORS = {
    "sqlx ": ("sqlx-cli", "rustls,{database}"),
    "diesel ": ("diesel_cli", "{database}"),
    "sea-orm-cli ": ("sea-orm-cli", ""),
}
DATABASES = ("postgres", "mysql")


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put the toolchain and the cache in place."""
    return [_toolchain(component, matrix), _cache(component)]


def _toolchain(component: Component, matrix: str | None) -> Step:
    name = _("Set up Rust")
    pinned = "rust-toolchain" in component.evidence.get("language_version", "")
    if pinned and matrix is None:
        comment = _("rust-toolchain names the release and its components.")
        return Step(name, run="rustup toolchain install && rustup component add clippy rustfmt", comment=comment)
    # An override also beats a rust-toolchain file, which would run each version of a matrix as one.
    run = (
        'rustup toolchain install "${VERSION}" --profile minimal --component clippy --component rustfmt\n'
        'rustup override set "${VERSION}" --path "${GITHUB_WORKSPACE}"\n'
    )
    return Step(name, run=run, env={"VERSION": matrix or component.language_version or DEFAULT_VERSION})


def _cache(component: Component) -> Step:
    root = (component.lock_file or "").rpartition("/")[0] or component.path
    # A pull request may read the cache of the default branch but fills none.
    options = {"save-if": "${{ github.event_name != 'pull_request' }}"}
    if component.lock_file and "/" not in component.lock_file:
        root = "."
    if root != "." and PLAIN_PATH.fullmatch(root):
        options["workspaces"] = root
    return Step(_("Cache the dependencies"), action="Swatinem/rust-cache", options=options)


def before_tests(component: Component) -> list[Step]:
    """Queries checked at compile time need the tables: the migrations run first, which proves them too."""
    command = component.migrate_command or ""
    database = next((each for each in DATABASES if each in component.needs), None)
    if not command or database is None:
        return []
    steps = []
    for program, (crate, features) in MIGRATORS.items():
        if command.startswith(program):
            chosen = features.format(database=database)
            only = f" --no-default-features --features {chosen}" if chosen else ""
            install = f"cargo +stable install {crate} --locked{only}"
            steps.append(Step(_("Install {tool}", tool=crate), run=install))
    return [*steps, run_command(_("Migrate the empty database"), command)]
