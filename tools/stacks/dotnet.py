""".NET projects: ASP.NET services, workers, Blazor pages, console programs and libraries."""

import re

from tools.stacks.ci_versions import by_number, ci_versions
from tools.stacks.dotnet_project import Project, built_from, code_of, read_projects, target
from tools.stacks.dotnet_role import Role, role_of
from tools.stacks.draft import Draft
from tools.stacks.folders import is_aside
from tools.stacks.listening import HEALTH, at_port, find_port, is_commented
from tools.stacks.tree import Hit, Tree, base, contains, parent, relative

NAME = "dotnet"

_PORTS = (
    re.compile(r"(?:\.Run(?:Async)?|UseUrls|Urls\.Add)\(\s*\"https?://[^\":\n]+:(?P<port>\d{2,5})"),
    re.compile(r"(?:ListenAnyIP\(|ListenLocalhost\(|\.Listen\(\s*IPAddress\.\w+\s*,)\s*(?P<port>\d{2,5})\b"),
)
_KESTREL = re.compile(r"\"(?:Urls|urls|Url)\"\s*:\s*\"https?://[^\":\n]+:(?P<port>\d{2,5})")
_IMAGE_URLS = re.compile(r"(?:ASPNETCORE_URLS[= ]\"?https?://[^:\s]+:|ASPNETCORE_HTTP_PORTS[= ])(?P<port>\d{2,5})")
_HEALTH = re.compile(rf"Map(?:HealthChecks|Get)\(\s*\"(?P<path>{HEALTH})\"|UseHealthChecks\(\s*\"(?P<use>{HEALTH})\"")


def detect(tree: Tree) -> list[Draft]:
    """What is deployed; where nothing is, the published libraries and programs. Tests belong to what they test."""
    projects = read_projects(tree)
    roles = {path: role for path, project in projects.items() if (role := role_of(tree, project)) is not None}
    asides = {path for path in roles if is_aside(parent(path))}
    deployed = [path for path, role in roles.items() if role.kind not in {"library", "cli"} and path not in asides]
    deployed = deployed or [path for path, role in roles.items() if role.kind != "library" and path not in asides]
    if not deployed:
        used = {each for path in roles for each in projects[path].references}
        deployed = [path for path in roles if path not in used and path not in asides] or list(roles)
    one_a_folder = {projects[path].folder: path for path in reversed(deployed)}
    return [_draft(tree, projects[path], projects, roles[path]) for path in sorted(one_a_folder.values())]


def _draft(tree: Tree, project: Project, projects: dict[str, Project], role: Role) -> Draft:
    draft = Draft(path=project.folder, language=NAME, manifest=project.path, warnings=list(project.warnings))
    parts = built_from(project, projects)
    for each in parts:
        for name, line in each.packages.items():
            draft.dependencies.setdefault(name, line)
    draft.shared = tuple(folder for each in parts[1:] for folder in tree.folders_under(each.folder))
    manifest = f"{project.path}:1"
    draft.note("name", re.sub(r"(?<=[a-z0-9])(?=[A-Z])|\.", "-", project.name).lower(), manifest)
    draft.note("kind", role.kind, role.evidence)
    draft.note("framework", role.framework, role.evidence)
    draft.note("package_manager", "nuget", manifest)
    lock = tree.first(project.folder, "packages.lock.json")
    draft.note("lock_file", lock, f"{lock}:1")
    version = target(project, tree)
    if version is not None:
        draft.note("language_version", *version)
    ci = ci_versions(tree, NAME)
    versions = (
        sorted({".".join(each.split(".")[:2]) for each in ci.versions if "." in each}, key=by_number) if ci else []
    )
    if ci is not None and len(versions) > 1:
        draft.note("tested_versions", versions, ci.evidence)
    if draft.get("framework") != "aspnet-framework":  # only builds on Windows, with tools of its own
        _commands(tree, draft, project, projects, locked=lock is not None)
    if draft.get("kind") == "service" and draft.get("framework") == "aspnet":
        _listens(tree, draft, project, parts)
    return draft


def _commands(tree: Tree, draft: Draft, project: Project, projects: dict[str, Project], *, locked: bool) -> None:
    manifest = f"{project.path}:1"
    several = sum(each.folder == project.folder for each in projects.values()) > 1
    own = f" {base(project.path)}" if several else ""
    draft.note("install_command", f"dotnet restore{own}{' --locked-mode' if locked else ''}", manifest)
    kind = draft.get("kind")
    if kind == "library":
        draft.note("build_command", f"dotnet build{own} --configuration Release", manifest)
    else:
        draft.note("build_command", f"dotnet publish{own} --configuration Release --output out", manifest)
    assembly = project.value("AssemblyName") or project.name
    if kind == "static":
        draft.note("output_directory", "out/wwwroot", manifest)
    elif kind != "library" and draft.get("framework") not in {"maui", "azure-functions"} and "$" not in assembly:
        draft.presume("start_command", f"dotnet out/{assembly}.dll", manifest)
    _test(tree, draft, project, projects)
    settings = tree.first(project.folder, ".editorconfig") or tree.first(".", ".editorconfig")
    if settings is not None:
        draft.presume("lint_command", f"dotnet format{own} --verify-no-changes", f"{settings}:1")
    tools = tree.first(project.folder, ".config/dotnet-tools.json") or tree.first(".", ".config/dotnet-tools.json")
    tool = tree.search(tools, r'"dotnet-ef"') if tools else None
    if tool is not None and kind == "service" and any("entityframeworkcore" in name for name in draft.dependencies):
        draft.note("migrate_command", "dotnet ef database update", tool.evidence)


def _test(tree: Tree, draft: Draft, project: Project, projects: dict[str, Project]) -> None:
    """The one test project that tests this one; the solution when there are several."""
    tests = [each for each in projects.values() if each.is_test and project in built_from(each, projects)]
    if len(tests) == 1:
        where = relative(tests[0].path, project.folder)
        draft.note("test_command", f"dotnet test {where}", f"{tests[0].path}:1")
    elif tests or any(each.is_test for each in projects.values()):
        solutions = [
            path for path in tree.files if path.endswith((".sln", ".slnx")) and contains(parent(path), project.folder)
        ]
        solution = max(solutions, key=lambda path: (path.count("/"), -len(path)), default=None)
        if solution is not None:
            draft.note("test_command", f"dotnet test {relative(solution, project.folder)}", f"{solution}:1")


def _listens(tree: Tree, draft: Draft, project: Project, parts: list[Project]) -> None:
    code = code_of(tree, [project])
    hit = find_port(tree, code[:200], _PORTS)
    settings = [
        path
        for name in ("appsettings.Production.json", "appsettings.json")
        if (path := tree.first(project.folder, name))
    ]
    hit = hit or find_port(tree, settings, [_KESTREL])
    image = tree.first(project.folder, "Dockerfile")
    hit = hit or (tree.search(image, _IMAGE_URLS) if image else None)
    if hit is not None:
        draft.note("port", *at_port(hit))
    else:
        draft.presume("port", 8080, draft.evidence["framework"])  # the port of .NET's own images
    start = draft.get("start_command")
    if start and (hit is None or hit.path == image):  # outside of that image the port must be told
        draft.fields["start_command"] = f"{start} --urls http://0.0.0.0:{draft.get('port')}"
    health = next((each for each in tree.search_all(code_of(tree, parts)[:500], _HEALTH) if _is_route(each)), None)
    if health is not None:
        draft.note("health_path", health.match["path"] or health.match["use"], health.evidence)


def _is_route(hit: Hit) -> bool:
    before = hit.match.string[max(0, hit.match.start() - 600) : hit.match.start()]
    return not is_commented(hit) and "IsDevelopment()" not in before and "MapGroup(" not in before
