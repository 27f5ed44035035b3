"""The commands of a JVM module: through its wrapper, from its own folder, with the modules it is built from."""

import re

from tools.stacks.draft import Draft
from tools.stacks.jvm_build import Build
from tools.stacks.tree import Tree, base, parent

_LINTERS_MAVEN = (("spotless-maven-plugin", "spotless:check"), ("ktlint-maven-plugin", "ktlint:check"),
                  ("maven-checkstyle-plugin", "checkstyle:check"), ("detekt-maven-plugin", "detekt:check"))  # fmt: skip
_LINTERS_GRADLE = (("com.diffplug.spotless", "spotlessCheck"), ("org.jlleitschuh.gradle.ktlint", "ktlintCheck"),
                   ("org.jmailen.kotlinter", "lintKotlin"), ("io.gitlab.arturbosch.detekt", "detekt"),
                   ("plugin:checkstyle", "checkstyleMain"))  # fmt: skip
_SHADOW = ("com.github.johnrengelman.shadow", "com.gradleup.shadow")


def note_commands(tree: Tree, draft: Draft, build: Build) -> None:
    """Install, lint, build, test and start."""
    program, evidence = _program(tree, build)
    if build.tool == "maven":
        scope = _scope(build) if draft.shared else ""
        run = f"{program} --batch-mode{scope}"
        draft.note("install_command", f"{run} dependency:go-offline", evidence)
        draft.note("build_command", f"{run} package -DskipTests", evidence)
        draft.note("test_command", f"{run} verify", evidence)
        linter = next(((line, goal) for name, goal in _LINTERS_MAVEN if (line := build.plugin(name))), None)
        if linter is not None:
            draft.note("lint_command", f"{run} {linter[1]}", linter[0])
    else:
        run = f"{program} --no-daemon"
        draft.note("build_command", f"{run} {_gradle_build(draft, build)}", evidence)
        draft.note("test_command", f"{run} check", evidence)
        linter = next(((line, task) for name, task in _LINTERS_GRADLE if (line := build.plugin(name))), None)
        if linter is not None:
            draft.note("lint_command", f"{run} {linter[1]}", linter[0])
    if draft.get("kind") != "library":
        started = _start_maven(draft, build) if build.tool == "maven" else _start_gradle(tree, draft, build)
        if started is not None:
            draft.presume("start_command", *started)


def _program(tree: Tree, build: Build) -> tuple[str, str]:
    name = "mvnw" if build.tool == "maven" else "gradlew"
    folder = build.folder
    while True:  # outwards: a wrapper serves every project below it
        wrapper = tree.first(folder, name)
        if wrapper is not None:
            up = "../" * (_depth(build.folder) - _depth(folder))
            return f"{up or './'}{name}", f"{wrapper}:1"
        if folder in {build.root, "."}:
            return ("mvn" if build.tool == "maven" else "gradle"), f"{build.manifest}:1"
        folder = parent(folder)


def _scope(build: Build) -> str:
    """A module alone does not find its siblings: the build starts at the root and brings them along."""
    up = "../" * (_depth(build.folder) - _depth(build.root))
    return f" --file {up}pom.xml --projects :{build.name[0] if build.name else ''} --also-make"


def _depth(folder: str) -> int:
    return 0 if folder == "." else folder.count("/") + 1


def _gradle_build(draft: Draft, build: Build) -> str:
    """`assemble` would also make a second, plain jar beside the one that runs."""
    framework = draft.get("framework")
    if (
        framework == "spring-boot"
        and build.plugin("plugin:org.springframework.boot")
        and draft.get("kind") != "library"
    ):
        return "bootWar" if build.packaging == "war" else "bootJar"
    if framework == "ktor" and build.plugin("io.ktor.plugin"):
        return "buildFatJar"
    if build.plugin(*_SHADOW):
        return "shadowJar"
    if framework != "quarkus" and build.plugin("plugin:application", "io.micronaut.application"):
        return "installDist"
    return "assemble"


def _start_maven(draft: Draft, build: Build) -> tuple[str, str | None] | None:
    framework = draft.get("framework")
    extension = "war" if build.packaging == "war" else "jar"
    built = f"target/{build.artifact}.{extension}" if build.artifact else f"target/*.{extension}"
    if framework == "quarkus":
        return "java -jar target/quarkus-app/quarkus-run.jar", draft.evidence["framework"]
    boot = build.plugin("spring-boot-maven-plugin")
    if framework == "spring-boot" and boot is not None:
        return f"java -jar {built}", boot
    micronaut = build.plugin("micronaut-maven-plugin")
    if micronaut is not None:
        return f"java -jar {built}", micronaut
    shade = build.plugin("maven-shade-plugin")
    if shade is not None:
        return f"java -jar {built}", shade
    assembly = build.plugin("maven-assembly-plugin")
    if assembly is not None and build.artifact:
        return f"java -jar target/{build.artifact}-jar-with-dependencies.jar", assembly
    return None


def _start_gradle(tree: Tree, draft: Draft, build: Build) -> tuple[str, str | None] | None:
    framework, task = draft.get("framework"), _gradle_build(draft, build)
    if framework == "quarkus":
        return "java -jar build/quarkus-app/quarkus-run.jar", draft.evidence["framework"]
    if task in {"bootJar", "bootWar"}:
        extension = "war" if task == "bootWar" else "jar"
        name = f"{build.artifact}.{extension}" if build.artifact else f"*.{extension}"
        return f"java -jar build/libs/{name}", build.plugin("plugin:org.springframework.boot")
    if task in {"buildFatJar", "shadowJar"}:
        given = tree.search(build.manifest, r"archiveFileName(?:\s*=|\.set\()\s*[\"']([\w.-]+\.jar)[\"']")
        if given is not None:
            return f"java -jar build/libs/{given.match[1]}", given.evidence
        return "java -jar build/libs/*-all.jar", build.plugin("io.ktor.plugin", *_SHADOW)
    if task == "installDist":
        project = (build.name[0] if build.name else None) if build.folder == build.root else base(build.folder)
        renamed = tree.search(build.manifest, r"^[ \t]*applicationName\s*=\s*[\"']([\w.-]+)[\"']")
        script = renamed.match[1] if renamed else project
        if project is not None and script is not None and re.fullmatch(r"[\w.-]+", project):
            line = renamed.evidence if renamed else build.plugin("plugin:application", "io.micronaut.application")
            return f"build/install/{project}/bin/{script}", line
    return None
