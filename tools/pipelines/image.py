"""The image job: build once, push once with provenance and SBOM, then only its digest travels."""

import posixpath
import re

from resources.catalogue import _
from tools.brief import Brief
from tools.pipelines import registries
from tools.pipelines.setup import java
from tools.pipelines.step import Step, check_out, run_command
from tools.pipelines.targets.place import workload
from tools.project import Component

DEPLOYED = {"service", "worker", "static", None}
# They take the commit from the repository, once its checks have passed.
BUILDING = frozenset({"vercel", "railway", "render"})
# `../pom.xml`, `--project ../Store/Store.csproj`: what a command names outside its folder.
OUTSIDE = re.compile(r"(?<![\w./])((?:\.\./)+[\w./-]*)")
# Tokens of a private registry, as `.npmrc` names them; they are mounted for one step and stay in no layer.
TOKENS = frozenset({"NPM_TOKEN", "NODE_AUTH_TOKEN", "NPM_AUTH_TOKEN"})
PUSHES = "github.event_name != 'pull_request'"


def is_deployed(component: Component) -> bool:
    """Whether the component becomes an image: services, workers and sites do; libraries and commands do not.

    A static site too: the same image goes from dev to production and back by digest, which a page host cannot do.
    """
    return component.kind in DEPLOYED


def delivers(brief: Brief, component: Component) -> bool:
    """Whether the pipeline builds the image and deploys it. Where the platform itself does, it only proves."""
    return is_deployed(component) and brief.context.platform.target not in BUILDING


def build_tokens(component: Component) -> list[str]:
    """The secrets that the build of the image itself reads."""
    return [each.name for each in component.variables if each.name in TOKENS]


def dockerfile(component: Component) -> str:
    """The Dockerfile, relative to the repository root: the component's own, or where it is expected."""
    return component.dockerfile or ("Dockerfile" if component.path == "." else f"{component.path}/Dockerfile")


def packs(component: Component) -> bool:
    """Whether the project's own Dockerfile may expect what the build made: those of Quarkus do, of Spring often."""
    return bool(component.language in {"java", "kotlin"} and component.dockerfile and component.build_command)


def _build_first(component: Component) -> list[Step]:
    if not packs(component) or component.build_command is None:
        return []
    directory = None if component.path == "." else component.path
    comment = _("The project's own Dockerfile may pack what this makes.")
    build = run_command(_("Build"), component.build_command, directory=directory, comment=comment)
    return [*java.without_cache(component), build]


def _secrets(component: Component) -> dict[str, str]:
    given = [f"{name}=${{{{ secrets.{name} }}}}" for name in build_tokens(component)]
    return {"secrets": "\n".join(given)} if given else {}


def context(component: Component) -> str:
    """The build context: what the repository says, else the component's folder, or the root when something that it
    is built from lies outside it.
    """
    if component.build_context is not None:
        return component.build_context
    inside = f"{component.path}/"
    outside = [each for each in (component.lock_file, dockerfile(component)) if each and not each.startswith(inside)]
    reaches = component.dockerfile is None and reach(component) != component.path
    return "." if outside or reaches else component.path


def reach(component: Component) -> str:
    """The folder whose files may all go into what is built: the component's own, or one around it.

    A lock file outside says that a workspace is around it; so do commands that name what lies outside.
    """
    folders = [component.path]
    if component.lock_file is not None:
        folders.append(posixpath.dirname(component.lock_file))
    manifest = component.evidence.get("language", "").rpartition(":")[0]
    if manifest.rpartition("/")[2] == "go.mod":
        folders.append(posixpath.dirname(manifest))  # the module whose packages the program is made of
    if component.build_context is not None:
        folders.append(component.build_context)
    if component.language == "dotnet":
        folders.append(".")  # projects refer to each other by path, and Directory.*.props lie at the root
    proved = (component.install_command, component.lint_command, component.build_command, component.test_command)
    for command in (*proved, component.migrate_command):
        for named in OUTSIDE.findall(command or ""):
            place = posixpath.normpath(posixpath.join("/", component.path, named))
            folders.append(posixpath.dirname(place) if "." in posixpath.basename(place) else place)
    return posixpath.commonpath([posixpath.join("/", each) for each in folders]).lstrip("/") or "."


def steps(brief: Brief, component: Component) -> list[Step]:
    """Build the image; push it unless this is a pull request."""
    name = component.name or brief.name
    return [
        check_out(),
        *_build_first(component),
        Step(
            _("Name the image"),
            id="name",
            env=registries.repository_env(brief, workload(brief, component)),
            run=registries.REPOSITORY + 'echo "image=${repository}" >> "${GITHUB_OUTPUT}"\n',
        ),
        Step(_("Set up Buildx"), action="docker/setup-buildx-action"),
        *(step.only_if(PUSHES) for step in registries.sign_in(brief)),
        Step(
            _("Describe the image"),
            id="describe",
            action="docker/metadata-action",
            comment=_("OCI labels: title, source, revision, version, date; the tag names the commit."),
            options={
                "images": "${{ steps.name.outputs.image }}",
                "tags": "type=sha,format=long\ntype=ref,event=pr",
            },
        ),
        Step(
            _("Build and push the image"),
            id="build",
            action="docker/build-push-action",
            options={
                "context": context(component),
                "file": dockerfile(component),
                "push": f"${{{{ {PUSHES} }}}}",
                "tags": "${{ steps.describe.outputs.tags }}",
                "labels": "${{ steps.describe.outputs.labels }}",
                "provenance": "mode=max",
                "sbom": "true",
                "cache-from": f"type=gha,scope={name}",
                "cache-to": f"type=gha,mode=max,scope={name}",
                **_secrets(component),
            },
        ),
        Step(
            _("Note the image in the summary"),
            condition=PUSHES,
            env={
                "IMAGE": "${{ steps.name.outputs.image }}@${{ steps.build.outputs.digest }}",
                "VERSION": "${{ steps.describe.outputs.version }}",
                "HEADING": _("Image of {name}", name=name),
            },
            run=(
                "{\n"
                '  echo "### ${HEADING}"\n'
                "  echo\n"
                '  echo "- ${VERSION}"\n'
                '  echo "- ${IMAGE}"\n'
                '} >> "${GITHUB_STEP_SUMMARY}"\n'
            ),
        ),
    ]
