"""The commands of a Python project, as its package manager really wants them."""

import re
from dataclasses import dataclass

from tools.stacks.draft import Draft
from tools.stacks.python_manifest import PythonManifest, normal
from tools.stacks.tree import Tree, base, join, parent

_TESTS = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|tests?)\.py$")


@dataclass(frozen=True)
class Manager:
    """A package manager, the line that shows it, and what puts a command into its environment."""

    name: str
    evidence: str
    lock: str | None
    run: str


def find_manager(tree: Tree, manifest: PythonManifest) -> Manager:
    """The package manager: by lock file, then by the manifest's own tables, then pip."""
    folder = manifest.folder
    for name, lock_name in (
        ("uv", "uv.lock"),
        ("poetry", "poetry.lock"),
        ("pdm", "pdm.lock"),
        ("pipenv", "Pipfile.lock"),
    ):
        lock = tree.first(folder, lock_name)
        if lock is not None:
            return Manager(name, f"{lock}:1", lock, f"{name} run ")
    return _by_tables(tree, manifest) or _by_manifest(tree, manifest)


def _by_tables(tree: Tree, manifest: PythonManifest) -> Manager | None:
    """What pyproject.toml says when there is no lock file beside it."""
    pyproject = manifest.pyproject_path
    if pyproject is None:
        return None
    workspace_lock = _uv_workspace_lock(tree, manifest.folder)
    if workspace_lock is not None:
        return Manager("uv", f"{workspace_lock}:1", workspace_lock, "uv run ")
    for name in ("poetry", "pdm", "uv"):
        if manifest.tool(name):
            return Manager(name, tree.line_of(pyproject, f"[tool.{name}"), None, f"{name} run ")
    backend = str(manifest.pyproject.get("build-system", ""))
    for name, sign in (("poetry", "poetry"), ("uv", "uv_build")):
        if sign in backend and not manifest.requirements:
            return Manager(name, tree.line_of(pyproject, sign), None, f"{name} run ")
    return None


def _by_manifest(tree: Tree, manifest: PythonManifest) -> Manager:
    pipfile = tree.first(manifest.folder, "Pipfile")
    if pipfile is not None:
        return Manager("pipenv", f"{pipfile}:1", None, "pipenv run ")
    name = "conda" if manifest.path.endswith((".yml", ".yaml")) else "pip"
    return Manager(name, f"{manifest.path}:1", None, "")


def note_commands(draft: Draft, tree: Tree, manifest: PythonManifest, manager: Manager, files: list[str]) -> None:
    """Write install, lint, test and build commands into `draft`."""
    draft.note("install_command", _install(tree, manifest, manager), manager.evidence)
    _lint(draft, tree, manifest, manager)
    _test(draft, tree, manifest, manager, files)
    if manifest.packaged and draft.get("kind") in {"library", "cli"}:
        build = {"uv": "uv build", "poetry": "poetry build", "pdm": "pdm build"}.get(
            manager.name, "python -m pip wheel --no-deps --wheel-dir dist ."
        )
        draft.presume("build_command", build, f"{manifest.path}:1")


def _install(tree: Tree, manifest: PythonManifest, manager: Manager) -> str:
    if manager.name == "uv":
        extras = "".join(f" --extra {extra}" for extra in manifest.extras)
        named = [group for group in manifest.groups if group != "dev" and re.search(r"test|lint|type|check", group)]
        groups = "".join(f" --group {group}" for group in named)
        return f"uv sync{' --locked' if manager.lock else ''}{extras}{groups}"
    if manager.name == "poetry":
        root = "" if _has_own_package(tree, manifest) else " --no-root"
        extras = "".join(f" --extras {extra}" for extra in manifest.extras)
        return f"poetry install --no-interaction{root}{extras}"
    if manager.name == "pdm":
        extras = "".join(f" -G {extra}" for extra in manifest.extras)
        return f"pdm sync{extras}" if manager.lock else f"pdm install{extras}"
    if manager.name == "pipenv":
        return "pipenv install --dev --deploy" if manager.lock else "pipenv install --dev"
    if manager.name == "conda":
        return f"conda env update --name base --file {base(manifest.path)}"
    return _pip_install(tree, manifest)


def _pip_install(tree: Tree, manifest: PythonManifest) -> str:
    start = 0 if manifest.folder == "." else len(manifest.folder) + 1
    wanted = [path for path in manifest.requirements if _worth_installing(path)]
    # A development file that includes the run-time one needs no company.
    included = {
        hit.match[1] for hit in tree.search_all(wanted, r"^\s*(?:-r|--requirement)[ =]?\s*(?:\./|\.\./)?([\w./-]+)")
    }
    included_names = {base(name) for name in included}
    chosen = [path for path in wanted if base(path) not in included_names]
    files = " ".join(f"-r {path[start:]}" for path in chosen)
    if not manifest.packaged:
        return f"pip install {files}" if files else "pip install ."
    extras = f"[{','.join(manifest.extras)}]" if manifest.extras else ""
    groups = "".join(f" --group {group}" for group in manifest.groups if re.search(r"dev|test|lint|type", group))
    package = f"-e '.{extras}'" if extras else "-e ."
    return f"pip install {files} {package}{groups}" if files else f"pip install {package}{groups}"


def _worth_installing(path: str) -> bool:
    """Not the alternatives that exclude each other: of several environments, what tests need."""
    name = base(path).lower()
    return (
        not re.search(r"doc|prod(uction)?\b|heroku|deploy|gpu|cuda|macos|windows|min(imum)?\b|optional|build", name)
        or name == "requirements.txt"
    )


def _has_own_package(tree: Tree, manifest: PythonManifest) -> bool:
    if manifest.tool("poetry").get("package-mode") is False:
        return True  # poetry itself knows that there is none
    if manifest.tool("poetry").get("packages"):
        return True
    module = re.sub(r"[-.]+", "_", manifest.name or "")
    names = (f"{module}/__init__.py", f"src/{module}/__init__.py", f"{module}.py", f"src/{module}.py")
    return any(tree.has(join(manifest.folder, name)) for name in names)


def _lint(draft: Draft, tree: Tree, manifest: PythonManifest, manager: Manager) -> None:
    folder = manifest.folder
    cfg, ini = tree.first(folder, "setup.cfg"), tree.first(folder, "tox.ini")
    flake8 = next(
        (f"{path}:{hit.line}" for path in (cfg, ini) if path and (hit := tree.search(path, r"^\[flake8\]"))),
        _at(tree.first(folder, ".flake8")),
    )
    ruff = _at(tree.first(folder, "ruff.toml", ".ruff.toml")) or _table(tree, manifest, "ruff")
    for tool, command, configured in (
        ("ruff", "ruff check .", ruff),
        ("flake8", "flake8", flake8),
        ("pylint", "pylint --recursive=y .", _at(tree.first(folder, ".pylintrc", "pylintrc"))),
        ("black", "black --check .", _table(tree, manifest, "black")),
    ):
        evidence = manifest.dependencies.get(tool) or configured
        if evidence is not None:
            draft.note("lint_command", _tool(manager, manifest, tool, command), evidence)
            return
    if "pre-commit" in manifest.dependencies and (config := tree.first(folder, ".pre-commit-config.yaml")):
        draft.note("lint_command", f"{manager.run}pre-commit run --all-files", f"{config}:1")


def _test(draft: Draft, tree: Tree, manifest: PythonManifest, manager: Manager, files: list[str]) -> None:
    folder = manifest.folder
    configured = _at(tree.first(folder, "pytest.ini", ".pytest.ini", "pytest.toml")) or _table(tree, manifest, "pytest")
    for path in (tree.first(folder, "setup.cfg"), tree.first(folder, "tox.ini")):
        hit = tree.search(path, r"^\[(?:tool:)?pytest\]") if path else None
        configured = configured or (hit.evidence if hit else None)
    under = tree.under(folder)
    conftest = next((path for path in under if base(path) == "conftest.py"), None)
    declared = next((manifest.dependencies[n] for n in ("pytest", "pytest-django", "pytest-asyncio", "pytest-cov")
                     if n in manifest.dependencies), None)  # fmt: skip
    evidence = declared or configured or _at(conftest)
    if evidence is not None:
        draft.note("test_command", _tool(manager, manifest, "pytest", "pytest"), evidence)
        return
    manage = draft.get("framework") == "django" and next((path for path in files if base(path) == "manage.py"), None)
    if manage:
        place = parent(manage)[0 if folder == "." else len(folder) + 1 :]
        inside = f"cd {place} && " if place not in {"", "."} and place != folder else ""
        draft.presume("test_command", f"{inside}{manager.run}python manage.py test", f"{manage}:1")
        return
    tests = [path for path in under if _TESTS.search(path)]
    for tool, names in (("tox", ("tox.ini",)), ("nox", ("noxfile.py",))):
        config = tree.first(folder, *names)
        if config is not None and (tool == "nox" or tree.search(config, r"^\[testenv")):
            draft.note("test_command", _tool(manager, manifest, tool, tool), f"{config}:1")
            return
    unittest = next(tree.search_all(tests, r"^\s*(?:import unittest\b|from unittest import)"), None)
    imported = next(tree.search_all(tests, r"^\s*(?:import pytest\b|from pytest import)|^def test_"), None)
    if imported is not None:
        draft.note("test_command", _tool(manager, manifest, "pytest", "pytest"), imported.evidence)
    elif unittest is not None:
        top = unittest.path[0 if folder == "." else len(folder) + 1 :].partition("/")[0]
        start = f" -s {top}" if "/" in unittest.path[0 if folder == "." else len(folder) + 1 :] else ""
        draft.note("test_command", f"{manager.run}python -m unittest discover{start}", unittest.evidence)


def _tool(manager: Manager, manifest: PythonManifest, tool: str, command: str) -> str:
    """`command` in the project's environment; a tool that is configured but not declared is fetched first."""
    plugins = (f"{tool}-",) if tool == "pytest" else ()
    declared = (
        any(name == tool or name.startswith(plugins) for name in manifest.dependencies)
        if plugins
        else (normal(tool) in manifest.dependencies)
    )
    if declared:
        return manager.run + command
    if manager.name == "uv":
        return f"uv run --with {tool} {command}"
    if manager.name in {"pip", "conda"}:
        return f"pip install {tool} && {command}"
    return f"{manager.run}pip install {tool} && {manager.run}{command}"


def _table(tree: Tree, manifest: PythonManifest, tool: str) -> str | None:
    if manifest.pyproject_path is None or not manifest.tool(tool):
        return None
    return tree.line_of(manifest.pyproject_path, f"[tool.{tool}")


def _at(path: str | None) -> str | None:
    return f"{path}:1" if path else None


def _uv_workspace_lock(tree: Tree, folder: str) -> str | None:
    while folder != ".":
        folder = parent(folder)
        pyproject, lock = tree.first(folder, "pyproject.toml"), tree.first(folder, "uv.lock")
        if pyproject and lock and tree.search(pyproject, r"^\[tool\.uv\.workspace\]"):
            return lock
    return None
