"""Java on a runner: Temurin, with Maven's cache or Gradle's own action."""

import re

from resources.catalogue import _
from tools.pipelines.step import Step
from tools.project import Component

DEFAULT_VERSION = "25"


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put a JDK and the build tool in place."""
    version = matrix or _major(component.language_version) or DEFAULT_VERSION
    options = {"distribution": "temurin", "java-version": version}
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


def _major(version: str | None) -> str | None:
    """What setup-java calls a version: `1.8` is `8` to it."""
    return re.sub(r"^1\.(?=\d+$)", "", version) if version else None
