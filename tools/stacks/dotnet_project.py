"""Reads .NET project files: SDK, target framework, packages, references; shared properties above them included."""

import posixpath
import re
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from resources.catalogue import _
from tools.stacks.tree import Tree, base, join, parent

SUFFIXES = (".csproj", ".fsproj", ".vbproj")
_TEST_PACKAGES = ("microsoft.net.test.sdk", "xunit", "nunit", "mstest.testframework", "xunit.v3", "tunit", "mstest")


@dataclass
class Project:
    """One .csproj, .fsproj or .vbproj."""

    path: str
    folder: str
    name: str
    sdk: str
    """The SDK it names, lower case; '' for a project of the old .NET Framework."""
    properties: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Property, lower case, to its value and line; those of Directory.Build.props included."""
    packages: dict[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    """Project files it is built from."""
    is_test: bool = False
    warnings: list[str] = field(default_factory=list)

    def value(self, name: str) -> str:
        """A property's value, '' when it is not set."""
        return self.properties.get(name.lower(), ("", ""))[0]


def read_projects(tree: Tree) -> dict[str, Project]:
    """Every project of the repository by its path."""
    projects = {}
    for path in tree.files:
        if path.endswith(SUFFIXES):
            projects[path] = _read(tree, path)
    return projects


def _read(tree: Tree, path: str) -> Project:
    name = base(path).rpartition(".")[0]
    project = Project(path, parent(path), name, "")
    root = _parse(tree, path, project.warnings)
    if root is None:
        return project
    imported = root.find("Sdk")
    project.sdk = (
        (root.get("Sdk") or (imported.get("Name") if imported is not None else "") or "").partition("/")[0].lower()
    )
    _properties(tree, path, root, project)
    for shared in _shared(tree, path):
        above = _parse(tree, shared, [])
        if above is not None:
            _properties(tree, shared, above, project)
            _packages(tree, shared, above, project)
    _packages(tree, path, root, project)
    project.references = tuple(
        posixpath.normpath(join(project.folder, (each.get("Include") or "").replace("\\", "/")))
        for each in root.iter("ProjectReference")
    )
    project.is_test = project.value("IsTestProject").lower() == "true" or any(
        package in project.packages for package in _TEST_PACKAGES
    )
    return project


def _parse(tree: Tree, path: str, warnings: list[str]) -> ET.Element | None:
    text = tree.text(path)
    # A document type brings entities, and a few lines of entities expand to gigabytes: no project file needs one.
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


def _shared(tree: Tree, path: str) -> list[str]:
    """Directory.Build.props and the central package list that apply to a project: the nearest ones outwards."""
    found = []
    for name in ("Directory.Build.props", "Directory.Build.targets"):
        folder = parent(path)
        while True:
            if shared := tree.first(folder, name):
                found.append(shared)
                break
            if folder == ".":
                break
            folder = parent(folder)
    return found


def _properties(tree: Tree, path: str, root: ET.Element, project: Project) -> None:
    for group in root.iter("PropertyGroup"):
        for each in group:
            value = (each.text or "").strip()
            if value:
                project.properties.setdefault(each.tag.lower(), (value, tree.line_of(path, f"<{each.tag}")))


def _packages(tree: Tree, path: str, root: ET.Element, project: Project) -> None:
    for tag in ("PackageReference", "FrameworkReference"):
        for each in root.iter(tag):
            if name := each.get("Include"):
                project.packages.setdefault(name.lower(), tree.line_of(path, f'"{name}"'))


def target(project: Project, tree: Tree) -> tuple[str, str] | None:
    """The .NET version it runs on and its line: the newest of several, variables of the repository filled in."""
    for name in ("targetframework", "targetframeworks", "targetframeworkversion"):
        value, line = project.properties.get(name, ("", ""))
        reference = re.fullmatch(r"\$\((\w+)\)", value)
        if reference:
            value, line = project.properties.get(reference[1].lower(), ("", line))
        versions = re.findall(r"(?:^|;)\s*(?:net|netcoreapp|v)(\d+\.\d+)", value)
        if versions:
            return max(versions, key=lambda each: tuple(int(part) for part in each.split("."))), line
    pinned = tree.first(project.folder, "global.json") or tree.first(".", "global.json")
    hit = tree.search(pinned, r'"version"\s*:\s*"(\d+\.\d+)\.\d+') if pinned else None
    return (hit.match[1], hit.evidence) if hit else None


def built_from(project: Project, projects: dict[str, Project]) -> list[Project]:
    """The project and those it references, at any remove."""
    reached = [project]
    for each in reached:
        reached += [found for path in each.references if (found := projects.get(path)) and found not in reached]
    return reached


def code_of(tree: Tree, parts: list[Project]) -> list[str]:
    """The source files of projects, where programs start first."""
    files = [path for each in parts for path in tree.under(each.folder) if path.endswith((".cs", ".fs", ".vb"))]
    return sorted(
        files[:3_000], key=lambda path: (base(path) not in {"Program.cs", "Startup.cs", "Program.fs"}, path.count("/"))
    )
