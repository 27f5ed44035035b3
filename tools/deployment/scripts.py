"""deploy.sh, rollback.sh and healthcheck.sh: by digest, locked, waited for, and taken back when it fails."""

import shlex
from typing import Literal

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.containers.compose import image_variable
from tools.containers.workloads import workloads
from tools.delivery import Command, File, Risk, Rollback
from tools.deployment.manifests import repository
from tools.deployment.strategy import Sides

Runtime = Literal["compose", "swarm"]
PLACE = "deploy/scripts"
# An image that lies on the machine has no name in a registry: its own number is as good.
PATTERN = "^([a-z0-9][a-zA-Z0-9._:/-]*@)?sha256:[0-9a-f]{64}$"


def script_files(versions: Sides, runtime: Runtime, file: str) -> list[File]:
    """The scripts; `file` is the compose or stack file they deploy."""
    brief = versions.brief
    running = workloads(brief, overwrite=False)
    values = {
        "project": brief.name,
        "runtime": runtime,
        "environments": [
            {
                "name": each.name,
                "settings": {"DOCKER_HOST": shlex.quote(each.docker_host)} if each.docker_host else {},
            }
            for each in brief.context.environments
        ],
        "names": [each.key for each in running],
        "variables": {each.key: image_variable(each) for each in running},
        "pattern": PATTERN,
        "file": file,
    }
    purposes = {
        "deploy": _("Deploys by digest, waits for health, and goes back by itself."),
        "rollback": _("Puts the deployment before the last back."),
        "healthcheck": _("Waits until every component is healthy."),
    }
    return [
        File(path=f"{PLACE}/{name}.sh", content=render(f"scripts/{name}.sh.j2", **values), purpose=purpose,
             executable=True)
        for name, purpose in purposes.items()
    ]  # fmt: skip


def release_commands(versions: Sides) -> list[Command]:
    """Looking and deploying, for each environment in order of promotion."""
    brief = versions.brief
    images = " ".join(
        f"{each.key}={repository(brief, versions.original(each.subject.name))}@sha256:…"
        for each in workloads(brief, overwrite=False)
    )
    return [
        command
        for environment in brief.context.environments
        for command in (
            Command(
                run=f"{PLACE}/deploy.sh --dry-run {environment.name} {images}",
                purpose=_("See what would change in {name}.", name=environment.name),
            ),
            Command(
                run=f"{PLACE}/deploy.sh {environment.name} {images}",
                purpose=_("Deploy to {name}, wait for health; what does not become healthy is taken back.",
                          name=environment.name),
            ),
        )
    ]  # fmt: skip


def back(brief: Brief) -> Rollback:
    """How the scripts go back."""
    last = brief.context.environments[-1].name
    return Rollback(
        strategy=_("What does not become healthy goes back by itself; what fails later is taken back by digest."),
        commands=[
            Command(run=f"{PLACE}/rollback.sh --dry-run {last}", purpose=_("See what would be put back.")),
            Command(run=f"{PLACE}/rollback.sh {last}", purpose=_("Put the digests before the last deployment back.")),
        ],
        data=_("Volumes and migrated schemas stay as they are: take a backup before the deployment."),
    )


def interruption() -> Risk:
    """What compose cannot do."""
    return Risk(
        kind="downtime",
        level="low",
        message=_("Compose stops the old container before the new one starts: some seconds without an answer."),
        mitigation=_("Set platform.strategy to blue_green with the proxy traefik, or run a Swarm of one machine."),
    )
