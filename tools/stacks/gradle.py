"""Reads build.gradle and build.gradle.kts: plugins, dependencies, version catalogue, toolchain."""

import re
from typing import Any

from tools.stacks.parse import read_toml, table
from tools.stacks.tree import Tree, contains, join, parent

_DEPENDENCY = re.compile(
    r"^\s*(?:api|implementation|runtimeOnly|compileOnly|developmentOnly|compile)\b\s*\(?\s*(?:platform|enforcedPlatform)?"
    r"\(?\s*[\"']([\w.-]+:[\w.-]+)(?::[^\"']*)?[\"']",
    re.MULTILINE,
)
_ALIAS = re.compile(r"^\s*(?:api|implementation|runtimeOnly)\b\s*\(?\s*libs\.([\w.]+)", re.MULTILINE)
_PLUGIN = re.compile(r"^\s*id\s*\(?\s*[\"']([\w.-]+)[\"']", re.MULTILINE)
_PLUGIN_ALIAS = re.compile(r"^\s*alias\s*\(?\s*libs\.plugins\.([\w.]+)", re.MULTILINE)
_KOTLIN = re.compile(r"kotlin\(\s*\"jvm\"|org\.jetbrains\.kotlin|^\s*kotlin\(", re.MULTILINE)
_RELEASE = (
    re.compile(r"languageVersion(?:\s*=|\.set\()\s*JavaLanguageVersion\.of\(\s*(\d+)", re.MULTILINE),
    re.compile(r"jvmToolchain\(\s*(\d+)", re.MULTILINE),
    re.compile(
        r"(?:sourceCompatibility|targetCompatibility)\s*=\s*(?:JavaVersion\.VERSION_)?[\"']?(?:1[._])?(\d+)",
        re.MULTILINE,
    ),
    re.compile(r"options\.release(?:\s*=|\.set\()\s*(\d+)", re.MULTILINE),
)  # fmt: skip


def read_gradle(tree: Tree, path: str) -> dict[str, Any]:
    """The fields of `java.Build` that `path` tells."""
    warnings: list[str] = []
    folder = parent(path)
    root = _root(tree, folder)
    shared = tree.first(root, "build.gradle", "build.gradle.kts")
    dependencies = {hit.match[1].lower(): hit.evidence for hit in tree.search_all([path], _DEPENDENCY)}
    catalogue = tree.first(join(root, "gradle"), "libs.versions.toml")
    if catalogue is not None:
        libraries, plugins = _catalogue(read_toml(tree, catalogue, warnings))
        for hit in tree.search_all([path], _ALIAS):
            name = libraries.get(_normal(hit.match[1]))
            if name:
                dependencies.setdefault(name, hit.evidence)
        for hit in tree.search_all([path], _PLUGIN_ALIAS):
            name = plugins.get(_normal(hit.match[1]))
            if name:
                dependencies.setdefault(f"plugin:{name}", hit.evidence)
    for hit in tree.search_all([path], _PLUGIN):
        dependencies.setdefault(f"plugin:{hit.match[1].lower()}", hit.evidence)
    version = None
    for pattern in _RELEASE:
        told = next(tree.search_all([each for each in (path, shared) if each], pattern), None)
        if told is not None:
            version = (told.match[1], told.evidence)
            break
    settings = tree.first(root, "settings.gradle", "settings.gradle.kts")
    named = tree.search(settings, r"rootProject\.name\s*=\s*[\"']([^\"']+)") if settings and folder == root else None
    kotlin = tree.search(path, _KOTLIN) is not None
    return {
        "manifest": path,
        "folder": folder,
        "root": root,
        "dependencies": dependencies,
        "name": (named.match[1], named.evidence) if named else None,
        "version": version,
        "languages": frozenset({"kotlin"} if kotlin else {"java"}),
        "lock": tree.first(folder, "gradle.lockfile"),
        "warnings": warnings,
    }


def _root(tree: Tree, folder: str) -> str:
    """The folder of the settings file that includes `folder`, the nearest one outwards."""
    candidates = [parent(path) for path in tree.named("settings.gradle", "settings.gradle.kts")]
    around = [each for each in candidates if each == folder or contains(each, folder)]
    return max(around, key=len, default=folder)


def _catalogue(data: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Alias to `group:artifact`, and alias to plugin id."""
    libraries: dict[str, str] = {}
    for alias, value in table(data, "libraries").items():
        module = value if isinstance(value, str) else value.get("module") if isinstance(value, dict) else None
        if module is None and isinstance(value, dict):
            module = f"{value.get('group')}:{value.get('name')}"
        if module:
            libraries[_normal(alias)] = ":".join(str(module).split(":")[:2]).lower()
    plugins = {
        _normal(alias): str(
            value.get("id") if isinstance(value, dict) else str(value).split(":", maxsplit=1)[0]
        ).lower()
        for alias, value in table(data, "plugins").items()
    }
    return libraries, plugins


def _normal(alias: str) -> str:
    return re.sub(r"[._-]", "-", alias).lower()
