"""Django projects: where manage.py is, which server serves them, how they migrate."""

from tools.stacks.draft import Draft
from tools.stacks.python_manifest import PythonManifest
from tools.stacks.tree import Tree, base, join, parent


def note_django(draft: Draft, tree: Tree, manifest: PythonManifest, files: list[str], run: str) -> None:
    """Commands and port of a Django project; a reusable app (no manage.py) gets none."""
    manage = min((path for path in files if base(path) == "manage.py"), key=lambda p: (p.count("/"), p), default=None)
    if manage is None:
        return
    settings = tree.search(manage, r"DJANGO_SETTINGS_MODULE[\"']\s*,\s*[\"']([\w.]+)[\"']")
    evidence = settings.evidence if settings else f"{manage}:1"
    draft.presume("kind", "service", evidence)
    # Everything is relative to the component; `place` is where manage.py is ('' for the component itself).
    place = parent(manage)
    place = "" if place == draft.path else place[0 if draft.path == "." else len(draft.path) + 1 :]
    inside = f"{place}/manage.py" if place else "manage.py"
    draft.presume("migrate_command", f"{run}python {inside} migrate --noinput", evidence)
    draft.presume("port", 8000, evidence)
    package = settings.match[1].partition(".")[0] if settings else ""
    served = _served(tree, manifest, parent(manage), package, place)
    if served is not None:
        draft.presume("start_command", run + served[0], served[1])
    else:
        draft.presume("start_command", f"{run}python {inside} runserver 0.0.0.0:8000", evidence)


def _served(tree: Tree, manifest: PythonManifest, folder: str, package: str, place: str) -> tuple[str, str] | None:
    """A production server the project depends on, and the entry point it serves."""
    wsgi, asgi = (_entry(tree, folder, package, name) for name in ("wsgi.py", "asgi.py"))
    dependencies = manifest.dependencies
    chdir = f" --chdir {place}" if place else ""
    if "gunicorn" in dependencies and wsgi:
        return f"gunicorn{chdir} {wsgi[0]}:application --bind 0.0.0.0:8000", dependencies["gunicorn"]
    if asgi and {"uvicorn", "uvicorn[standard]"} & dependencies.keys():
        app_dir = f" --app-dir {place}" if place else ""
        found = dependencies.get("uvicorn") or dependencies["uvicorn[standard]"]
        return f"uvicorn{app_dir} {asgi[0]}:application --host 0.0.0.0 --port 8000", found
    if asgi and "daphne" in dependencies and not place:
        return f"daphne -b 0.0.0.0 -p 8000 {asgi[0]}:application", dependencies["daphne"]
    if wsgi and "waitress" in dependencies and not place:
        return f"waitress-serve --port=8000 {wsgi[0]}:application", dependencies["waitress"]
    return None


def _entry(tree: Tree, folder: str, package: str, name: str) -> tuple[str, str] | None:
    """The dotted module of wsgi.py or asgi.py, beside the settings if there are several."""
    start = 0 if folder == "." else len(folder) + 1
    own = join(folder, f"{package}/{name}")
    paths = [own] if tree.has(own) else [path for path in tree.under(folder) if base(path) == name]
    if not paths:
        return None
    path = min(paths, key=lambda each: (each.count("/"), each))
    return path[start:].removesuffix(".py").replace("/", "."), path
