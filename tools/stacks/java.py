"""Java projects: Maven and Gradle; Spring Boot, Quarkus and Micronaut services, plain programs and libraries."""

import re
from dataclasses import dataclass, field

from resources.catalogue import _
from tools.stacks.ci_versions import by_number, ci_versions
from tools.stacks.draft import Draft
from tools.stacks.folders import is_aside
from tools.stacks.gradle import read_gradle
from tools.stacks.maven import read_maven
from tools.stacks.tree import Tree, base, contains, join, parent

NAME = "java"


@dataclass
class Build:
    """What a pom.xml or build.gradle says, whatever tool it is for."""

    tool: str
    manifest: str
    folder: str
    root: str
    """Folder of the outermost build this one is a module of."""
    dependencies: dict[str, str] = field(default_factory=dict)
    name: tuple[str, str] | None = None
    version: tuple[str, str] | None = None
    modules: tuple[str, ...] = ()
    packaging: str = "jar"
    languages: frozenset[str] = frozenset({"java"})
    lock: str | None = None
    warnings: list[str] = field(default_factory=list)


_FRAMEWORKS = (
    ("spring-boot", ("org.springframework.boot",)),
    ("quarkus", ("io.quarkus",)),
    ("micronaut", ("io.micronaut",)),
    ("ktor", ("io.ktor",)),
    ("dropwizard", ("io.dropwizard",)),
    ("javalin", ("io.javalin",)),
    ("vertx", ("io.vertx",)),
)
_WEB = {
    "spring-boot": ("spring-boot-starter-web", "spring-boot-starter-webflux", "spring-boot-starter-webmvc",
                    "spring-cloud-starter-gateway", "spring-cloud-config-server", "eureka-server",
                    "spring-boot-starter-graphql", "spring-boot-starter-data-rest", "spring-boot-starter-jersey"),
}  # fmt: skip
_PORT_KEYS = {
    "spring-boot": r"server\.port",
    "quarkus": r"quarkus\.http\.port",
    "micronaut": r"micronaut\.server\.port",
}
_YAML_PORT = {
    "spring-boot": re.compile(r"^server:\s*\n(?:[ \t]+.*\n)*?[ \t]+port:[ \t]*(?:\$\{\w+:)?(\d{2,5})", re.MULTILINE),
    "quarkus": re.compile(r"^[ \t]+port:[ \t]*(?:\$\{\w+:)?(\d{2,5})", re.MULTILINE),
    "micronaut": re.compile(r"^[ \t]+port:[ \t]*(?:\$\{\w+:)?(\d{2,5})", re.MULTILINE),
}


def detect(tree: Tree) -> list[Draft]:
    """Every module that is built into something of its own; aggregating parents are not components."""
    builds = [build for path in tree.named("pom.xml") if (build := _maven(tree, path)) is not None]
    taken = {build.folder for build in builds}
    for path in tree.named("build.gradle", "build.gradle.kts"):
        build = _gradle(tree, path)
        if build.folder not in taken:  # a project with both is built with either: Maven's is described
            builds.append(build)
            taken.add(build.folder)
    return [_draft(tree, build) for build in _components(tree, builds) if "kotlin" not in build.languages]


def _components(tree: Tree, builds: list[Build]) -> list[Build]:
    deployed = [build for build in builds if _is_deployed(tree, build)]
    if deployed:
        # The other modules of their builds are their libraries.
        roots = {build.root for build in deployed}
        others = [build for build in builds if build.root not in roots and _has_sources(tree, build)]
        return deployed + _outermost(others)
    return _outermost([build for build in builds if _has_sources(tree, build) or build.modules])


def _outermost(builds: list[Build]) -> list[Build]:
    return [
        build
        for build in builds
        if not any(other.folder != build.folder and contains(other.folder, build.folder) for other in builds)
    ]


def _is_deployed(tree: Tree, build: Build) -> bool:
    if build.packaging == "pom" or not _has_sources(tree, build):
        return False
    relative = build.folder[len(build.root) + 1 :] if build.root != "." else build.folder
    if relative not in {"", "."} and is_aside(relative):
        return False
    return _application(tree, build) is not None or tree.first(build.folder, "Dockerfile") is not None


def _has_sources(tree: Tree, build: Build) -> bool:
    return any(
        path.endswith((".java", ".kt", ".scala", ".groovy")) for path in tree.under(join(build.folder, "src/main"))
    )


def _application(tree: Tree, build: Build) -> str | None:
    """The line that makes the module a program of a framework."""
    sources = [path for path in tree.under(join(build.folder, "src/main")) if path.endswith((".java", ".kt"))]
    hit = next(
        tree.search_all(sources, r"@SpringBootApplication|@QuarkusMain|Micronaut\.(?:run|build)\(", needle=b"a"), None
    )
    if hit is not None:
        return hit.evidence
    plugin = next((line for name, line in build.dependencies.items() if "quarkus-maven-plugin" in name), None)
    return plugin or next((line for name, line in build.dependencies.items() if name == "plugin:io.quarkus"), None)


def _draft(tree: Tree, build: Build) -> Draft:
    draft = Draft(path=build.folder, language=NAME, manifest=build.manifest, warnings=list(build.warnings))
    draft.dependencies = {name: line for name, line in build.dependencies.items() if not name.startswith("plugin:")}
    manifest = f"{build.manifest}:1"
    if build.name:
        draft.note("name", *build.name)
    draft.note("package_manager", build.tool, manifest)
    if build.lock:
        draft.note("lock_file", build.lock, f"{build.lock}:1")
    if build.version:
        draft.note("language_version", *build.version)
    else:
        draft.ask("language_version", _("Which Java version does {path} run on?", path=build.folder))
    ci = ci_versions(tree, NAME)
    versions = sorted({each for each in ci.versions if re.fullmatch(r"\d+", each)}, key=by_number) if ci else []
    if ci is not None and len(versions) > 1:
        draft.note("tested_versions", versions, ci.evidence)
    _framework(tree, draft, build)
    _commands(tree, draft, build)
    return draft


def _framework(tree: Tree, draft: Draft, build: Build) -> None:
    for name, groups in _FRAMEWORKS:
        line = next(
            (line for each, line in build.dependencies.items() if each.removeprefix("plugin:").startswith(groups)), None
        )
        if line is not None:
            draft.note("framework", name, line)
            break
    framework = draft.get("framework")
    application = _application(tree, build)
    web = next((line for name, line in build.dependencies.items() if name.endswith(_WEB.get(framework, ()))), None)
    if framework == "spring-boot" and application is not None and web is None and build.root == build.folder:
        draft.ask("port", _("Does {path} answer HTTP requests, and on which port?", path=build.folder))
    elif application is not None or framework in {"ktor", "javalin", "dropwizard", "vertx"}:
        draft.note("kind", "service", web or application or draft.evidence["framework"])
        _port(tree, draft, build)
    elif framework is None:
        _plain(tree, draft, build)
    _health(draft, build)


def _plain(tree: Tree, draft: Draft, build: Build) -> None:
    sources = [path for path in tree.under(join(build.folder, "src/main")) if path.endswith(".java")]
    main = next(tree.search_all(sources, r"public static void main\(", needle=b"void main"), None)
    if main is None and build.packaging != "war":
        draft.note("kind", "library", f"{build.manifest}:1")


def _port(tree: Tree, draft: Draft, build: Build) -> None:
    framework = draft.get("framework")
    folder = join(build.folder, "src/main/resources")
    for name in ("application.properties", "application.yml", "application.yaml", "bootstrap.yml"):
        path = tree.first(folder, name)
        key = _PORT_KEYS.get(framework)
        if path is None or key is None:
            continue
        hit = (
            tree.search(path, rf"^\s*{key}\s*[=:]\s*(?:\$\{{\w+:)?(\d{{2,5}})")
            if name.endswith(".properties")
            else tree.search(path, _YAML_PORT[framework])
        )
        if hit is not None:
            draft.note("port", int(hit.match[1]), hit.evidence)
            return
    if framework in _PORT_KEYS:  # all three listen on 8080 unless told otherwise
        draft.presume("port", 8080, draft.evidence["framework"])


def _health(draft: Draft, build: Build) -> None:
    for ending, path in (("spring-boot-starter-actuator", "/actuator/health"), ("quarkus-smallrye-health", "/q/health"),
                         ("micronaut-management", "/health")):  # fmt: skip
        line = next((line for name, line in build.dependencies.items() if name.endswith(ending)), None)
        if line is not None and draft.get("kind") == "service":
            draft.note("health_path", path, line)


def _commands(tree: Tree, draft: Draft, build: Build) -> None:
    manifest = f"{build.manifest}:1"
    wrapper_name = "mvnw" if build.tool == "maven" else "gradlew"
    wrapper = tree.first(build.folder, wrapper_name) or tree.first(build.root, wrapper_name)
    inside = build.folder != build.root
    if wrapper is not None:
        up = "../" * (0 if parent(wrapper) == build.folder else (_depth(build.folder) - _depth(parent(wrapper))))
        program, evidence = f"{up or './'}{wrapper_name}", f"{wrapper}:1"
    else:
        program, evidence = ("mvn" if build.tool == "maven" else "gradle"), manifest
    if build.tool == "maven":
        scope = _scope(draft, build) if inside else ""
        draft.note("install_command", f"{program} --batch-mode{scope} dependency:go-offline", evidence)
        draft.note("build_command", f"{program} --batch-mode{scope} package -DskipTests", evidence)
        draft.note("test_command", f"{program} --batch-mode{scope} verify", evidence)
        draft.presume("start_command", "java -jar target/*.jar", manifest)
    else:
        draft.note("build_command", f"{program} --no-daemon assemble", evidence)
        draft.note("test_command", f"{program} --no-daemon check", evidence)
        draft.presume("start_command", "java -jar build/libs/*.jar", manifest)
    if draft.get("framework") == "quarkus":
        where = "target" if build.tool == "maven" else "build"
        draft.note("start_command", f"java -jar {where}/quarkus-app/quarkus-run.jar", draft.evidence["framework"])
    if draft.get("kind") in {"library", None} and draft.get("framework") is None:
        draft.fields.pop("start_command", None)
        draft.evidence.pop("start_command", None)


def _scope(draft: Draft, build: Build) -> str:
    """A module alone does not find its siblings: the build starts at the root and brings them along."""
    up = "../" * (_depth(build.folder) - _depth(build.root))
    return f" --file {up}pom.xml --projects :{_artifact(draft, build)} --also-make"


def _artifact(draft: Draft, build: Build) -> str:
    return str(build.name[0] if build.name else draft.get("name") or base(build.folder))


def _depth(folder: str) -> int:
    return 0 if folder == "." else folder.count("/") + 1


def _maven(tree: Tree, path: str) -> Build | None:
    found = read_maven(tree, path)
    return None if found is None else Build(tool="maven", **found)


def _gradle(tree: Tree, path: str) -> Build:
    return Build(tool="gradle", **read_gradle(tree, path))
