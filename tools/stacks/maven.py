"""Reads pom.xml: dependencies, plugins, modules, the Java release; parents inside the repository included."""

import posixpath
import re
from xml.etree import ElementTree as ET

from resources.catalogue import _
from tools.stacks.jvm_build import Build
from tools.stacks.tree import Tree, join, parent

_RELEASE = ("maven.compiler.release", "java.version", "maven.compiler.target", "maven.compiler.source", "jdk.version",
            "java.release", "javaversion", "jvm.version", "kotlin.compiler.jvmtarget")  # fmt: skip
_REFERENCE = re.compile(r"\$\{([\w.-]+)\}")
_DEEPEST = 10

Chain = list[tuple[str, ET.Element]]


def read_maven(tree: Tree, path: str) -> Build | None:
    """What `path` tells; None when it is not a project file at all."""
    warnings: list[str] = []
    root = _parse(tree, path, warnings)
    folder = parent(path)
    if root is None:
        return Build("maven", path, folder, folder, warnings=warnings)
    if root.tag != "project":
        return None
    chain = _chain(tree, path, root)
    properties = _properties(tree, chain)
    dependencies: dict[str, str] = {}
    inherited: set[str] = set()
    for each_path, each in chain:
        for group, artifact, kind in _declared(each):
            name = f"{'plugin:' if kind == 'plugin' else ''}{group}:{artifact}".lower()
            if each_path != path and kind == "plugin":
                inherited.add(name)
            else:
                dependencies.setdefault(name, tree.line_of(each_path, f"<artifactId>{artifact}</artifactId>"))
    spring_parent = root.findtext("parent/artifactId", "")
    if spring_parent.strip() == "spring-boot-starter-parent":
        inherited.add("plugin:org.springframework.boot:spring-boot-starter-parent")
    artifact = root.findtext("artifactId", "").strip()
    return Build(
        tool="maven",
        manifest=path,
        folder=folder,
        root=parent(chain[-1][0]),
        dependencies=dependencies,
        inherited=frozenset(inherited),
        name=(artifact, _own_artifact(tree, path, artifact, root)) if artifact else None,
        artifact=_file_name(root, artifact, properties),
        version=_release(properties),
        modules=tuple((each.text or "").strip() for each in root.iterfind(".//modules/module")),
        siblings=tuple(name for name in dependencies if not name.startswith("plugin:")),
        packaging=_resolved(root.findtext("packaging", "jar").strip(), properties) or "jar",
        kotlin=any("kotlin-maven-plugin" in name for name in (*dependencies, *inherited)),
        warnings=warnings,
    )


def _parse(tree: Tree, path: str, warnings: list[str]) -> ET.Element | None:
    text = tree.text(path)
    # A document type brings entities, and a few lines of entities expand to gigabytes: no POM needs one.
    if text is None or "<!DOCTYPE" in text or "<!ENTITY" in text:
        warnings.append(_("{path} cannot be read.", path=path))
        return None
    try:
        root = ET.fromstring(text.lstrip())  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError) as error:
        warnings.append(_("{path} cannot be parsed: {reason}.", path=path, reason=error))
        return None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _chain(tree: Tree, path: str, root: ET.Element) -> Chain:
    """This POM, its parent in the repository, and so on outwards."""
    chain = [(path, root)]
    while len(chain) < _DEEPEST:
        here, element = chain[-1]
        declared = element.find("parent")
        if declared is None:
            break
        relative = (declared.findtext("relativePath", "../pom.xml") or "").strip()
        target = posixpath.normpath(posixpath.join(parent(here), relative)) if relative else ".."
        found = next((each for each in (target, join(target, "pom.xml")) if tree.has(each)), None)
        if target.startswith("..") or found is None or found in {each for each, _root in chain}:
            break
        parsed = _parse(tree, found, [])
        if parsed is None or parsed.findtext("artifactId") != declared.findtext("artifactId"):
            break
        chain.append((found, parsed))
    return chain


def _own_artifact(tree: Tree, path: str, artifact: str, root: ET.Element) -> str:
    """The line of the project's own name, which may also be its parent's or a dependency's."""
    after = 0
    if root.find("parent") is not None:
        after = int(tree.line_of(path, "</parent>").rpartition(":")[2])
        before = [each.tag for each in root]
        if before.index("parent") > before.index("artifactId"):
            after = 0
    return tree.line_of(path, f"<artifactId>{artifact}</artifactId>", after=after)


def _declared(root: ET.Element) -> list[tuple[str, str, str]]:
    found = [
        (each.findtext("groupId", "").strip(), each.findtext("artifactId", "").strip(), "dependency")
        for each in root.iterfind("dependencies/dependency")
        if each.findtext("scope", "").strip() not in {"test", "import"}
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


def _properties(tree: Tree, chain: Chain) -> dict[str, tuple[str, str]]:
    """Every property with its line; the nearest file wins. The compiler plugin's settings are under `plugin.…`."""
    properties: dict[str, tuple[str, str]] = {}
    for path, root in chain:
        for each in root.iterfind("properties/*"):
            properties.setdefault(each.tag.lower(), ((each.text or "").strip(), tree.line_of(path, f"<{each.tag}>")))
        for plugin in (*root.iterfind("build/plugins/plugin"), *root.iterfind("build/pluginManagement/plugins/plugin")):
            if plugin.findtext("artifactId", "").strip() == "maven-compiler-plugin":
                for tag in ("release", "target", "source"):
                    value = plugin.findtext(f"configuration/{tag}")
                    if value:
                        properties.setdefault(f"plugin.{tag}", (value.strip(), tree.line_of(path, f"<{tag}>")))
    for _path, root in chain[:1]:
        own = root.findtext("version") or root.findtext("parent/version") or ""
        properties.setdefault("project.version", (own.strip(), ""))
    return properties


def _resolved(text: str, properties: dict[str, tuple[str, str]]) -> str | None:
    """`text` with its properties filled in; None when one is not known here."""
    for _turn in range(5):
        text = _REFERENCE.sub(lambda match: properties.get(match[1].lower(), (match[0], ""))[0], text)
    return None if "${" in text else text


def _release(properties: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
    for name in ("plugin.release", *_RELEASE, "plugin.target", "plugin.source"):
        value, line = properties.get(name, ("", ""))
        reference = _REFERENCE.fullmatch(value)
        if reference:  # the line that holds the number says more than the one that refers to it
            value, line = properties.get(reference[1].lower(), ("", line))
        version = re.fullmatch(r"(?:1\.)?(\d{1,2})", value)
        if version and line:
            return version[1], line
    return None


def _file_name(root: ET.Element, artifact: str, properties: dict[str, tuple[str, str]]) -> str | None:
    given = root.findtext("build/finalName")
    known = {**properties, "project.artifactid": (artifact, ""), "artifactid": (artifact, "")}
    name = _resolved(given.strip() if given else f"{artifact}-${{project.version}}", known)
    for plugin in root.iterfind("build/plugins/plugin"):
        classifier = plugin.findtext("configuration/classifier")
        if plugin.findtext("artifactId", "").strip() == "spring-boot-maven-plugin" and classifier and name:
            name += f"-{classifier.strip()}"
    return name if name and re.fullmatch(r"[\w.+-]+", name) and not name.endswith("-") else None
