"""Java and Kotlin: built with the JDK, run by the JRE; the layers of Spring and Quarkus apart from each other."""

import re

from tools.containers.base_images import base
from tools.containers.process import process
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject

JAR = re.compile(r"(?<=-jar )(\S+)(.*)$")


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    component = subject.component
    version = re.sub(r"^1\.(?=\d)", "", component.language_version or "") or None
    gradle = (component.package_manager or "").startswith("gradle")
    build = component.build_command or (
        "gradle --no-daemon assemble" if gradle else "mvn --batch-mode package -DskipTests"
    )
    wrapper = gradle and "gradlew" in build
    if not gradle:
        build = re.sub(r"(?<!\S)(?:\.\./|\./)*mvnw(?!\S)", "mvn", build)
    named = JAR.search(component.start_command or "")
    jar = named[1] if named and not named[1].startswith("/") else None
    layout = {"spring-boot": "spring", "quarkus": "quarkus"}.get(component.framework or "", "jar")
    folder = "build" if gradle else "target"
    started = process(component.start_command)
    options = re.findall(r"(?<=\s)-[DX]\S+", (component.start_command or "").partition("-jar")[0])
    arguments = named[2].split() if named else []
    program = "quarkus-run.jar" if layout == "quarkus" else "app.jar"
    values = {
        "build": base("jdk" if wrapper else "gradle" if gradle else "maven", version),
        "runtime": base("jre", version),
        "gradle": gradle,
        "cache": "/root/.gradle" if gradle else "/root/.m2",
        "command": build,
        "alone": not gradle and subject.within == ".",
        "workdir": subject.placed("/src"),
        "layout": layout,
        "jar": jar,
        "libs": "build/libs" if gradle else "target",
        "quarkus": f"{folder}/quarkus-app",
    }
    # Memory is the container's, not the machine's; a heap that is full ends the process, which is then replaced.
    env = {"JAVA_TOOL_OPTIONS": "-XX:MaxRAMPercentage=75.0 -XX:+ExitOnOutOfMemoryError", **started.env}
    return Recipe(
        "containers/java.j2",
        values,
        ["java", *options, "-jar", program, *arguments],
        "bash",
        env=env,
        ignored=("target", "*/target", "build", "*/build", "**/.gradle", "**/*.class"),
    )
