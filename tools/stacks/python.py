"""Python projects: pip, poetry, uv, pdm, pipenv and setuptools; web services, workers, command lines, libraries."""

import re

from resources.catalogue import _
from tools.stacks.ci_versions import by_number, ci_versions
from tools.stacks.draft import Draft
from tools.stacks.folders import is_aside, own_files
from tools.stacks.python_app import find_app, find_framework, serve_command
from tools.stacks.python_commands import Manager, find_manager, note_commands
from tools.stacks.python_django import note_django
from tools.stacks.python_manifest import PythonManifest, read_manifest
from tools.stacks.tree import Tree, base, contains, join, parent

NAME = "python"

_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "manage.py", "environment.yml", "environment.yaml")
_BOTS = ("discord-py", "discord.py", "py-cord", "python-telegram-bot", "aiogram", "pytelegrambotapi", "slack-bolt")


def detect(tree: Tree) -> list[Draft]:
    """Every folder with a Python manifest; without any, a root folder with Python programs."""
    manifests = _without_nested_django(
        [found for folder in _candidates(tree) if (found := read_manifest(tree, folder)) is not None]
    )
    folders = [manifest.folder for manifest in manifests]
    drafts: list[Draft] = []
    for manifest in manifests:
        files = own_files(tree, manifest.folder, folders)
        if not _is_project(manifest, files):
            continue
        draft = _draft(tree, manifest, files)
        if _adds_something(tree, draft, manifest, folders):
            drafts.append(draft)
    return drafts or _bare(tree)


def _candidates(tree: Tree) -> list[str]:
    folders = {parent(path) for path in tree.named(*_MANIFESTS)}
    for path in tree.files:
        if path.endswith((".txt", ".in", ".pip")):
            name = base(path).lower()
            if "requirement" in name:
                folders.add(parent(path))
            elif base(parent(path)) == "requirements":
                folders.add(parent(parent(path)))
    return sorted(folder for folder in folders if base(folder) != "requirements")


def _without_nested_django(manifests: list[PythonManifest]) -> list[PythonManifest]:
    """manage.py below the folder that declares the dependencies belongs to that one."""
    declaring = [manifest.folder for manifest in manifests if base(manifest.path) != "manage.py"]
    return [
        manifest
        for manifest in manifests
        if base(manifest.path) != "manage.py" or not any(contains(folder, manifest.folder) for folder in declaring)
    ]


def _is_project(manifest: PythonManifest, files: list[str]) -> bool:
    if "project" not in manifest.pyproject and "workspace" in manifest.tool("uv"):
        return False  # a virtual workspace root builds nothing
    # A broken manifest says that there is a project, if not which.
    return manifest.packaged or bool(manifest.warnings) or any(path.endswith((".py", ".ipynb")) for path in files)


def _adds_something(tree: Tree, draft: Draft, manifest: PythonManifest, folders: list[str]) -> bool:
    """A requirements file deep inside another Python project is often a script's, not a component's."""
    if manifest.packaged or not any(f != draft.path and contains(f, draft.path) for f in folders):
        return True
    if not base(manifest.path).endswith((".txt", ".in", ".pip")):
        return True
    return draft.get("start_command") is not None or tree.first(draft.path, "Dockerfile", "Procfile") is not None


def _draft(tree: Tree, manifest: PythonManifest, files: list[str]) -> Draft:
    draft = Draft(path=manifest.folder, language=NAME, manifest=manifest.path, warnings=list(manifest.warnings))
    draft.dependencies = manifest.runtime
    if manifest.name:
        draft.note("name", manifest.name, tree.line_of(manifest.path, manifest.name))
    manager = find_manager(tree, manifest)
    draft.note("package_manager", manager.name, manager.evidence)
    if manager.lock:
        draft.note("lock_file", manager.lock, f"{manager.lock}:1")
    _versions(draft, tree, manifest)
    _framework(draft, tree, manifest, files, manager)
    _kind(draft, tree, manifest, files, manager)
    _migrations(draft, tree, manifest, manager)
    note_commands(draft, tree, manifest, manager, files)
    if manager.name == "pip" and not manifest.requirements and not manifest.packaged:
        draft.forget("install_command")
        draft.ask("install_command", _("Which command installs the dependencies of {path}?", path=draft.path))
    if {"celery", "rq", "dramatiq", "arq"} & manifest.runtime.keys() and draft.get("kind") == "service":
        name = next(each for each in ("celery", "rq", "dramatiq", "arq") if each in manifest.runtime)
        draft.ask("components", _("{name} is a dependency: which workers run beside the web process of {path}?",
                              name=name, path=draft.path))  # fmt: skip
    return draft


def _versions(draft: Draft, tree: Tree, manifest: PythonManifest) -> None:
    for path, pattern in (
        (tree.first(draft.path, ".python-version"), r"^\s*(?:cpython-|python-)?(3\.\d+)"),
        (tree.first(draft.path, "runtime.txt"), r"^python-?(3\.\d+)"),
        (tree.first(draft.path, ".tool-versions"), r"^python\s+(3\.\d+)"),
        (tree.first(draft.path, "mise.toml", ".mise.toml"), r"^python\s*=\s*\"(3\.\d+)"),
        (tree.first(".", ".python-version"), r"^\s*(3\.\d+)"),
        (tree.first(".", ".tool-versions"), r"^python\s+(3\.\d+)"),
    ):
        hit = tree.search(path, pattern) if path else None
        if hit is not None:
            draft.note("language_version", hit.match[1], hit.evidence)
    ci = ci_versions(tree, NAME)
    ci_found = sorted({v for v in ci.versions if re.fullmatch(r"3\.\d+", v)}, key=by_number) if ci else []
    if manifest.classifiers is not None:
        draft.note("tested_versions", *manifest.classifiers)
    elif ci is not None and len(ci_found) > 1:
        draft.note("tested_versions", ci_found, ci.evidence)
    exact = manifest.requires_python and re.match(r"^\s*={2,3}\s*(3\.\d+)", manifest.requires_python[0])
    if exact and manifest.requires_python:
        draft.note("language_version", exact[1], manifest.requires_python[1])
    # Below here a Dockerfile's base image says more: these are what the project supports, not what it runs on.
    if ci is not None and ci_found:
        draft.presume("language_version", ci_found[-1], ci.evidence)
    if manifest.classifiers is not None:
        draft.presume("language_version", manifest.classifiers[0][-1], manifest.classifiers[1])
    if manifest.requires_python is not None:
        lowest = re.search(r"(?:>=|~=|\^|~|==)?\s*(3\.\d+)", manifest.requires_python[0])
        if lowest and not re.match(r"\s*<", manifest.requires_python[0]):
            draft.presume("language_version", lowest[1], manifest.requires_python[1])


def _framework(draft: Draft, tree: Tree, manifest: PythonManifest, files: list[str], manager: Manager) -> None:
    found = find_framework(manifest, tree, files)
    if found is None:
        return
    framework, evidence = found
    if framework == "django":
        draft.note("framework", framework, evidence)
        note_django(draft, tree, manifest, files, manager.run)
        return
    app = find_app(tree, manifest, framework, files)
    if app is not None:
        draft.note("framework", framework, evidence)
        draft.presume("kind", "service", app.hit.evidence)
        serve_command(draft, tree, manifest, framework, app, manager.run)
        _health(draft, tree, files)
    elif framework in {"streamlit", "gradio", "chainlit"}:
        _page(draft, tree, files, framework, evidence, manager.run)
    elif framework in {"aiohttp", "tornado", "grpc", "robyn", "pyramid", "dash"}:
        draft.note("framework", framework, evidence)
        path = evidence.rpartition(":")[0]
        if path.endswith(".py") and tree.search(path, r"^if __name__ == .__main__.:"):
            draft.presume("kind", "service", evidence)
            relative = path[0 if draft.path == "." else len(draft.path) + 1 :]
            draft.presume("start_command", f"{manager.run}python {relative}", evidence)
            port = tree.search(path, r"\bport\s*=\s*(?:int\()?[\"']?(\d{2,5})\b|\[::\]:(\d{2,5})\b")
            if port is not None:
                draft.note("port", int(port.match[1] or port.match[2]), port.evidence)
            elif framework == "aiohttp":
                draft.presume("port", 8080, evidence)
    else:
        draft.note("framework", framework, evidence)


def _page(draft: Draft, tree: Tree, files: list[str], framework: str, evidence: str, run: str) -> None:
    draft.note("framework", framework, evidence)
    python = [path for path in files if path.endswith(".py")]
    hits = tree.search_all(python, rf"^\s*(?:import|from) {framework}\b")
    entry = min((hit for hit in hits), key=lambda hit: (hit.path.count("/"), _entry_rank(hit.path)), default=None)
    if entry is None:
        return
    relative = entry.path[0 if draft.path == "." else len(draft.path) + 1 :]
    command, port = {
        "streamlit": (f"streamlit run {relative} --server.port 8501 --server.address 0.0.0.0", 8501),
        "chainlit": (f"chainlit run {relative} --host 0.0.0.0 --port 8000", 8000),
    }.get(framework, (f"python {relative}", 7860))
    draft.presume("kind", "service", entry.evidence)
    draft.presume("start_command", run + command, entry.evidence)
    draft.presume("port", port, entry.evidence)


def _entry_rank(path: str) -> tuple[int, str]:
    names = ("app.py", "main.py", "streamlit_app.py", "Home.py", "run.py", "server.py")
    return (names.index(base(path)) if base(path) in names else len(names), path)


def _kind(draft: Draft, tree: Tree, manifest: PythonManifest, files: list[str], manager: Manager) -> None:
    if draft.get("kind") is not None:
        return
    python = tree.code(files, ".py")
    celery = next(tree.search_all(python, r"^(\w+)\s*=\s*Celery\("), None) if "celery" in manifest.runtime else None
    bot = next((manifest.runtime[name] for name in _BOTS if name in manifest.runtime), None)
    if celery is not None:
        relative = celery.path[0 if draft.path == "." else len(draft.path) + 1 :].removesuffix(".py")
        module = relative.removesuffix("/__init__").replace("/", ".")
        draft.note("framework", "celery", manifest.runtime["celery"])
        draft.presume("kind", "worker", celery.evidence)
        draft.presume("start_command", f"{manager.run}celery -A {module} worker --loglevel=INFO", celery.evidence)
    elif bot is not None and not manifest.packaged:
        draft.presume("kind", "worker", bot)
    elif manifest.scripts and not _calls_itself_library(manifest):
        script, evidence = next(iter(manifest.scripts.items()))
        draft.presume("kind", "cli", evidence)
        draft.presume("start_command", manager.run + script, evidence)
    elif manifest.packaged:
        draft.presume("kind", "library", f"{manifest.path}:1")
    if draft.get("start_command") is None and draft.get("kind") != "library":
        _program(draft, tree, python, manager)


def _program(draft: Draft, tree: Tree, python: list[str], manager: Manager) -> None:
    """A folder of programs: the one that is meant to be run, when its name and its last lines say so."""
    top = [path for path in python if parent(path) == draft.path]
    entry = next((path for name in ("main.py", "app.py", "server.py", "run.py", "bot.py", "__main__.py", "worker.py")
                  for path in top if base(path) == name), top[0] if len(top) == 1 else None)  # fmt: skip
    if entry is None:
        return
    serving = tree.search(entry, r"\bserve_forever\(|HTTPServer\(|socketserver\.|asyncio\.start_server\(")
    run = tree.search(entry, r"^if __name__ == .__main__.:")
    if run is None and serving is None and base(entry) not in {"main.py", "__main__.py", "server.py", "worker.py"}:
        return
    draft.presume("start_command", f"{manager.run}python {base(entry)}", run.evidence if run else f"{entry}:1")
    if serving is not None:
        draft.presume("kind", "service", serving.evidence)
        port = tree.search(
            entry, r"\(\s*\(?[\"'][\w.]*[\"']\s*,\s*(\d{2,5})\)|^(?:PORT|port)\s*=\s*(?:int\()?(\d{2,5})"
        )
        if port is not None:
            draft.note("port", int(port.match[1] or port.match[2]), port.evidence)


def _migrations(draft: Draft, tree: Tree, manifest: PythonManifest, manager: Manager) -> None:
    config = tree.first(draft.path, "alembic.ini")
    if config is not None:
        draft.note("migrate_command", f"{manager.run}alembic upgrade head", f"{config}:1")
    elif "flask-migrate" in manifest.runtime and tree.has(join(draft.path, "migrations/env.py")):
        start = str(draft.get("start_command") or "")
        named = re.search(r"--app (\S+)", start)
        option = f" --app {named[1]}" if named else ""
        evidence = f"{join(draft.path, 'migrations/env.py')}:1"
        draft.presume("migrate_command", f"{manager.run}flask{option} db upgrade", evidence)


def _health(draft: Draft, tree: Tree, files: list[str]) -> None:
    python = tree.code(files, ".py")
    probe = r"health\w*|ready\w*|live\w*|ping|status|_health"
    pattern = rf"@\w+\.(?:get|route|api_route)\(\s*[\"'](/(?:[\w-]+/)*(?:{probe}))/?[\"']"
    hit = next(tree.search_all(python, pattern), None)
    if hit is not None and "APIRouter" not in (tree.text(hit.path) or ""):  # a router's prefix is elsewhere
        draft.note("health_path", hit.match[1], hit.evidence)


def _calls_itself_library(manifest: PythonManifest) -> bool:
    classifiers = str(manifest.pyproject.get("project", "")) + str(manifest.tool("poetry").get("classifiers", ""))
    return "Software Development :: Libraries" in classifiers


def _bare(tree: Tree) -> list[Draft]:
    """Python programs in a repository without any manifest."""
    top = [path for path in tree.within(".") if path.endswith(".py") and not is_aside(path)]
    if not top:
        return []
    draft = Draft(path=".", language=NAME, manifest=top[0])
    manifest = PythonManifest(folder=".", path=top[0])
    files = own_files(tree, ".", [])
    manager = Manager("pip", f"{top[0]}:1", None, "")
    _versions(draft, tree, manifest)
    _framework(draft, tree, manifest, files, manager)
    _kind(draft, tree, manifest, files, manager)
    draft.ask("install_command", _("No manifest lists the dependencies of {path}: which are they?", path=top[0]))
    return [draft]
