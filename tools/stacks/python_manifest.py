"""Reads what a Python project declares, whichever of its many manifests it uses."""

import configparser
import re
from dataclasses import dataclass, field
from typing import Any

from tools.stacks.parse import Warnings, read_toml, string, strings, table
from tools.stacks.tree import Tree, base, join

_REQUIREMENT = re.compile(r"^\s*[\"']?([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?")
_DEV_NAME = re.compile(r"(dev|test|lint|doc|typing|type|check|quality|ci\b|local|format|build)", re.IGNORECASE)
_QUOTED = re.compile(r"[\"']([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]\"']*\])?[^\"'\n]*[\"']")


@dataclass
class PythonManifest:
    """Everything the manifests of one folder say, with evidence."""

    folder: str
    path: str
    """The manifest that makes the folder a project."""
    pyproject: dict[str, Any] = field(default_factory=dict)
    pyproject_path: str | None = None
    requirements: list[str] = field(default_factory=list)
    """requirements files for running, then those for developing."""
    name: str | None = None
    packaged: bool = False
    """Whether it can be installed as a distribution."""
    requires_python: tuple[str, str] | None = None
    classifiers: tuple[list[str], str] | None = None
    scripts: dict[str, str] = field(default_factory=dict)
    """Console scripts and the line that declares each."""
    runtime: dict[str, str] = field(default_factory=dict)
    development: dict[str, str] = field(default_factory=dict)
    extras: list[str] = field(default_factory=list)
    """Extras whose name says they are for developing."""
    groups: list[str] = field(default_factory=list)
    """PEP 735 groups whose name says they are for developing."""
    warnings: Warnings = field(default_factory=list)

    @property
    def dependencies(self) -> dict[str, str]:
        """Run-time and development dependencies together."""
        return {**self.development, **self.runtime}

    def tool(self, *keys: str) -> dict[str, Any]:
        """The table `[tool.<keys>]` of pyproject.toml."""
        return table(self.pyproject, "tool", *keys)


def read_manifest(tree: Tree, folder: str) -> PythonManifest | None:
    """The manifest of `folder`, or None when nothing there makes it a Python project."""
    pyproject = tree.first(folder, "pyproject.toml")
    setup_cfg, setup_py = tree.first(folder, "setup.cfg"), tree.first(folder, "setup.py")
    pipfile = tree.first(folder, "Pipfile")
    requirements = _requirement_files(tree, folder)
    manage = tree.first(folder, "manage.py")
    conda = tree.first(folder, "environment.yml", "environment.yaml")
    found = PythonManifest(folder=folder, path="", requirements=requirements)
    if pyproject is not None:
        found.pyproject, found.pyproject_path = read_toml(tree, pyproject, found.warnings), pyproject
        project = bool(found.pyproject.get("project")) or bool(found.tool("poetry")) or bool(found.tool("pdm"))
        # A file that only configures ruff is no project; a broken one is worth telling.
        if project or found.warnings or (found.tool("uv") and tree.first(folder, "uv.lock")):
            found.path = pyproject
            _from_pyproject(tree, pyproject, found)
    if setup_cfg is not None and _from_setup_cfg(tree, setup_cfg, found):
        found.path = found.path or setup_cfg
    if setup_py is not None and (tree.search(setup_py, r"\bsetup\s*\(") is not None):
        found.path = found.path or setup_py
        _from_setup_py(tree, setup_py, found)
    if pipfile is not None:
        found.path = found.path or pipfile
        _from_pipfile(tree, pipfile, found)
    for path in requirements:
        found.path = found.path or path
        _from_requirements(tree, path, found, set())
    if conda is not None and tree.search(conda, r"^\s*-\s*python\b"):
        found.path = found.path or conda
        _from_conda(tree, conda, found)
    if not found.path and manage is not None and tree.search(manage, r"DJANGO_SETTINGS_MODULE"):
        found.path = manage
    return found if found.path else None


def normal(name: str) -> str:
    """A distribution name as PyPI compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _requirement_files(tree: Tree, folder: str) -> list[str]:
    names = re.compile(r"^(requirements?([-_.][\w.-]+)?|[\w-]+[-_.]requirements)\.(txt|in|pip)$", re.IGNORECASE)
    found = [path for path in tree.within(folder) if names.match(base(path))]
    found += [path for path in tree.within(join(folder, "requirements")) if path.endswith((".txt", ".in", ".pip"))]
    compiled = {path.rpartition(".")[0] for path in found if path.endswith((".txt", ".pip"))}
    found = [path for path in found if not (path.endswith(".in") and path.rpartition(".")[0] in compiled)]
    found = [path for path in found if not re.search(r"constraints?|override", base(path))]
    return sorted(found, key=lambda path: (_is_dev_file(path), _file_rank(path), path))


def _is_dev_file(path: str) -> bool:
    return _DEV_NAME.search(base(path).replace("requirements", "")) is not None


def _file_rank(path: str) -> int:
    name = base(path).lower()
    if name in {"requirements.txt", "requirements.in"}:
        return 0
    return 1 if re.search(r"prod|base|main|common", name) else 2


def _from_pyproject(tree: Tree, path: str, found: PythonManifest) -> None:
    project, poetry = table(found.pyproject, "project"), found.tool("poetry")
    found.name = string(project.get("name")) or string(poetry.get("name"))
    found.packaged = "build-system" in found.pyproject and bool(project or poetry.get("name"))
    if poetry.get("package-mode") is False or found.tool("uv").get("package") is False:
        found.packaged = False
    lines = (tree.text(path) or "").split("\n")
    required = string(project.get("requires-python"))
    if required:
        found.requires_python = (required, _line(path, lines, r"requires-python"))
    for requirement in strings(project.get("dependencies")):
        _add(found.runtime, requirement, path, lines)
    extras = table(project, "optional-dependencies")
    found.extras += [extra for extra in extras if _DEV_NAME.search(extra)]
    found.groups += list(table(found.pyproject, "dependency-groups"))
    development: list[object] = [extras[extra] for extra in found.extras if extra in extras]
    development += table(found.pyproject, "dependency-groups").values()
    development += found.tool("pdm", "dev-dependencies").values()
    development.append(found.tool("uv").get("dev-dependencies"))
    for requirement in (each for names in development for each in strings(names)):
        _add(found.development, requirement, path, lines)
    for script in [*table(project, "scripts"), *table(poetry, "scripts")]:
        found.scripts.setdefault(script, _line(path, lines, rf"^\s*[\"']?{re.escape(script)}[\"']?\s*="))
    classifiers = strings(project.get("classifiers")) or strings(poetry.get("classifiers"))
    _classify(found, classifiers, path, lines)
    _from_poetry(poetry, path, lines, found)


def _from_poetry(poetry: dict[str, Any], path: str, lines: list[str], found: PythonManifest) -> None:
    dependencies = table(poetry, "dependencies")
    python = dependencies.get("python")
    if isinstance(python, str) and found.requires_python is None:
        found.requires_python = (python, _line(path, lines, r"^\s*python\s*="))
    for name, wanted in dependencies.items():
        if name != "python":
            extras = strings(table(wanted).get("extras"))
            _add(found.runtime, f"{name}[{','.join(extras)}]" if extras else name, path, lines)
    groups = [table(poetry, "dev-dependencies")]
    groups += [table(group, "dependencies") for group in table(poetry, "group").values()]
    for group in groups:
        for name in group:
            _add(found.development, name, path, lines)


def _from_setup_cfg(tree: Tree, path: str, found: PythonManifest) -> bool:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(tree.text(path) or "")
    except (configparser.Error, ValueError) as error:
        found.warnings.append(f"{path}: {str(error).splitlines()[0]}")
        return False
    if not parser.has_option("metadata", "name") and not parser.has_section("options"):
        return False
    lines = (tree.text(path) or "").split("\n")
    found.name = found.name or parser.get("metadata", "name", fallback=None)
    found.packaged = True
    required = parser.get("options", "python_requires", fallback=None)
    if required and found.requires_python is None:
        found.requires_python = (required, _line(path, lines, r"python_requires"))
    for requirement in parser.get("options", "install_requires", fallback="").splitlines():
        _add(found.runtime, requirement, path, lines)
    if parser.has_section("options.extras_require"):
        for extra, names in parser.items("options.extras_require"):
            if _DEV_NAME.search(extra):
                found.extras.append(extra)
                for requirement in names.splitlines():
                    _add(found.development, requirement, path, lines)
    for line in parser.get("options.entry_points", "console_scripts", fallback="").splitlines():
        if "=" in line:
            script = line.partition("=")[0].strip()
            found.scripts.setdefault(script, _line(path, lines, rf"^\s*{re.escape(script)}\s*="))
    _classify(found, parser.get("metadata", "classifiers", fallback="").splitlines(), path, lines)
    return True


def _from_setup_py(tree: Tree, path: str, found: PythonManifest) -> None:
    """setup.py is code: only literals that stand where setuptools documents them are read, nothing is run."""
    text = tree.text(path) or ""
    lines = text.split("\n")
    found.packaged = True
    if found.name is None and (named := re.search(r"\bname\s*=\s*[\"']([\w.-]+)[\"']", text)):
        found.name = named[1]
    if found.requires_python is None and (wanted := re.search(r"python_requires\s*=\s*[\"']([^\"']+)[\"']", text)):
        found.requires_python = (wanted[1], _line(path, lines, r"python_requires"))
    install = re.search(
        r"(?:install_requires|INSTALL_REQUIRES|requirements|REQUIRES)\s*=\s*\[(.*?)\]\s*[,)\n]", text, re.DOTALL
    )
    for match in _QUOTED.finditer(install[1]) if install else ():
        _add(found.runtime, match[1] + (match[2] or ""), path, lines)
    extras = re.search(r"extras_require\s*=\s*\{(.*?)\}", text, re.DOTALL)
    for match in re.finditer(r"[\"'](\w+)[\"']\s*:\s*\[(.*?)\]", extras[1], re.DOTALL) if extras else ():
        if _DEV_NAME.search(match[1]):
            found.extras.append(match[1])
            for each in _QUOTED.finditer(match[2]):
                _add(found.development, each[1], path, lines)
    scripts = re.search(r"console_scripts[\"']?\s*[:=]\s*\[(.*?)\]", text, re.DOTALL)
    for match in re.finditer(r"[\"']\s*([\w.-]+)\s*=", scripts[1]) if scripts else ():
        found.scripts.setdefault(match[1], _line(path, lines, rf"[\"']\s*{re.escape(match[1])}\s*="))
    _classify(found, re.findall(r"[\"'](Programming Language :: Python :: [\d.]+)[\"']", text), path, lines)


def _from_pipfile(tree: Tree, path: str, found: PythonManifest) -> None:
    data = read_toml(tree, path, found.warnings)
    lines = (tree.text(path) or "").split("\n")
    for section, into in (("packages", found.runtime), ("dev-packages", found.development)):
        for name, wanted in table(data, section).items():
            extras = strings(table(wanted).get("extras"))
            _add(into, f"{name}[{','.join(extras)}]" if extras else name, path, lines)
    version = string(table(data, "requires").get("python_version"))
    full = string(table(data, "requires").get("python_full_version"))
    if (version or full) and found.requires_python is None:
        found.requires_python = (f"=={version or full}", _line(path, lines, r"python_(full_)?version"))


def _from_requirements(tree: Tree, path: str, found: PythonManifest, seen: set[str]) -> None:
    if path in seen:
        return
    seen.add(path)
    into = found.development if _is_dev_file(path) else found.runtime
    for number, line in enumerate((tree.text(path) or "").split("\n"), start=1):
        egg = re.search(r"[#&]egg=([\w.-]+)", line)
        match = None if line.lstrip().startswith(("#", "-", "http", "git+")) else _REQUIREMENT.match(line)
        if egg or match:
            _put(into, egg[1] if egg else match[0].strip() if match else "", f"{path}:{number}")


def _from_conda(tree: Tree, path: str, found: PythonManifest) -> None:
    for number, line in enumerate((tree.text(path) or "").split("\n"), start=1):
        match = re.match(r"^\s*-\s*([A-Za-z0-9][\w.-]*)\s*(?:[=<>~]=?\s*([\d.]+))?", line)
        if match and match[1] == "python" and match[2] and found.requires_python is None:
            found.requires_python = (f"=={match[2]}", f"{path}:{number}")
        elif match and match[1] not in {"python", "pip"} and not line.startswith("-"):
            _put(found.runtime, match[1], f"{path}:{number}")


def _classify(found: PythonManifest, classifiers: list[str], path: str, lines: list[str]) -> None:
    versions = [match[1] for each in classifiers if (match := re.search(r"Python :: (3\.\d+)\s*$", each)) is not None]
    if versions and found.classifiers is None:
        versions.sort(key=lambda version: int(version.partition(".")[2]))
        found.classifiers = (versions, _line(path, lines, rf"Python :: {re.escape(versions[0])}"))


def _add(into: dict[str, str], requirement: str, path: str, lines: list[str]) -> None:
    match = _REQUIREMENT.match(requirement)
    if match is None:
        return
    loose = re.sub(r"[-_.]+", "[-_.]+", re.escape(match[1]).replace(r"\-", "-").replace(r"\.", "."))
    pattern = rf"(?i)(^|[\"'\s,\[]){loose}(?=[\"'\s\[=<>~!;,@]|$)"
    # `django = "…"` under `[tool.django]` and a comment do not declare it: prefer a line that looks like it.
    _put(into, match[0].strip().strip("\"'"), _line(path, lines, pattern))


def _put(into: dict[str, str], requirement: str, evidence: str) -> None:
    name, bracket, extras = requirement.partition("[")
    into.setdefault(normal(name.strip()), evidence)
    for extra in extras.rstrip("] ").split(",") if bracket else ():
        into.setdefault(f"{normal(name.strip())}[{extra.strip().lower()}]", evidence)


def _line(path: str, lines: list[str], pattern: str) -> str:
    compiled = re.compile(pattern)
    for number, line in enumerate(lines, start=1):
        if not line.lstrip().startswith("#") and compiled.search(line):
            return f"{path}:{number}"
    return f"{path}:1"
