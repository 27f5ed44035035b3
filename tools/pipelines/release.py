"""The release workflow: a version tag becomes a package of the index and a version of the image, built once."""

from dataclasses import replace
from typing import Any

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.delivery import Command, File
from tools.pipelines import image, registries
from tools.pipelines.setup.registry import SETUPS
from tools.pipelines.step import Step, check_out, run_command
from tools.pipelines.targets.place import workload
from tools.project import Component

WORKFLOW = "release.yml"


def can_publish(component: Component) -> bool:
    """Whether a release of `component` can be made: of Python packages that are built."""
    return component.language == "python" and component.build_command is not None


def release_file(brief: Brief, component: Component) -> File:
    """The workflow of one component."""
    delivers = image.delivers(brief, component)
    alone = sum(each.publish is not None for each in brief.context.components) == 1
    name = component.name or brief.name
    values: dict[str, Any] = {
        "title": name,
        "package": name,
        "package_steps": _package(component),
        "publish_steps": [
            Step(
                _("Fetch the package"),
                action="actions/download-artifact",
                options={"name": "package", "path": "dist"},
            ),
            Step(_("Publish it, with its attestation"), action="pypa/gh-action-pypi-publish"),
        ],
        "image_steps": _image(brief, component) if delivers else [],
        "image_permissions": registries.permissions(brief, writes=True),
    }  # fmt: skip
    path = f".github/workflows/{WORKFLOW if alone else f'release-{name}.yml'}"
    purpose = _("Releases {name}: package, attestation, version of the image.", name=name)
    return File(path=path, content=render("github_actions/release.yml.j2", **values), purpose=purpose)


def release_commands(name: str) -> list[Command]:
    """What makes the index believe the workflow, once."""
    return [
        Command(
            run="gh api --method PUT 'repos/{owner}/{repo}/environments/pypi'",
            purpose=_(
                "Create the environment pypi; then name it and {workflow} as trusted publisher at "
                "https://pypi.org/manage/project/{name}/settings/publishing/.",
                workflow=WORKFLOW,
                name=name,
            ),
        )
    ]


def _package(component: Component) -> list[Step]:
    folder = "" if component.path == "." else f"{component.path}/"
    built = f"{folder}{component.output_directory or 'dist'}"
    directory = None if component.path == "." else component.path
    return [
        check_out(),
        *(_uncached(each) for each in SETUPS[component.language or ""](component, None)
          if not (each.action or "").startswith("actions/cache")),
        run_command(_("Build"), component.build_command or "", directory=directory),
        Step(
            _("The tag is the version that was built"),
            env={"TAG": "${{ github.ref_name }}", "BUILT": built},
            run='compgen -G "${BUILT}/*-${TAG#v}.tar.gz"\n',
        ),
        Step(
            _("Attest where it was built and from what"),
            action="actions/attest-build-provenance",
            options={"subject-path": f"{built}/*"},
        ),
        Step(
            _("Keep the package"),
            action="actions/upload-artifact",
            options={"name": "package", "path": built, "if-no-files-found": "error"},
        ),
    ]  # fmt: skip


def _uncached(step: Step) -> Step:
    """What is released is made of nothing that another run left: a cache may have been poisoned by a pull request."""
    options = {key: value for key, value in step.options.items() if not key.startswith("cache")}
    if "enable-cache" in options:
        options["enable-cache"] = "false"
    return replace(step, options=options)


def _image(brief: Brief, component: Component) -> list[Step]:
    return [
        *registries.sign_in(brief),
        Step(
            _("Tag what the delivery of this commit built"),
            comment=_("By digest, never built again: what was tested is what has the version."),
            env={
                **registries.repository_env(brief, workload(brief, component)),
                "COMMIT": "${{ github.sha }}",
                "TAG": "${{ github.ref_name }}",
            },
            run=registries.REPOSITORY
            + 'docker buildx imagetools create --tag "${repository}:${TAG#v}" "${repository}:sha-${COMMIT}"\n',
        ),
    ]
