"""Java on a runner: Temurin, with Maven's cache or Gradle's own action."""

from resources.catalogue import _
from tools.pipelines.step import Step
from tools.project import Component

DEFAULT_VERSION = "25"


def setup(component: Component, matrix: str | None) -> list[Step]:
    """Steps that put a JDK and the build tool in place."""
    options = {"distribution": "temurin", "java-version": matrix or component.language_version or DEFAULT_VERSION}
    gradle = (component.package_manager or "").startswith("gradle")
    if not gradle:
        options["cache"] = "maven"
    steps = [Step(_("Set up Java"), action="actions/setup-java", options=options)]
    if gradle:
        # Its cache is read-only outside the default branch: a pull request cannot poison it.
        steps.append(Step(_("Set up Gradle"), action="gradle/actions/setup-gradle"))
    return steps
