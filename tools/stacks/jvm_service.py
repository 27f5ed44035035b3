"""What a JVM module is: its framework, whether it serves or works, its port and the path that says healthy."""

import re

from resources.catalogue import _
from tools.stacks.draft import Draft
from tools.stacks.jvm_build import Build
from tools.stacks.listening import HEALTH, at_port, find_port, is_commented
from tools.stacks.settings_key import number_in, setting
from tools.stacks.tree import Hit, Tree, base, join

_FRAMEWORKS = (
    ("spring-boot", "org.springframework.boot"),
    ("quarkus", "io.quarkus"),
    ("micronaut", "io.micronaut"),
    ("ktor", "io.ktor"),
    ("dropwizard", "io.dropwizard"),
    ("helidon", "io.helidon"),
    ("javalin", "io.javalin"),
    ("vertx", "io.vertx"),
    ("http4k", "org.http4k"),
    ("spark", "com.sparkjava"),
    ("android", "com.android.application"),
)
_SPRING_WEB = (
    "spring-boot-starter-web", "spring-boot-starter-webflux", "spring-boot-starter-webmvc",
    "spring-boot-starter-jersey",
    "spring-boot-starter-graphql", "spring-boot-starter-data-rest", "spring-boot-starter-web-services",
    "spring-boot-starter-hateoas", "spring-boot-starter-websocket", "spring-cloud-starter-gateway", "eureka-server",
    "spring-cloud-starter-gateway-server-webflux", "spring-cloud-starter-gateway-server-webmvc",
    "spring-cloud-config-server", "spring-boot-admin-starter-server", "spring-cloud-starter-netflix-zuul",
    "vaadin-spring-boot-starter", "springdoc-openapi-starter-webmvc-ui", "springdoc-openapi-starter-webflux-ui",
    "jhipster-framework", "graphql-dgs-spring-boot-starter", "spring-boot-starter-grpc",
    "grpc-server-spring-boot-starter",
)  # fmt: skip
_WORK = (
    "spring-kafka", "spring-boot-starter-amqp", "spring-boot-starter-batch", "spring-boot-starter-quartz",
    "spring-boot-starter-integration", "spring-boot-starter-activemq", "spring-boot-starter-artemis",
    "spring-cloud-starter-stream-kafka", "spring-cloud-starter-stream-rabbit", "spring-cloud-stream",
    "quarkus-messaging-kafka", "quarkus-smallrye-reactive-messaging-kafka", "quarkus-messaging-rabbitmq",
    "quarkus-scheduler", "quarkus-quartz", "quarkus-kafka-client", "quarkus-kafka-streams", "quarkus-messaging",
    "micronaut-kafka", "micronaut-rabbitmq",
)  # fmt: skip
_QUARKUS_WEB = re.compile(
    r"^io\.quarkus(?:\.\w+)?:quarkus-(?:rest(?!-client)|resteasy(?!-client)|reactive-routes|vertx-http|smallrye-graphql|grpc|"
    r"undertow|spring-web|websockets|smallrye-health|hibernate-orm-rest|qute-web|smallrye-openapi|micrometer|vertx-web|"
    r"web-bundler|renarde|spring-data-rest|.*-rest-data-panache|resteasy-reactive)|^io\.quarkiverse\.(?:renarde|web)"
)
_COMMAND_LINE = (
    "info.picocli:picocli",
    "quarkus-picocli",
    "picocli-spring-boot-starter",
    "micronaut-picocli",
    "com.github.ajalt.clikt:clikt",
)
_APPLICATION = re.compile(
    r"@SpringBootApplication|@EnableAutoConfiguration|runApplication<|SpringApplication\.run\(|@QuarkusMain|"
    r"Micronaut\.(?:run|build)\(|^[ \t]*(?:mainClass\()?run<?\w*>?\(\*args\)|\.start<\w+>\(",
    re.MULTILINE,
)
_CONTROLLER = re.compile(r"^[ \t]*@(?:RestController|Controller|RequestMapping)\b", re.MULTILINE)
_MAIN = re.compile(
    r"public static (?:final )?void main\(|^(?:suspend )?fun main\(|@JvmStatic\s+fun main\(", re.MULTILINE
)
_PORT_KEY = {"spring-boot": "server.port", "quarkus": "quarkus.http.port", "micronaut": "micronaut.server.port",
             "ktor": "ktor.deployment.port", "helidon": "server.port"}  # fmt: skip
_USUAL = {"spring-boot": 8080, "quarkus": 8080, "micronaut": 8080, "dropwizard": 8080, "spark": 4567}
_SETTINGS = ("application.properties", "application.yml", "application.yaml", "application.toml",
             "bootstrap.yml", "bootstrap.yaml", "bootstrap.properties",
             "META-INF/microprofile-config.properties")  # fmt: skip
_CODE_PORTS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"embeddedServer\(\s*\w+\s*,\s*(?:port\s*=\s*)?[^,)\n]*?(?P<port>\d{2,5})",
        r"embeddedServer\((?:[^(){}]|\([^)]*\))*?\bport\s*=\s*[^,)\n]*?(?P<port>\d{2,5})",
        r"(?:forPort|asServer\(\s*\w+|createServer\(\)[\s.\w()]*\.listen|\.listen|\.start|(?<![\w.])port)\(\s*(?P<port>\d{3,5})\b",
        r"(?:getOrDefault\(|getenv\()\s*\"(?P<name>\w*PORT)\"\s*(?:,|\)\s*\?:)\s*\"?(?P<port>\d{2,5})",
        r"getenv\(\s*\"(?P<name>\w*PORT)\"\s*\)(?:\?\.\w+\(\))?\s*\?:\s*\"?(?P<port>\d{2,5})",
        r"\b(?P<name>\w*(?:port|PORT|Port))\s*(?::\s*Int\s*)?=\s*\"?(?P<port>\d{4,5})\b",
    )
)  # fmt: skip
_HOCON_PORT = re.compile(r"^[ \t]*(?:ktor\.deployment\.)?port\s*[=:]\s*(?P<port>\d{2,5})\b", re.MULTILINE)
_YAML_CONNECTOR = re.compile(r"applicationConnectors:\s*\n(?:.*\n){0,4}?\s+port:\s*(?P<port>\d{2,5})", re.MULTILINE)
_ROUTE = re.compile(rf"^(?P<indent>[ \t]*)(?:\w+\.)?get\(\"(?P<path>{HEALTH})\"", re.MULTILINE)


def sources(tree: Tree, build: Build) -> list[str]:
    """The module's own code, the files that usually start it first."""
    found = [
        path
        for path in tree.under(join(build.folder, "src/main"))
        if path.endswith((".java", ".kt", ".scala", ".groovy"))
    ]
    if not found:  # Ktor's samples and Amper keep sources in src/
        found = [path for path in tree.under(join(build.folder, "src")) if path.endswith(".kt") and "/test" not in path]
    starting = re.compile(r"(Application|Main|App|Server|MainKt)\.\w+$")
    return sorted(found, key=lambda path: (not starting.search(path), path.count("/"), path))[:3_000]


def application(tree: Tree, build: Build) -> str | None:
    """The line that makes the module a program of a framework rather than a part of one."""
    hit = next(
        tree.search_all(sources(tree, build), _APPLICATION, needle=re.compile(rb"Application|QuarkusMain|Micronaut")),
        None,
    )
    if hit is not None and not is_commented(hit):
        return hit.evidence
    quarkus = build.plugin("quarkus-maven-plugin", "plugin:io.quarkus")
    if quarkus is not None:
        return quarkus if "quarkus-maven-plugin" in str(build.dependencies) or build.tool == "gradle" else None
    if build.plugin("io.ktor.plugin", "io.micronaut.application", "micronaut-maven-plugin") is not None:
        return build.plugin("io.ktor.plugin", "io.micronaut.application", "micronaut-maven-plugin")
    if build.plugin("spring-boot-maven-plugin") and build.has("spring-boot-starter-web") and build.packaging != "pom":
        return build.has("spring-boot-starter-web")
    return None


def main_method(tree: Tree, build: Build) -> Hit | None:
    """Where a plain program starts."""
    return next(tree.search_all(sources(tree, build), _MAIN, needle=b"main("), None)


def note_service(tree: Tree, draft: Draft, build: Build) -> None:
    """Framework, kind, port and health path; `draft.dependencies` already holds those of sibling modules."""
    declared = {
        **{name.removeprefix("plugin:"): line for name, line in build.dependencies.items()},
        **draft.dependencies,
    }
    for name, group in _FRAMEWORKS:
        line = next((at for each, at in declared.items() if re.match(rf"{re.escape(group)}\b", each)), None)
        if line is None and any(each.startswith(f"plugin:{group}") for each in build.inherited):
            line = tree.line_of(build.manifest, group)
        if line is not None:
            draft.note("framework", name, line)
            break
    if build.warnings and not build.dependencies:
        return  # a broken manifest: what it is cannot be told
    starts = application(tree, build)
    framework = draft.get("framework")
    if framework == "spring-boot" and starts is not None:
        _spring(tree, draft, build, starts)
    elif framework == "quarkus" and starts is not None:
        _quarkus(draft, starts)
    elif framework == "android":
        return
    elif framework in {"micronaut", "ktor", "dropwizard", "javalin", "vertx", "http4k", "spark", "helidon"}:
        _other(tree, draft, build, starts)
    else:
        _plain(tree, draft, build)
    if draft.get("kind") == "service":
        _port(tree, draft, build)
        _health(tree, draft, build)


def _line(draft: Draft, endings: tuple[str, ...]) -> str | None:
    return next((line for name, line in draft.dependencies.items() if name.endswith(endings)), None)


def _spring(tree: Tree, draft: Draft, build: Build, starts: str) -> None:
    web = _line(draft, _SPRING_WEB)
    if web is None:
        controller = next(tree.search_all(sources(tree, build), _CONTROLLER, needle=b"@R"), None)
        web = controller.evidence if controller else None
    command, work = _line(draft, _COMMAND_LINE), _line(draft, _WORK)
    if web is not None:
        draft.note("kind", "service", web)
    elif command is not None:
        draft.note("kind", "cli", command)
    elif work is not None:
        draft.note("kind", "worker", work)
    else:
        draft.ask("kind", _("{path} is a Spring Boot application without a web starter ({evidence}): service, "
                            "worker or command?", path=draft.path, evidence=starts))  # fmt: skip


def _quarkus(draft: Draft, starts: str) -> None:
    web = next((line for name, line in draft.dependencies.items() if _QUARKUS_WEB.match(name)), None)
    command, work = _line(draft, _COMMAND_LINE), _line(draft, _WORK)
    if web is None and command is not None:
        draft.note("kind", "cli", command)
    elif web is None and work is not None:
        draft.note("kind", "worker", work)
    elif web is not None:
        draft.note("kind", "service", web)
    else:
        draft.ask("kind", _("{path} is a Quarkus application without an HTTP extension ({evidence}): service, "
                            "worker or command?", path=draft.path, evidence=starts))  # fmt: skip


def _other(tree: Tree, draft: Draft, build: Build, starts: str | None) -> None:
    command = _line(draft, _COMMAND_LINE)
    main = main_method(tree, build)
    server = draft.get("framework") != "ktor" or any("ktor-server" in name for name in draft.dependencies)
    if command is not None and not any("http-server" in name for name in draft.dependencies):
        draft.note("kind", "cli", command)
    elif (starts is not None or main is not None) and server:
        draft.note("kind", "service", starts or (main.evidence if main else None))
    elif main is None:
        draft.note("kind", "library", f"{build.manifest}:1")


def _plain(tree: Tree, draft: Draft, build: Build) -> None:
    grpc = next(
        tree.search_all(
            sources(tree, build), r"(?:ServerBuilder|NettyServerBuilder)\s*\.?\s*\.forPort\(", needle=b"forPort"
        ),
        None,
    )
    command = _line(draft, _COMMAND_LINE)
    if grpc is not None:
        draft.note(
            "framework",
            "grpc",
            _line(draft, ("grpc-services", "grpc-netty", "grpc-netty-shaded", "grpc-stub")) or grpc.evidence,
        )
        draft.note("kind", "service", grpc.evidence)
    elif command is not None:
        draft.note("kind", "cli", command)
    elif build.packaging == "war":
        draft.note("kind", "service", tree.line_of(build.manifest, "war"))
    elif main_method(tree, build) is None or draft.get("framework") is not None:
        draft.note("kind", "library", f"{build.manifest}:1")


def _settings(tree: Tree, build: Build) -> list[str]:
    folder = join(build.folder, "src/main/resources")
    names = [*_SETTINGS, *(f"config/{name}" for name in _SETTINGS[:3])]
    return [path for name in names if (path := tree.first(folder, name))]


def _setting(tree: Tree, build: Build, key: str) -> tuple[str, str] | None:
    return next((found for path in _settings(tree, build) if (found := setting(tree, path, key))), None)


def _port(tree: Tree, draft: Draft, build: Build) -> None:
    framework = str(draft.get("framework"))
    given = _setting(tree, build, _PORT_KEY.get(framework, "server.port"))
    if given is not None and (number := number_in(given[0])) is not None:
        draft.note("port", number, given[1])
        return
    if framework in {"ktor", "http4k", "javalin", "vertx", "spark", "grpc", "helidon"}:
        conf = [
            path
            for name in ("application.conf",)
            if (path := tree.first(join(build.folder, "src/main/resources"), name))
        ]
        conf += [
            path
            for path in (tree.first(join(build.folder, "resources"), "application.conf", "application.yaml"),)
            if path
        ]
        hit = find_port(tree, conf, [_HOCON_PORT]) or find_port(tree, sources(tree, build), _CODE_PORTS)
        if hit is not None:
            draft.note("port", *at_port(hit))
    elif framework == "dropwizard":
        hit = find_port(
            tree, [path for path in tree.within(build.folder) if path.endswith((".yml", ".yaml"))], [_YAML_CONNECTOR]
        )
        if hit is not None:
            draft.note("port", *at_port(hit))
    # What a configuration server says is not here: it usually says the port.
    elsewhere = _line(draft, ("spring-cloud-starter-config", "spring-cloud-config-client"))
    if given is None and framework in _USUAL and (elsewhere is None or framework != "spring-boot"):
        draft.presume("port", _USUAL[framework], draft.evidence["framework"])


def _health(tree: Tree, draft: Draft, build: Build) -> None:
    framework = draft.get("framework")
    if framework == "spring-boot" and (line := _line(draft, ("spring-boot-starter-actuator",))):
        own_port = _setting(tree, build, "management.server.port")
        if own_port is not None:
            draft.ask("health_path", _("The health of {path} is on a port of its own ({evidence}): which path and port "
                                       "are probed?", path=draft.path, evidence=own_port[1]))  # fmt: skip
            return
        under = _setting(tree, build, "management.endpoints.web.base-path")
        before = _setting(tree, build, "server.servlet.context-path") or _setting(
            tree, build, "spring.webflux.base-path"
        )
        _note_health(draft, before, under, "/actuator", "/health", line)
    elif framework == "quarkus" and (line := _line(draft, ("quarkus-smallrye-health",))):
        before = _setting(tree, build, "quarkus.http.root-path")
        _note_health(
            draft, before, _setting(tree, build, "quarkus.http.non-application-root-path"), "/q", "/health", line
        )
    elif framework == "micronaut" and (line := _line(draft, ("micronaut-management",))):
        _note_health(draft, _setting(tree, build, "micronaut.server.context-path"), None, "", "/health", line)
    else:
        for hit in tree.search_all(sources(tree, build), _ROUTE, needle=b'get("/'):
            if not re.search(r"^[ \t]*route\(|path\(\"", hit.match.string, re.MULTILINE) and not is_commented(hit):
                draft.note("health_path", hit.match["path"], hit.evidence)
                return


def _note_health(
    draft: Draft, before: tuple[str, str] | None, under: tuple[str, str] | None, usual: str, path: str, line: str
) -> None:
    prefix, middle = (before[0] if before else ""), (under[0] if under else usual)
    if "$" in prefix + middle:
        draft.ask("health_path", _("Under which path does {path} answer probes?", path=draft.path))
        return
    if usual == "/q" and middle.startswith("/"):
        prefix = "" if under else prefix  # an absolute path in Quarkus leaves the root path
    parts = [part.strip("/") for part in (prefix, middle, path)]
    draft.note("health_path", "/" + "/".join(part for part in parts if part), line)


def is_scala(tree: Tree, build: Build) -> bool:
    """Whether there is nothing but Scala in it: another ecosystem's."""
    code = sources(tree, build)
    return bool(code) and all(base(path).endswith(".scala") for path in code)
