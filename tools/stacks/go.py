"""Go modules: one component per module, or one per program where a module holds several services."""

import re

from resources.catalogue import _
from tools.stacks.ci_versions import by_number, ci_versions
from tools.stacks.draft import Draft
from tools.stacks.go_module import Module, common_root, packages, read_modules, sources
from tools.stacks.go_service import SERVES, note_service
from tools.stacks.image import dockerfiles_of
from tools.stacks.tree import Tree, base, join

NAME = "go"

_MAX_PROGRAMS = 60
_LINTER = (".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json")
_MIGRATION = re.compile(r"(^|/)(db/)?(migrations?|migrate)/[^/]+\.(up\.)?sql$")


def detect(tree: Tree) -> list[Draft]:
    """Every module; each of its programs where several of them are deployed."""
    drafts: list[Draft] = []
    modules = read_modules(tree)
    for module in modules:
        first = len(drafts)
        deployed = [main for main in module.mains[:_MAX_PROGRAMS] if _is_deployed(tree, module, main)]
        if len(deployed) > 1:
            drafts += [_draft(tree, module, main, apart=True) for main in deployed]
        else:
            main = deployed[0] if deployed else _chief(module)
            draft = _draft(tree, module, main, apart=False)
            if main is None and not _has_code(tree, module):
                draft.standing = "companion"  # a module that only pins tools
            drafts.append(draft)
        if (found := common_root(tree, module, modules)) is not None:
            for draft in drafts[first:]:
                draft.presume("build_context", *found)
    return drafts


def _is_deployed(tree: Tree, module: Module, main: str) -> bool:
    """Whether a program is deployed by itself: it has its own Dockerfile, or it listens."""
    if main != module.folder and dockerfiles_of(tree, main, []):
        return True
    return next(tree.search_all(_code(tree, packages(tree, module, main)), SERVES), None) is not None


def _chief(module: Module) -> str | None:
    """The program a module is about: the one named as the module, or the outermost."""
    named = next((main for main in module.mains if base(main) == _last(module.name)), None)
    return named or next(iter(module.mains), None)


def _code(tree: Tree, folders: list[str]) -> list[str]:
    return [path for folder in folders for path in sources(tree, folder)]


def _has_code(tree: Tree, module: Module) -> bool:
    return any(
        sources(tree, folder)
        for folder in tree.folders_under(module.folder)
        if not any(folder == inner or folder.startswith(inner + "/") for inner in module.inner)
    )


def _draft(tree: Tree, module: Module, main: str | None, *, apart: bool) -> Draft:
    """`apart` makes a component of the program's own folder rather than of the module."""
    folder = main if apart and main is not None else module.folder
    draft = Draft(path=folder, language=NAME, manifest=module.manifest, dependencies=dict(module.requires))
    manifest = f"{module.manifest}:1"
    name = base(folder) if folder not in {module.folder, "."} else _last(module.name)
    draft.note("name", name, tree.line_of(module.manifest, "module "))
    draft.note("package_manager", "go", manifest)
    lock = tree.first(module.folder, "go.sum")
    draft.note("lock_file", lock, f"{lock}:1")
    _version(tree, draft, module)
    if main is not None:
        made_of = packages(tree, module, main)
        if apart:
            draft.shared = tuple(each for each in made_of if each != main and not each.startswith(f"{main}/"))
            draft.dependencies = _imported(tree, module, made_of)
        note_service(tree, draft, module, _code(tree, made_of), sources(tree, main))
    else:
        draft.note("kind", "library", manifest)
    _commands(tree, draft, module, main)
    _migrations(tree, draft, module)
    return draft


def _imported(tree: Tree, module: Module, folders: list[str]) -> dict[str, str]:
    """What this program of the module requires: the others' databases are not its own."""
    texts = b"\n".join(tree.data(path) or b"" for folder in folders for path in sources(tree, folder)).lower()
    return {name: line for name, line in module.requires.items() if f'"{name}'.encode() in texts}


def _last(module: str) -> str:
    parts = [part for part in module.split("/") if not re.fullmatch(r"v\d+", part)]
    return parts[-1] if parts else ""


def _version(tree: Tree, draft: Draft, module: Module) -> None:
    toolchain = tree.search(module.manifest, r"^toolchain\s+go(\d+\.\d+)")
    declared = tree.search(module.manifest, r"^go\s+(\d+\.\d+)")
    for hit in (toolchain, declared):
        if hit is not None:
            draft.note("language_version", hit.match[1], hit.evidence)
    ci = ci_versions(tree, NAME)
    versions = sorted({each for each in ci.versions if re.fullmatch(r"1\.\d+", each)}, key=by_number) if ci else []
    if ci is not None and len(versions) > 1:
        draft.note("tested_versions", versions, ci.evidence)


def _commands(tree: Tree, draft: Draft, module: Module, main: str | None) -> None:
    manifest = f"{module.manifest}:1"
    draft.note("install_command", "go mod download", manifest)
    if main is not None:
        program = base(main) if main != module.folder else _last(module.name) or "app"
        target = "." if main == draft.path else f"./{main if module.folder == '.' else main[len(module.folder) + 1 :]}"
        opened = next((path for path in sources(tree, main) if tree.search(path, r"^func main\(\)")), None)
        evidence = tree.line_of(opened, "func main()") if opened else manifest
        draft.note("build_command", f"go build -o bin/{program} {target}", evidence)
        draft.presume("start_command", f"./bin/{program}", evidence)
    else:
        draft.note("build_command", "go build ./...", manifest)
    everything = "./..." if draft.path == module.folder else f"{module.name}/..."
    tested = next((path for path in tree.under(draft.path) if path.endswith("_test.go")), None)
    tested = tested or next((path for path in tree.under(module.folder) if path.endswith("_test.go")), None)
    if tested is not None:
        draft.note("test_command", f"go test {everything}", f"{tested}:1")
    else:
        draft.ask("test_command", _("How is {path} tested? No test was found.", path=draft.path))
    linter = tree.first(module.folder, *_LINTER) or tree.first(".", *_LINTER)
    if linter is not None:
        draft.note("lint_command", "golangci-lint run", f"{linter}:1")
    else:
        draft.presume("lint_command", f"go vet {everything}", manifest)


def _migrations(tree: Tree, draft: Draft, module: Module) -> None:
    """Migrations with a known tool whose command needs nothing more than a URL."""
    files = [path for path in tree.under(module.folder) if _MIGRATION.search(path)]
    if not files or draft.get("kind") == "library":
        return
    folder = files[0].rpartition("/")[0]
    inside = folder if module.folder == "." else folder[len(module.folder) + 1 :]
    if draft.path != module.folder:
        inside = (
            "../" * (draft.path.count("/") + 1 - (0 if module.folder == "." else module.folder.count("/") + 1)) + inside
        )
    if any(name.startswith("github.com/pressly/goose") for name in module.requires):
        # The driver and the URL come from GOOSE_DRIVER and GOOSE_DBSTRING.
        draft.presume("migrate_command", f"goose -dir {inside} up", f"{files[0]}:1")
    elif files[0].endswith(".up.sql") and not any(
        name.startswith("github.com/golang-migrate/migrate") for name in module.requires
    ):
        draft.presume("migrate_command", f'migrate -path {inside} -database "$DATABASE_URL" up', f"{files[0]}:1")
    elif not any(name.startswith("github.com/golang-migrate/migrate") for name in module.requires):
        draft.ask(
            "migrate_command", _("Which command applies the migrations of {path}?", path=join(draft.path, inside))
        )
