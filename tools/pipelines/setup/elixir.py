"""Elixir on a runner: setup-beam with an Erlang/OTP that fits, dependencies and their builds kept by mix.lock."""

import re

from resources.catalogue import _
from tools.pipelines.setup.cache import PLAIN_PATH, keyed_cache
from tools.pipelines.step import Step
from tools.project import Component

DEFAULT_VERSION = "1.19"
# The newest Erlang/OTP that each Elixir is released for.
OTP = {"1.12": "24", "1.13": "24", "1.14": "25", "1.15": "26", "1.16": "26", "1.17": "27", "1.18": "27", "1.19": "28"}
NEWEST_OTP = "28"
DATABASES = {"postgres", "mysql", "mariadb", "sqlserver"}


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put Erlang, Elixir, Hex and the dependencies' cache in place."""
    version = component.language_version or DEFAULT_VERSION
    # With a matrix one Erlang serves them all: the newest that the oldest Elixir knows.
    among = component.tested_versions if matrix else [version]
    options = {"elixir-version": matrix or version, "otp-version": min(map(_otp, among), key=int)}
    return [Step(_("Set up Elixir"), action="erlef/setup-beam", options=options), *_cache(component)]


def _otp(version: str) -> str:
    minor = re.match(r"1\.\d+", version)
    return OTP.get(minor[0], NEWEST_OTP) if minor else NEWEST_OTP


def _cache(component: Component) -> list[Step]:
    lock = component.lock_file
    if lock is None or not PLAIN_PATH.fullmatch(lock):
        return []
    folder = lock.rpartition("/")[0]
    folder = f"{folder}/" if folder else ""
    # Each job compiles for an environment of its own.
    return [keyed_cache("mix-${{ github.job }}", f"{folder}deps\n{folder}_build", [lock])]


def before_tests(component: Component) -> list[Step]:
    """The migrations on the empty database: not every project has them in its alias of `mix test`."""
    if not component.migrate_command or not DATABASES & set(component.needs):
        return []
    run = "mix ecto.create --quiet && mix ecto.migrate --quiet"
    return [Step(_("Migrate the empty database"), run=run, env={"MIX_ENV": "test"})]
