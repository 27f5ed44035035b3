"""Reads build.gradle and build.gradle.kts: plugins, dependencies, version catalogue, conventions, toolchain."""

import re
from typing import Any

from tools.stacks.jvm_build import Build
from tools.stacks.parse import read_toml, string, strings, table
from tools.stacks.tree import Tree, base, contains, join, parent

_SCOPES = (
    r"(?:api|implementation|runtimeOnly|compileOnly|developmentOnly|compile|quarkusDev|kapt|ksp|annotationProcessor)"
)
# An entry starts its line, or its block is written on one line with it.
_START = r"(?:^(?:[ \t]*(?:dependencies|plugins)[ \t]*\{)?|;)[ \t]*"
_DEPENDENCY = re.compile(
    rf"{_START}{_SCOPES}\b\s*\(?\s*(?:platform|enforcedPlatform)?\s*\(?\s*[\"']([\w.-]+:[\w.-]+)(?::[^\"']*)?[\"']",
    re.MULTILINE,
)
_MAP_DEPENDENCY = re.compile(
    rf"{_START}{_SCOPES}\b\s*\(?\s*group\s*[:=]\s*[\"']([\w.-]+)[\"']\s*,\s*name\s*[:=]\s*[\"']([\w.-]+)[\"']",
    re.MULTILINE,
)
_ALIAS = re.compile(rf"{_START}{_SCOPES}\b\s*\(?\s*(?:platform\(\s*)?libs\.([\w.]+)", re.MULTILINE)
_PROJECT = re.compile(
    rf"{_START}{_SCOPES}\b\s*\(?\s*project\(\s*(?:path\s*[:=]\s*)?[\"']:?([\w:.-]+)[\"']", re.MULTILINE
)
_TYPED_PROJECT = re.compile(rf"{_START}{_SCOPES}\b\s*\(?\s*projects\.([\w.]+)", re.MULTILINE)
_PLUGIN = re.compile(rf"{_START}id\s*\(?\s*[\"']([\w.-]+)[\"'](?![^\n]*apply\s*\(?\s*false)", re.MULTILINE)
_APPLIED = re.compile(r"^[ \t]*apply\s*(?:\(\s*)?plugin\s*[:=]\s*[\"']([\w.-]+)[\"']", re.MULTILINE)
_PLUGIN_ALIAS = re.compile(rf"{_START}alias\s*\(?\s*libs\.plugins\.([\w.]+)(?![^\n]*apply\s*\(?\s*false)", re.MULTILINE)
_SHORT_PLUGIN = re.compile(
    rf"{_START}(application|`application`|war|`java-library`|`kotlin-dsl`|`war`)\s*(?:$|[;}}])", re.MULTILINE
)
_KOTLIN_PLUGIN = re.compile(
    rf"{_START}kotlin\(\s*\"(jvm|plugin\.\w+|multiplatform)\"(?![^\n]*apply\s*\(?\s*false)", re.MULTILINE
)
_RELEASE = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"languageVersion(?:\s*=|\s*\.?set\()?\s*\(?\s*JavaLanguageVersion\.of\(\s*[\"']?(\d+)",
        r"jvmToolchain\(\s*(\d+)",
        r"options\.release(?:\s*=|\.set\()\s*(\d+)",
        r"(?:sourceCompatibility|targetCompatibility)\s*=\s*(?:JavaVersion\.VERSION_|JavaVersion\.toVersion\()?[\"']?(?:1[._])?(\d+)",
        r"jvmTarget(?:\s*=|\.set\()\s*(?:JvmTarget\.JVM_)?[\"']?(?:1[._])?(\d+)",
    )
)
_VERSION = re.compile(r"^[ \t]*version\s*=?\s*[\"']([\w.+-]+)[\"']", re.MULTILINE)
_RENAMED = re.compile(r"archive(?:s)?(?:File|Base)?Name|archiveVersion|archiveClassifier")


def read_gradle(tree: Tree, path: str) -> Build:
    """What `path` tells, with what its root build and its convention plugins say about every project."""
    warnings: list[str] = []
    folder = parent(path)
    root = _root(tree, folder)
    shared = tree.first(root, "build.gradle", "build.gradle.kts")
    catalogue = tree.first(join(root, "gradle"), "libs.versions.toml")
    data = read_toml(tree, catalogue, warnings) if catalogue else {}
    paths = [path]
    if shared is not None and shared != path and tree.search(shared, r"^[ \t]*(?:subprojects|allprojects)\s*\{"):
        paths.append(shared)
    dependencies: dict[str, str] = {}
    for each in paths:
        _declared(tree, each, data, dependencies)
    for name in [name.removeprefix("plugin:") for name in dependencies if name.startswith("plugin:")]:
        for convention in tree.named(f"{name}.gradle.kts", f"{name}.gradle"):  # buildSrc and build-logic
            paths.append(convention)
            _declared(tree, convention, data, dependencies)
    if shared is not None and shared not in paths:
        paths.append(shared)  # a root build sets the toolchain by many routes
    settings = tree.first(root, "settings.gradle", "settings.gradle.kts")
    named = tree.search(settings, r"rootProject\.name\s*=\s*[\"']([^\"']+)") if settings and folder == root else None
    return Build(
        tool="gradle",
        manifest=path,
        folder=folder,
        root=root,
        dependencies=dependencies,
        name=(named.match[1], named.evidence) if named else None,
        artifact=_file_name(tree, path, root, named.match[1] if named else None),
        version=_release(tree, paths, data),
        siblings=_siblings(tree, path, root),
        packaging="war" if "plugin:war" in dependencies else "jar",
        kotlin=any(name.startswith(("plugin:org.jetbrains.kotlin", "plugin:kotlin")) for name in dependencies),
        lock=tree.first(folder, "gradle.lockfile"),
        warnings=warnings,
    )


def _declared(tree: Tree, path: str, data: dict[str, Any], into: dict[str, str]) -> None:
    libraries, bundles, plugins = _catalogue(data)
    for hit in tree.search_all([path], _DEPENDENCY):
        into.setdefault(hit.match[1].lower(), hit.evidence)
    for hit in tree.search_all([path], _MAP_DEPENDENCY):
        into.setdefault(f"{hit.match[1]}:{hit.match[2]}".lower(), hit.evidence)
    for hit in tree.search_all([path], _ALIAS):
        alias = _normal(hit.match[1])
        names = bundles.get(alias.removeprefix("bundles-"), []) if alias.startswith("bundles-") else [alias]
        for name in names:
            if library := libraries.get(name):
                into.setdefault(library, hit.evidence)
    for hit in tree.search_all([path], _PLUGIN_ALIAS):
        if plugin := plugins.get(_normal(hit.match[1])):
            into.setdefault(f"plugin:{plugin}", hit.evidence)
    for pattern in (_PLUGIN, _APPLIED, _SHORT_PLUGIN):
        for hit in tree.search_all([path], pattern):
            into.setdefault(f"plugin:{hit.match[1].strip('`').lower()}", hit.evidence)
    for hit in tree.search_all([path], _KOTLIN_PLUGIN):
        into.setdefault(f"plugin:org.jetbrains.kotlin.{hit.match[1]}", hit.evidence)


def _root(tree: Tree, folder: str) -> str:
    """The folder of the settings file that includes `folder`, the nearest one outwards."""
    candidates = [parent(path) for path in tree.named("settings.gradle", "settings.gradle.kts")]
    around = [each for each in candidates if contains(each, folder)]
    return max(around, key=lambda each: (each != ".", each.count("/"), len(each)), default=folder)


def _siblings(tree: Tree, path: str, root: str) -> tuple[str, ...]:
    """Folders of the projects this one is built from."""
    found = [hit.match[1].strip(":").replace(":", "/") for hit in tree.search_all([path], _PROJECT)]
    typed = [
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", hit.match[1]).lower().replace(".", "/")
        for hit in tree.search_all([path], _TYPED_PROJECT)
    ]
    return tuple(dict.fromkeys(join(root, each) for each in (*found, *typed)))


def _release(tree: Tree, paths: list[str], data: dict[str, Any]) -> tuple[str, str] | None:
    for pattern in _RELEASE:
        told = next(tree.search_all(paths, pattern), None)
        if told is not None:
            return told.match[1], told.evidence
    # The toolchain may take its number from the version catalogue.
    for hit in tree.search_all(
        paths, r"(?:of|jvmToolchain|release\.set|Compatibility\s*=)[^\n]*libs\.versions\.([\w.]+?)\.get\(\)"
    ):
        for alias, value in table(data, "versions").items():
            number = re.fullmatch(r"(?:1\.)?(\d{1,2})", str(value))
            if _normal(alias) == _normal(hit.match[1]) and number:
                return number[1], hit.evidence
    return None


def _file_name(tree: Tree, path: str, root: str, root_name: str | None) -> str | None:
    """`name-version` of the built file, unless the build computes it."""
    folder = parent(path)
    name = root_name if folder == root else base(folder)
    shared = [each for each in (path, tree.first(root, "build.gradle", "build.gradle.kts")) if each]
    if name is None or any(tree.search(each, _RENAMED) for each in shared):
        return None
    if folder != root and len(shared) > 1 and not tree.search(shared[1], r"^[ \t]*(?:subprojects|allprojects)\s*\{"):
        shared = shared[:1]
    version = next(tree.search_all(shared, _VERSION), None)
    properties = tree.first(root, "gradle.properties")
    version = version or (tree.search(properties, r"^version\s*=\s*([\w.+-]+)") if properties else None)
    if version is None and any(tree.search(each, r"^[ \t]*version\b|\.version\s*=") for each in shared):
        return None
    return f"{name}-{version.match[1]}" if version else name


def _catalogue(data: dict[str, Any]) -> tuple[dict[str, str], dict[str, list[str]], dict[str, str]]:
    """Alias to `group:artifact`, bundle to aliases, and alias to plugin id."""
    libraries: dict[str, str] = {}
    for alias, value in table(data, "libraries").items():
        body = value if isinstance(value, dict) else {}
        module = string(value) or string(body.get("module")) or f"{body.get('group')}:{body.get('name')}"
        libraries[_normal(alias)] = ":".join(module.split(":")[:2]).lower()
    bundles = {
        _normal(alias): [_normal(each) for each in strings(value)] for alias, value in table(data, "bundles").items()
    }
    plugins = {
        _normal(alias): str(table(value).get("id") or str(value).split(":", maxsplit=1)[0]).lower()
        for alias, value in table(data, "plugins").items()
    }
    return libraries, bundles, plugins


def _normal(alias: str) -> str:
    return re.sub(r"[._-]", "-", alias).lower()
