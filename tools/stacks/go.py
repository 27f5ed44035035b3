"""Go modules: one component per module, or one per command where a module holds several services."""

import re
from dataclasses import dataclass

from resources.catalogue import _
from tools.stacks.ci_versions import by_number, ci_versions
from tools.stacks.draft import Draft
from tools.stacks.folders import is_aside, own_files
from tools.stacks.tree import Hit, Tree, base, contains, join, parent

NAME = "go"

_FRAMEWORKS = (
    ("gin", "github.com/gin-gonic/gin"),
    ("echo", "github.com/labstack/echo"),
    ("fiber", "github.com/gofiber/fiber"),
    ("chi", "github.com/go-chi/chi"),
    ("beego", "github.com/beego/beego"),
    ("gorilla-mux", "github.com/gorilla/mux"),
    ("grpc", "google.golang.org/grpc"),
)
_COMMANDS = ("github.com/spf13/cobra", "github.com/urfave/cli")
_REQUIRE = re.compile(r"^\s*(?:require\s+)?([\w.-]+\.[\w.-]+/[^\s]+)\s+v[^\s]+(.*)$", re.MULTILINE)
_SERVES = re.compile(
    r"(?:ListenAndServe(?:TLS)?|\.Run|\.Listen|\.Start(?:TLS)?|net\.Listen|ServeHTTP|http\.Server\{)\s*\(?",
    re.MULTILINE,
)
_PORTS = (
    re.compile(r"(?:ListenAndServe(?:TLS)?|\.Run|\.Listen|\.Start(?:TLS)?)\(\s*\"[^\":]*:(\d{2,5})\"", re.MULTILINE),
    re.compile(r"net\.Listen\(\s*\"tcp[46]?\"\s*,\s*\"[^\":]*:(\d{2,5})\"", re.MULTILINE),
    re.compile(r"Addr:\s*\"[^\":]*:(\d{2,5})\"", re.MULTILINE),
    re.compile(r"(?i)\b(?:default|http|server|listen|_)*port\w*\s*(?::=|=|:)\s*\"?:?(\d{4,5})\"?", re.MULTILINE),
    re.compile(r"(?i)[gG]et\w*\(\s*\"\w*PORT\w*\"\s*,\s*\"?:?(\d{2,5})\"?", re.MULTILINE),
    re.compile(r"(?i)flag\.\w+\([^)\n]*\"(?:port|addr|listen)\w*\"\s*,\s*\"?:?(\d{2,5})\"?", re.MULTILINE),
)  # fmt: skip
_DEFAULT_PORTS = {"gin": 8080}
_HEALTH = re.compile(r"\"(?:GET )?(/(?:api/)?(?:healthz?|livez|readyz|ping|_healthz))\"", re.MULTILINE)


@dataclass(frozen=True)
class Module:
    """A go.mod: its folder, its path, and what it requires."""

    folder: str
    manifest: str
    name: str
    requires: dict[str, str]


def detect(tree: Tree) -> list[Draft]:
    """Every module; a folder of Go programs without go.mod where there is no module at all."""
    modules = [_read(tree, path) for path in tree.named("go.mod")]
    folders = [module.folder for module in modules]
    drafts: list[Draft] = []
    for module in modules:
        mains = _mains(tree, module, folders)
        deployed = [folder for folder in mains if _is_service_folder(tree, folder, module)]
        if len(deployed) > 1:
            drafts += [_draft(tree, module, folder, folders) for folder in deployed]
        else:
            drafts.append(_draft(tree, module, deployed[0] if deployed else (mains[0] if mains else None), folders))
    return drafts


def _read(tree: Tree, path: str) -> Module:
    text = tree.text(path) or ""
    named = tree.search(path, r"^module\s+\"?([^\s\"]+)")
    requires = {
        hit.match[1].lower(): hit.evidence
        for hit in tree.search_all([path], _REQUIRE)
        if "// indirect" not in hit.match[2]
    }
    return Module(parent(path), path, named.match[1] if named and text else "", requires)


def _mains(tree: Tree, module: Module, folders: list[str]) -> list[str]:
    """Folders of programs, nearest to the module's root first."""
    inner = [other for other in folders if other != module.folder and contains(module.folder, other)]
    found: list[str] = []
    for path in tree.under(module.folder):
        folder = parent(path)
        if not path.endswith(".go") or path.endswith("_test.go") or folder in found:
            continue
        relative = folder[len(module.folder) + 1 :] if module.folder != "." else folder
        if any(contains(other, folder) for other in inner) or (relative not in {"", "."} and is_aside(relative)):
            continue
        likely = base(path) == "main.go" or folder == module.folder or base(parent(folder)) == "cmd"
        if likely and tree.search(path, r"^func main\(\)"):
            found.append(folder)
    return sorted(found, key=lambda folder: (folder.count("/"), folder))


def _is_service_folder(tree: Tree, folder: str, module: Module) -> bool:
    """Whether a program is deployed by itself: it has its own Dockerfile, or it is the one that listens."""
    if folder != module.folder and tree.first(folder, "Dockerfile"):
        return True
    return next(tree.search_all([p for p in tree.within(folder) if p.endswith(".go")], _SERVES), None) is not None


def _draft(tree: Tree, module: Module, main: str | None, folders: list[str]) -> Draft:
    own_image = main is not None and main != module.folder and tree.first(main, "Dockerfile") is not None
    folder = main if own_image and main else module.folder
    draft = Draft(path=folder, language=NAME, manifest=module.manifest, dependencies=dict(module.requires))
    name = base(main) if main and main != module.folder and own_image else _last(module.name)
    if name:
        draft.note("name", name, f"{module.manifest}:1")
    draft.note("package_manager", "go", f"{module.manifest}:1")
    lock = tree.first(module.folder, "go.sum")
    if lock:
        draft.note("lock_file", lock, f"{lock}:1")
    _version(tree, draft, module)
    files = own_files(tree, module.folder, folders)
    code = [path for path in files if path.endswith(".go") and not path.endswith("_test.go")]
    _framework(tree, draft, module, code, main)
    _port(tree, draft, code, main)
    _commands(tree, draft, module, main, files)
    return draft


def _last(module: str) -> str:
    parts = [part for part in module.split("/") if not re.fullmatch(r"v\d+", part)]
    return parts[-1] if parts else ""


def _version(tree: Tree, draft: Draft, module: Module) -> None:
    toolchain = tree.search(module.manifest, r"^toolchain\s+go(\d+\.\d+)")
    declared = tree.search(module.manifest, r"^go\s+(\d+\.\d+)")
    for hit in (toolchain, declared):
        if hit is not None:
            draft.note("language_version", hit.match[1], hit.evidence)
    if declared is None:
        draft.ask("language_version", _("Which Go version does {path} run on?", path=draft.path))
    ci = ci_versions(tree, NAME)
    versions = sorted({each for each in ci.versions if re.fullmatch(r"1\.\d+", each)}, key=by_number) if ci else []
    if ci is not None and len(versions) > 1:
        draft.note("tested_versions", versions, ci.evidence)


def _framework(tree: Tree, draft: Draft, module: Module, code: list[str], main: str | None) -> None:
    for name, prefix in _FRAMEWORKS:
        found = next(
            (line for dep, line in module.requires.items() if dep == prefix or dep.startswith(f"{prefix}/")), None
        )
        if found is not None and name != "grpc":
            draft.note("framework", name, found)
    listens = _first(tree, code, r"\bhttp\.(?:ListenAndServe|Server\{|Handle)|\.Run\(|\.Listen\(|net\.Listen\(")
    if draft.get("framework") is None and listens is not None and "http." in listens.match[0]:
        draft.note("framework", "net/http", listens.evidence)
    grpc = module.requires.get("google.golang.org/grpc")
    serves_grpc = _first(tree, code, r"grpc\.NewServer\(") if grpc else None
    if serves_grpc is not None:
        draft.note("framework", "grpc", serves_grpc.evidence)
    command = next((module.requires[name] for name in _COMMANDS if name in module.requires), None)
    if main is None:
        draft.note("kind", "library", f"{module.manifest}:1")
    elif draft.get("framework") is not None and (listens is not None or serves_grpc is not None):
        draft.note("kind", "service", (listens or serves_grpc).evidence)  # type: ignore[union-attr]
    elif command is not None:
        draft.note("kind", "cli", command)


def _first(tree: Tree, code: list[str], pattern: str) -> Hit | None:
    return next(tree.search_all(code, pattern, needle=re.compile(rb"http|Run|Listen|grpc")), None)


def _port(tree: Tree, draft: Draft, code: list[str], main: str | None) -> None:
    if draft.get("kind") not in {"service", None} or main is None:
        return
    # The program's own folder speaks first: another program of the module may listen elsewhere.
    ordered = [path for path in code if parent(path) == main] + [path for path in code if parent(path) != main]
    for pattern in _PORTS:
        hit = next(tree.search_all(ordered, pattern), None)
        if hit is not None and 1 <= int(hit.match[1]) <= 65_535:
            draft.note("port", int(hit.match[1]), hit.evidence)
            break
    framework = draft.get("framework")
    if draft.get("port") is None and framework in _DEFAULT_PORTS:
        plain = next(tree.search_all(ordered, r"\.Run\(\s*\)"), None)
        if plain is not None:  # gin listens on 8080 when Run is given no address
            draft.presume("port", _DEFAULT_PORTS[framework], plain.evidence)
    health = next(tree.search_all(code, _HEALTH), None)
    if health is not None:
        draft.note("health_path", health.match[1], health.evidence)


def _commands(tree: Tree, draft: Draft, module: Module, main: str | None, files: list[str]) -> None:
    manifest = f"{module.manifest}:1"
    draft.note("install_command", "go mod download", manifest)
    program = "." if main in {None, module.folder} else f"./{_below(module.folder, main or '')}"
    if main is not None:
        name = _last(module.name) if program == "." else base(main)
        inside = draft.path != module.folder
        target = "." if inside else program
        draft.note("build_command", f"go build -o bin/{name or 'app'} {target}", manifest)
        draft.presume("start_command", f"./bin/{name or 'app'}", manifest)
    else:
        draft.note("build_command", "go build ./...", manifest)
    tested = next((path for path in files if path.endswith("_test.go")), None)
    tested = tested or next((path for path in tree.under(module.folder) if path.endswith("_test.go")), None)
    if tested is not None:
        draft.note("test_command", "go test ./...", f"{tested}:1")
    else:
        draft.ask("test_command", _("How is {path} tested? No test was found.", path=draft.path))
    linter = tree.first(module.folder, ".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json")
    linter = linter or tree.first(".", ".golangci.yml", ".golangci.yaml", ".golangci.toml")
    if linter is not None:
        draft.note("lint_command", "golangci-lint run", f"{linter}:1")
    else:
        draft.presume("lint_command", "go vet ./...", manifest)
    migrate = tree.first(join(module.folder, "migrations"), "000001_init.up.sql")
    if migrate is not None:
        draft.ask("migrate_command", _("Which command applies the migrations of {path}?", path=draft.path))


def _below(folder: str, path: str) -> str:
    return path if folder == "." else path[len(folder) + 1 :]
