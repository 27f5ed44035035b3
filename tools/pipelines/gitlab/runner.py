"""What a job of each language runs in: the image, what is installed first, and what is kept between pipelines."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tools.containers.base_images import base, base_at, tool_version
from tools.pipelines.gitlab.job import Cache, Image, Script
from tools.pipelines.setup import php as php_setup
from tools.pipelines.setup.cache import PLAIN_PATH
from tools.project import Component

HOME = "${CI_PROJECT_DIR}/.cache"
ON_PATH = {"poetry", "pdm", "pipenv"}


@dataclass(frozen=True)
class Runner:
    """Where the commands of a component run."""

    image: Image
    before: Script = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    """Folders that its package manager fills, below the project."""
    manifest: str | None = None
    """The file that changes with the dependencies where there is no lock file, below the component."""


def runner(component: Component, matrix: str | None = None) -> Runner:
    """The runner of `component`; `matrix` is the reference to the version under test, if there are several."""
    return RUNNERS[component.language or ""](component, matrix)


def cache(component: Component, place: Runner, *, fills: bool) -> Cache | None:
    """What `place` keeps, keyed by the lock file or else by the manifest; None without a plain path to either."""
    folder = "" if component.path == "." else f"{component.path}/"
    known = component.evidence.get("language", "").rpartition(":")[0]
    key = component.lock_file or (f"{folder}{place.manifest}" if place.manifest else known)
    if not place.kept or not key or not PLAIN_PATH.fullmatch(key):
        return None
    return Cache(prefix=component.name or "dependencies", keys=(key,), paths=place.kept, fills=fills)


def _image(name: str, component: Component, matrix: str | None, *, bare: bool = False) -> Image:
    return Image(base_at(name, matrix) if matrix else base(name, component.language_version), bare)


def _python(component: Component, matrix: str | None) -> Runner:
    manager = component.package_manager or "pip"
    if manager == "uv":
        image = _image("uv-python", component, matrix, bare=True)
        return Runner(image, [], {"UV_CACHE_DIR": f"{HOME}/uv", "UV_LINK_MODE": "copy"}, (".cache/uv",))
    image = _image("python-build", component, matrix)
    variables = {"PIP_CACHE_DIR": f"{HOME}/pip", "PIP_ROOT_USER_ACTION": "ignore"}
    if manager not in ON_PATH:
        return Runner(image, [], variables, (".cache/pip",))
    variables[f"{manager.upper()}_CACHE_DIR"] = f"{HOME}/{manager}"
    install = f"pip install {manager}=={tool_version(manager)}"
    return Runner(image, [install], variables, (".cache/pip", f".cache/{manager}"))


def _node(component: Component, matrix: str | None) -> Runner:
    manager = component.package_manager or "npm"
    image = _image("node-build", component, matrix)
    # Node brings no Corepack of its own from version 25 on.
    corepack = [f"npm install --global corepack@{tool_version('corepack')}", "corepack enable"]
    npm = {"npm_config_cache": f"{HOME}/npm"}
    if manager == "pnpm":
        return Runner(image, corepack, {**npm, "npm_config_store_dir": f"{HOME}/pnpm"}, (".cache/pnpm",))
    if manager == "yarn":
        own = {"YARN_CACHE_FOLDER": f"{HOME}/yarn", "YARN_ENABLE_GLOBAL_CACHE": "false"}
        return Runner(image, corepack, {**npm, **own}, (".cache/yarn",))
    if manager == "bun":
        install = "npm install --global bun@1"
        return Runner(image, [install], {**npm, "BUN_INSTALL_CACHE_DIR": f"{HOME}/bun"}, (".cache/bun",))
    return Runner(image, [], npm, (".cache/npm",))


def _bun(component: Component, matrix: str | None) -> Runner:
    image = _image("bun-build", component, matrix, bare=True)
    return Runner(image, [], {"BUN_INSTALL_CACHE_DIR": f"{HOME}/bun"}, (".cache/bun",))


def _deno(component: Component, matrix: str | None) -> Runner:  # noqa: ARG001 - every language's signature
    return Runner(Image(base("deno"), bare=True), [], {"DENO_DIR": f"{HOME}/deno"}, (".cache/deno",))


def _go(component: Component, matrix: str | None) -> Runner:
    variables = {"GOMODCACHE": f"{HOME}/go/mod", "GOCACHE": f"{HOME}/go/build", "GOTOOLCHAIN": "auto"}
    return Runner(_image("go-build", component, matrix), [], variables, (".cache/go",))


def _java(component: Component, matrix: str | None) -> Runner:
    version = re.sub(r"^1\.(?=\d+$)", "", component.language_version) if component.language_version else None
    own = component.model_copy(update={"language_version": version})
    if (component.package_manager or "").startswith("gradle"):
        variables = {"GRADLE_USER_HOME": f"{HOME}/gradle", "GRADLE_OPTS": "-Dorg.gradle.daemon=false"}
        kept = (".cache/gradle/caches", ".cache/gradle/wrapper")
        wrapper = "gradle/wrapper/gradle-wrapper.properties"
        return Runner(_image("gradle", own, matrix), [], variables, kept, wrapper)
    variables = {"MAVEN_OPTS": f"-Dmaven.repo.local={HOME}/maven", "MAVEN_ARGS": "--batch-mode --no-transfer-progress"}
    return Runner(_image("maven", own, matrix), [], variables, (".cache/maven",), "pom.xml")


def _rust(component: Component, matrix: str | None) -> Runner:  # noqa: ARG001 - rustup changes versions itself
    before = []
    if matrix is not None:
        before = ['rustup toolchain install "${VERSION}" --profile minimal', 'rustup override set "${VERSION}"']
    before.append("rustup component add clippy rustfmt")
    return Runner(Image(base("rust")), before, {"CARGO_HOME": f"{HOME}/cargo"}, (".cache/cargo/registry",))


def _php(component: Component, matrix: str | None) -> Runner:
    front_end = php_setup.FRONT_END.search(component.build_command or "")
    image = _image("frankenphp-trixie", component, matrix, bare=True)
    extensions = ["intl", *(php_setup.EXTENSIONS[need] for need in component.needs if need in php_setup.EXTENSIONS)]
    before = [f"install-php-extensions @composer zip {' '.join(dict.fromkeys(extensions))}"]
    if front_end:
        before.append("apt-get update -qq && apt-get install -qq --yes --no-install-recommends nodejs npm")
        manager = front_end["manager"]
        if manager in {"yarn", "pnpm"}:
            before += [f"npm install --global corepack@{tool_version('corepack')}", "corepack enable"]
        elif manager == "bun":
            before.append("npm install --global bun@1")
    variables = {"COMPOSER_CACHE_DIR": f"{HOME}/composer", "COMPOSER_ALLOW_SUPERUSER": "1"}
    return Runner(image, before, variables, (".cache/composer",))


def _ruby(component: Component, matrix: str | None) -> Runner:
    return Runner(_image("ruby-build", component, matrix), [], {"BUNDLE_PATH": f"{HOME}/bundle"}, (".cache/bundle",))


def _dotnet(component: Component, matrix: str | None) -> Runner:
    variables = {"NUGET_PACKAGES": f"{HOME}/nuget", "DOTNET_CLI_TELEMETRY_OPTOUT": "1"}
    newest = max(component.tested_versions, key=_numbers, default=component.language_version)
    own = component.model_copy(update={"language_version": newest})
    return Runner(_image("dotnet-sdk", own, matrix), [], variables, (".cache/nuget",))


def _elixir(component: Component, matrix: str | None) -> Runner:
    before = ["mix local.hex --force --if-missing", "mix local.rebar --force --if-missing"]
    variables = {"MIX_HOME": f"{HOME}/mix", "HEX_HOME": f"{HOME}/hex"}
    return Runner(_image("elixir", component, matrix), before, variables, (".cache/hex", ".cache/mix"))


def _static(component: Component, matrix: str | None) -> Runner:  # noqa: ARG001 - every language's signature
    return Runner(Image(base("alpine")))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


RUNNERS: dict[str, Callable[[Component, str | None], Runner]] = {
    "python": _python,
    "node": _node,
    "go": _go,
    "java": _java,
    "kotlin": _java,
    "rust": _rust,
    "php": _php,
    "ruby": _ruby,
    "dotnet": _dotnet,
    "elixir": _elixir,
    "deno": _deno,
    "bun": _bun,
    "static": _static,
}
