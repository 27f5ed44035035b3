"""Reads pom.xml: dependencies, plugins, modules, the Java release; parents inside the repository included."""

import re
from typing import Any
from xml.etree import ElementTree as ET

from resources.catalogue import _
from tools.stacks.tree import Tree, join, parent

_RELEASE = ("maven.compiler.release", "java.version", "maven.compiler.target", "maven.compiler.source", "jdk.version")
_REFERENCE = re.compile(r"\$\{([\w.-]+)\}")
_DEEPEST = 10


def read_maven(tree: Tree, path: str) -> dict[str, Any] | None:
    """The fields of `java.Build` that `path` tells; None when it is not a project file at all."""
    warnings: list[str] = []
    root = _parse(tree, path, warnings)
    folder = parent(path)
    if root is None:
        return {"manifest": path, "folder": folder, "root": folder, "warnings": warnings}
    if root.tag != "project":
        return None
    chain = _chain(tree, path, root)
    outermost = parent(chain[-1][0])
    dependencies: dict[str, str] = {}
    for each_path, each in chain:
        for group, artifact, kind in _declared(each):
            if each_path != path and kind == "plugin":
                continue
            name = f"{'plugin:' if kind == 'plugin' else ''}{group}:{artifact}".lower()
            dependencies.setdefault(name, tree.line_of(each_path, f"<artifactId>{artifact}</artifactId>"))
    spring_parent = root.find("parent/artifactId")
    if spring_parent is not None and (spring_parent.text or "").startswith("spring-boot-starter-parent"):
        line = tree.line_of(path, "spring-boot-starter-parent")
        dependencies.setdefault("plugin:org.springframework.boot:spring-boot-starter-parent", line)
    artifact = root.findtext("artifactId", "").strip()
    return {
        "manifest": path,
        "folder": folder,
        "root": outermost,
        "dependencies": dependencies,
        "name": (artifact, tree.line_of(path, f"<artifactId>{artifact}</artifactId>")) if artifact else None,
        "version": _release(tree, chain),
        "modules": tuple((each.text or "").strip() for each in root.iterfind("modules/module")),
        "packaging": root.findtext("packaging", "jar").strip(),
        "languages": frozenset({"kotlin"} if any("kotlin-maven-plugin" in name for name in dependencies) else {"java"}),
        "warnings": warnings,
    }


def _parse(tree: Tree, path: str, warnings: list[str]) -> ET.Element | None:
    text = tree.text(path)
    # A document type brings entities, and a few lines of entities expand to gigabytes: no POM needs one.
    if text is None or "<!DOCTYPE" in text or "<!ENTITY" in text:
        warnings.append(_("{path} cannot be read.", path=path))
        return None
    try:
        root = ET.fromstring(text)  # noqa: S314 - entities are refused above
    except ET.ParseError as error:
        warnings.append(_("{path} is broken: {reason}.", path=path, reason=error))
        return None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _chain(tree: Tree, path: str, root: ET.Element) -> list[tuple[str, ET.Element]]:
    """This POM, its parent in the repository, and so on outwards."""
    chain = [(path, root)]
    while len(chain) < _DEEPEST:
        here, element = chain[-1]
        declared = element.find("parent")
        if declared is None:
            break
        relative = (declared.findtext("relativePath") or "../pom.xml").strip()
        upwards = _resolve(parent(here), relative)
        found = next(
            (each for each in (upwards, join(upwards, "pom.xml") if upwards else None) if each and tree.has(each)), None
        )
        if found is None or found in {each for each, _root in chain}:
            break
        parsed = _parse(tree, found, [])
        if parsed is None or parsed.findtext("artifactId") != declared.findtext("artifactId"):
            break
        chain.append((found, parsed))
    return chain


def _resolve(folder: str, relative: str) -> str | None:
    parts = [] if folder == "." else folder.split("/")
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) or "."


def _declared(root: ET.Element) -> list[tuple[str, str, str]]:
    found = [
        (each.findtext("groupId", "").strip(), each.findtext("artifactId", "").strip(), "dependency")
        for each in root.iterfind("dependencies/dependency")
        if each.findtext("scope", "").strip() != "test"
    ]
    found += [
        (
            each.findtext("groupId", "org.apache.maven.plugins").strip(),
            each.findtext("artifactId", "").strip(),
            "plugin",
        )
        for each in root.iterfind("build/plugins/plugin")
    ]
    return [each for each in found if each[1]]


def _release(tree: Tree, chain: list[tuple[str, ET.Element]]) -> tuple[str, str] | None:
    properties: dict[str, tuple[str, str]] = {}
    for path, root in chain:
        for each in root.iterfind("properties/*"):
            properties.setdefault(each.tag, ((each.text or "").strip(), tree.line_of(path, f"<{each.tag}>")))
        for plugin in root.iterfind("build/plugins/plugin"):
            if plugin.findtext("artifactId", "").strip() == "maven-compiler-plugin":
                for tag in ("release", "target", "source"):
                    value = plugin.findtext(f"configuration/{tag}")
                    if value:
                        properties.setdefault(f"plugin.{tag}", (value.strip(), tree.line_of(path, f"<{tag}>")))
    for name in (*_RELEASE, "plugin.release", "plugin.target"):
        value, line = properties.get(name, ("", ""))
        reference = _REFERENCE.fullmatch(value)
        if reference:
            value = properties.get(reference[1], ("", ""))[0]
        version = re.fullmatch(r"(?:1\.)?(\d{1,2})", value)
        if version:
            return version[1], line
    return None
