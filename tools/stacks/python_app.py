"""Finds the application object of a Python web project and the command that serves it."""

import posixpath
import re
from dataclasses import dataclass

from tools.stacks.draft import Draft
from tools.stacks.python_manifest import PythonManifest
from tools.stacks.tree import Hit, Tree, base, join, parent

# Dependency -> framework, most telling first (Django REST beside FastAPI is still looked up by its own objects).
FRAMEWORKS: dict[str, str] = {
    "django": "django",
    "fastapi": "fastapi",
    "litestar": "litestar",
    "starlite": "litestar",
    "flask": "flask",
    "quart": "quart",
    "sanic": "sanic",
    "robyn": "robyn",
    "blacksheep": "blacksheep",
    "falcon": "falcon",
    "pyramid": "pyramid",
    "bottle": "bottle",
    "connexion": "connexion",
    "streamlit": "streamlit",
    "gradio": "gradio",
    "chainlit": "chainlit",
    "dash": "dash",
    "starlette": "starlette",
    "aiohttp": "aiohttp",
    "tornado": "tornado",
    "grpcio": "grpc",
}
# Constructors, and whether they make an ASGI application.
_OBJECTS: dict[str, tuple[str, bool]] = {
    "fastapi": (r"FastAPI", True),
    "litestar": (r"(?:Litestar|Starlite)", True),
    "starlette": (r"Starlette", True),
    "quart": (r"Quart", True),
    "blacksheep": (r"Application", True),
    "sanic": (r"Sanic", True),
    "flask": (r"(?:Flask|APIFlask|OpenAPI)", False),
    "connexion": (r"(?:FlaskApp|AsyncApp|connexion\.App)", False),
    "falcon": (r"(?:falcon\.(?:App|API|asgi\.App))", False),
    "dash": (r"(?:dash\.)?Dash", False),
    "bottle": (r"(?:bottle\.)?Bottle", False),
}
# (dependency that makes the look worthwhile, sign in the code, framework or None for the first group).
_IN_CODE: tuple[tuple[str | None, str, str | None], ...] = (
    (None, r"^\s*(?:from|import) (django)\b", "django"),
    (None, r"^\s*(?:from|import) (fastapi|litestar|flask|quart|sanic|falcon|bottle)\b", None),
    (None, r"^\s*(?:\w+\s*=\s*)?(?:\w+\.)?(Starlette)\(", "starlette"),
    ("aiohttp", r"\bweb\.(run_app|Application)\(", "aiohttp"),
    ("tornado", r"\b(Application)\(", "tornado"),
    ("grpcio", r"\bgrpc\.(?:aio\.)?(server)\(", "grpc"),
    ("dash", r"\b(Dash)\(\s*__name__", "dash"),
    ("gradio", r"\b(?:gr|gradio)\.(Blocks|Interface|ChatInterface)\(", "gradio"),
)
_PORTS = {
    "flask": 5000,
    "quart": 5000,
    "streamlit": 8501,
    "gradio": 7860,
    "bottle": 8080,
    "aiohttp": 8080,
    "dash": 8050,
}
_PREFERRED_FILES = (
    "main.py",
    "app.py",
    "wsgi.py",
    "asgi.py",
    "application.py",
    "server.py",
    "api.py",
    "run.py",
    "__init__.py",
)


@dataclass(frozen=True)
class AppObject:
    """The object a server imports: `module:name`, from which folder, and where it is made."""

    reference: str
    folder: str
    """Folder to import from, relative to the component ('.' for the component itself)."""
    hit: Hit
    factory: bool


def find_framework(manifest: PythonManifest, tree: Tree, files: list[str]) -> tuple[str, str] | None:
    """The framework and its evidence: a run-time dependency, else an import in the component's own code."""
    for dependency, framework in FRAMEWORKS.items():
        if dependency in {"aiohttp", "tornado", "grpcio", "dash", "gradio", "starlette"}:
            continue  # as often a client or an ingredient: only what the code does with it counts
        if dependency in manifest.runtime and manifest.name != dependency:
            return framework, manifest.runtime[dependency]
    own = normal_module(manifest.name)
    common = tree.code(files, ".py")
    every = [path for path in files if path.endswith(".py")]
    for needed, pattern, known in _IN_CODE:
        if needed is not None and needed not in manifest.dependencies:
            continue
        hit = next(tree.search_all(common if needed is None else every, pattern), None)
        if hit is not None and (known or hit.match[1]) != own:
            return known or hit.match[1], hit.evidence
    return None


def normal_module(name: str | None) -> str | None:
    """The import name a distribution name usually has."""
    return re.sub(r"[-.]+", "_", name).lower() if name else None


def find_app(tree: Tree, manifest: PythonManifest, framework: str, files: list[str]) -> AppObject | None:
    """The application object: a module-level assignment, else a factory function."""
    constructor, _asgi = _OBJECTS.get(framework, (None, False))
    if constructor is None:
        return None
    python = sorted(tree.code(files, ".py"), key=_preference)
    made = re.compile(rf"^(?P<name>\w+)\s*(?::\s*[\w.\[\]\"']+\s*)?=\s*(?:\w+\.)*{constructor}\(", re.MULTILINE)
    from_factory = re.compile(r"^(?P<name>\w*app\w*|application|api|server)\s*(?::\s*[\w.]+\s*)?=\s*(?:\w+\.)*"
                              r"(?P<factory>(?:create|make|get|build|init)_?(?:\w*app\w*|api|server|application)|create)\(",
                              re.MULTILINE)  # fmt: skip
    for pattern in (made, from_factory):
        hit = next(tree.search_all(python, pattern), None)
        if hit is not None:
            return _located(tree, manifest, hit, hit.match["name"], factory=False)
    factory = re.compile(r"^(?:async )?def (?P<name>(?:create|make|get|build|init)_?(?:\w*app\w*|api))\(",
                         re.MULTILINE)  # fmt: skip
    for hit in tree.search_all(python, factory, needle=re.compile(constructor.encode())):
        return _located(tree, manifest, hit, hit.match["name"], factory=True)
    return None


def serve_command(draft: Draft, tree: Tree, manifest: PythonManifest, framework: str, app: AppObject, run: str) -> None:
    """The start command and port for `app`, from the servers the project depends on.

    `run` is the package manager's prefix (`uv run `): the commands work right after the install command.
    """
    dependencies = manifest.dependencies
    asgi = _OBJECTS[framework][1]
    evidence = app.hit.evidence
    own_port = _port_in_code(tree, app.hit.path)
    port = own_port[0] if own_port else _PORTS.get(framework, 8000)
    runs_itself = tree.search(app.hit.path, r"^if __name__ == .__main__.:")
    at = "" if app.folder == "." else app.folder
    if framework == "sanic":
        command = f"sanic {app.reference.replace(':', '.')} --host=0.0.0.0 --port={port}"
    elif "gunicorn" in dependencies and not (asgi and "uvicorn" not in dependencies):
        worker = " -k uvicorn.workers.UvicornWorker" if asgi else ""
        place = f" --chdir {at}" if at else ""
        target = f"'{app.reference}()'" if app.factory else app.reference
        command = f"gunicorn{place} {target}{worker} --bind 0.0.0.0:{port}"
    elif "hypercorn" in dependencies and "uvicorn" not in dependencies:
        command = f"hypercorn {app.reference} --bind 0.0.0.0:{port}"
    elif "granian" in dependencies and "uvicorn" not in dependencies:
        kind = "asgi" if asgi else "wsgi"
        command = f"granian --interface {kind} {app.reference} --host 0.0.0.0 --port {port}"
    elif (
        framework == "fastapi"
        and not app.factory
        and not _has_uvicorn(dependencies)
        and ({"fastapi[standard]", "fastapi-cli", "fastapi[all]"} & dependencies.keys())
    ):
        relative = app.hit.path[0 if draft.path == "." else len(draft.path) + 1 :]
        command = f"fastapi run {relative} --port {port}"
    elif asgi and (_has_uvicorn(dependencies) or framework in {"fastapi", "starlette", "litestar", "blacksheep"}):
        place = f" --app-dir {at}" if at else ""
        factory = " --factory" if app.factory else ""
        command = f"uvicorn {app.reference}{place}{factory} --host 0.0.0.0 --port {port}"
    elif "waitress" in dependencies and not app.factory:
        command = f"waitress-serve --port={port} {app.reference}"
    elif framework in {"flask", "connexion", "quart"} and (app.factory or not runs_itself):
        place = f"{at}/" if at else ""
        program = "quart" if framework == "quart" else "flask"
        command = f"{program} --app {place}{app.reference} run --host 0.0.0.0 --port {port}"
    elif runs_itself:
        relative = app.hit.path[0 if draft.path == "." else len(draft.path) + 1 :]
        command = f"python {relative}"
    else:
        return
    draft.presume("start_command", run + command, evidence)
    if own_port:
        draft.note("port", *own_port)
    else:
        draft.presume("port", port, evidence)


def _has_uvicorn(dependencies: dict[str, str]) -> bool:
    return "uvicorn" in dependencies or "uvicorn[standard]" in dependencies


def _port_in_code(tree: Tree, path: str) -> tuple[int, str] | None:
    """The literal port given to `app.run` or `uvicorn.run`, also as the default of an environment variable."""
    pattern = (
        r"\.run(?:_app|_server)?\([^)]*?\bport\s*=\s*(?:int\(\s*)?(?:os\.(?:environ\.get|getenv)\(\s*[\"']\w+[\"']\s*,"
        r"\s*(?:default\s*=\s*)?)?[\"']?(\d{2,5})\b"
    )
    hit = tree.search(path, pattern)
    if hit is None:
        return None
    number = hit.match.string.count("\n", hit.match.start(), hit.match.start(1))
    return int(hit.match[1]), f"{path}:{hit.line + number}"


def _preference(path: str) -> tuple[int, int, str]:
    name = base(path)
    rank = _PREFERRED_FILES.index(name) if name in _PREFERRED_FILES else len(_PREFERRED_FILES)
    return (path.count("/"), rank, path)


def _located(tree: Tree, manifest: PythonManifest, hit: Hit, name: str, *, factory: bool) -> AppObject:
    """How to import the module of `hit`: from which folder, under which dotted name."""
    folder = manifest.folder
    relative = hit.path[0 if folder == "." else len(folder) + 1 :]
    module_path = relative.removesuffix(".py").removesuffix("/__init__")
    start = _import_root(tree, manifest, hit.path, relative)
    inside = module_path if start == "." else module_path[len(start) + 1 :]
    return AppObject(f"{inside.replace('/', '.')}:{name}", start, hit, factory)


def _import_root(tree: Tree, manifest: PythonManifest, path: str, relative: str) -> str:
    """The folder (relative to the component) that must be on the import path for the module to work."""
    top, _, rest = relative.partition("/")
    if not rest:
        return "."
    if top == "src" and not tree.has(join(manifest.folder, "src/__init__.py")) and not _imports(tree, path, "src"):
        return "src"
    if _imports(tree, path, top) or tree.has(join(manifest.folder, f"{top}/__init__.py")):
        return "."
    if tree.has(join(parent(path), "__init__.py")):
        return "."
    # Neither a package nor imported as one: its modules import each other from inside the folder.
    return posixpath.dirname(relative) if _imports_siblings(tree, path) else "."


def _imports(tree: Tree, path: str, top: str) -> bool:
    return tree.search(path, rf"^\s*(?:from|import) {re.escape(top)}(?:\.|\s)") is not None


def _imports_siblings(tree: Tree, path: str) -> bool:
    siblings = {base(each).removesuffix(".py") for each in tree.within(parent(path)) if each.endswith(".py")}
    folders = {base(parent(each)) for each in tree.under(parent(path)) if parent(parent(each)) == parent(path)}
    inside = siblings | folders
    return any(hit.match[1] in inside for hit in tree.search_all([path], r"^\s*(?:from|import) (\w+)"))
