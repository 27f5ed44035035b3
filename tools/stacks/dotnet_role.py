"""What a .NET project is deployed as: told by its SDK, then by what it puts out, refers to and starts."""

import re
from dataclasses import dataclass

from tools.project import Kind
from tools.stacks.dotnet_project import Project, code_of
from tools.stacks.tree import Tree

_STARTS = re.compile(
    r"WebApplication\.Create|CreateDefaultBuilder|CreateApplicationBuilder|new WebHostBuilder|HostBuilder\("
)
_SDKS: dict[str, tuple[Kind, str]] = {
    "microsoft.net.sdk.blazorwebassembly": ("static", "blazor"),
    "microsoft.net.sdk.worker": ("worker", "worker"),
}
_WORKS = ("microsoft.extensions.hosting", "hangfire.core", "quartz.extensions.hosting", "masstransit", "nservicebus")


@dataclass(frozen=True)
class Role:
    """Kind and framework, each None where the project does not tell, and the line that does."""

    kind: Kind | None = None
    framework: str | None = None
    evidence: str | None = None


def role_of(tree: Tree, project: Project) -> Role | None:
    """The role of a project; None for what is no component: tests, orchestration, build helpers."""
    if project.is_test or _is_orchestration(project):
        return None
    if project.warnings:
        return Role()
    return _by_sdk(tree, project) or _by_output(tree, project)


def _is_orchestration(project: Project) -> bool:
    """Starts the others on a developer's machine (Aspire, Compose) or only builds."""
    aspire = project.value("IsAspireHost").lower() == "true" or project.sdk.startswith("aspire.apphost")
    hosting = any(name.startswith("aspire.hosting") for name in project.packages)
    return aspire or hosting or project.sdk.startswith(("microsoft.docker", "microsoft.build"))


def _by_sdk(tree: Tree, project: Project) -> Role | None:
    line = tree.line_of(project.path, "Sdk")
    if project.value("UseMaui").lower() == "true" or "-android" in project.value("TargetFrameworks"):
        return Role("cli", "maui", line)
    if functions := project.properties.get("azurefunctionsversion"):
        return Role("service", "azure-functions", functions[1])
    if project.sdk == "microsoft.net.sdk.web" and project.value("OutputType").lower() != "library":
        return Role("service", "aspnet", line)
    if project.sdk in _SDKS:
        return Role(*_SDKS[project.sdk], line)
    if not project.sdk and tree.first(project.folder, "Web.config", "web.config"):
        return Role("service", "aspnet-framework", tree.line_of(project.path, "<TargetFrameworkVersion"))
    return None


def _by_output(tree: Tree, project: Project) -> Role:
    output, line = project.properties.get("outputtype", ("", f"{project.path}:1"))
    if output.lower() not in {"exe", "winexe"}:
        return Role("library", None, line)
    if aspnet := project.packages.get("microsoft.aspnetcore.app"):
        return Role("service", "aspnet", aspnet)
    hosted = next((project.packages[name] for name in _WORKS if name in project.packages), None)
    if hosted is not None and next(tree.search_all(code_of(tree, [project]), _STARTS), None):
        return Role("worker", "worker", hosted)
    image = tree.first(project.folder, "Dockerfile")
    if image is not None:  # runs by itself; without a port it answers nobody
        return Role() if tree.search(image, r"^[ \t]*EXPOSE\b") else Role("worker", None, f"{image}:1")
    tool = project.properties.get("packastool")
    return Role("cli", None, tool[1] if tool else line)
