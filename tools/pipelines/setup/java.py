"""Java on a runner: Temurin, with Maven's cache or Gradle's own action."""

import re

from resources.catalogue import _
from tools.pipelines.step import Step
from tools.project import Component

DEFAULT_VERSION = "25"


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put a JDK and the build tool in place."""
    options = _jdk(component, matrix)
    gradle = (component.package_manager or "").startswith("gradle")
    if not gradle:
        folder = "" if component.path == "." else f"{component.path}/"
        options |= {"cache": "maven", "cache-dependency-path": f"{folder}**/pom.xml"}
    steps = [Step(_("Set up Java"), action="actions/setup-java", options=options)]
    if gradle:
        steps.append(
            Step(
                _("Set up Gradle"),
                action="gradle/actions/setup-gradle",
                comment=_("It checks the wrapper too. The basic cache is the open-source one; the default is not."),
                options={"cache-provider": "basic"},
            )
        )
    return steps


def without_cache(component: Component) -> list[Step]:
    """Only the JDK, for a job that publishes: a cache that another job filled has no place in what it ships."""
    return [Step(_("Set up Java"), action="actions/setup-java", options=_jdk(component, None))]


def _jdk(component: Component, matrix: str | None) -> dict[str, str]:
    version = matrix or _major(component.language_version) or DEFAULT_VERSION
    return {"distribution": "temurin", "java-version": version}


def _major(version: str | None) -> str | None:
    """What setup-java calls a version: `1.8` is `8` to it."""
    return re.sub(r"^1\.(?=\d+$)", "", version) if version else None
