"""Surveys the checkers and engines of this machine, and says what the absence of each costs."""

import asyncio
from dataclasses import dataclass

from resources.catalogue import _
from tools.guard.process import find_program
from tools.model import Model
from tools.validate.tool import WITH_EXTRA, version_of


class Engine(Model):
    """A program this server can use."""

    name: str
    present: bool
    version: str | None
    path: str | None
    cost_of_absence: str
    how_to_install: str


@dataclass(frozen=True)
class _Program:
    """How to look for a program, what is lost without it, and how to get it."""

    name: str
    cost: str
    install: str
    version: tuple[str, ...] = ("--version",)
    executable: str | None = None
    """What to look for, when the name is that of a plug-in."""


async def survey() -> list[Engine]:
    """Every program the tools can use, asked for its version."""
    return list(await asyncio.gather(*(_look(program) for program in (*_checkers(), *_engines()))))


def _checkers() -> list[_Program]:
    """The checkers of the registry. Without one, its files are `not_validated` and the delivery says so."""
    compose = "https://docs.docker.com/compose/install/"
    workflows = _("GitHub workflows are not judged by this tool.")
    scripts = _("The layout of shell scripts is not judged.")
    return [
        _Program("actionlint", workflows, WITH_EXTRA, ("-version",)),
        _Program("zizmor", _("The security of GitHub workflows is not judged."), WITH_EXTRA),
        _Program("check-jsonschema", _("Workflows, GitLab CI, compose, Dependabot: schemas not checked."), WITH_EXTRA),
        _Program("shellcheck", _("Shell scripts and `run:` blocks are not judged."), WITH_EXTRA),
        _Program("shfmt", scripts, WITH_EXTRA),
        _Program("hadolint", _("Dockerfiles are not judged."), WITH_EXTRA),
        _Program("compose-lint", _("The security of compose files is not judged."), WITH_EXTRA),
        _Program("docker compose", _("Compose does not read its files."), compose, ("compose", "version"), "docker"),
        _Program("kubernetes-validate", _("Kubernetes manifests are not judged."), WITH_EXTRA),
        _Program("promtool", _("Prometheus files are not judged, alert tests not run."), "apt install prometheus"),
        _Program("amtool", _("Alertmanager's configuration is not judged."), "apt install prometheus-alertmanager"),
        _Program("gixy", _("The security of Nginx configurations is not judged."), WITH_EXTRA),
        _Program("nft", _("Firewall rules are not tried."), "apt install nftables"),
        _Program("checkov", _("Policies for Dockerfiles, manifests, Terraform: not judged."), "pipx install checkov"),
    ]


def _engines() -> list[_Program]:
    terraform = "https://developer.hashicorp.com/terraform/install"
    opentofu, kubernetes = "https://opentofu.org/docs/intro/install/", "https://kubernetes.io/docs/tasks/tools/"
    buildx = _("No build secrets, cache mounts or several platforms.")
    return [
        _Program("git", _("Revisions and remote tags are unknown."), "apt install git"),
        _Program("bwrap", _("Commands cannot be confined: nothing runs without asking."), "apt install bubblewrap"),
        _Program("docker", _("Images cannot be built or tried."), "apt install docker.io"),
        _Program("buildx", buildx, "apt install docker-buildx", ("buildx", "version"), "docker"),
        _Program("terraform", _("Terraform cannot be formatted, planned or applied."), terraform, ("version",)),
        _Program("tofu", _("OpenTofu cannot be planned or applied."), opentofu, ("version",)),
        _Program("kubectl", _("Rollouts cannot be looked at."), kubernetes, ("version", "--client")),
        _Program("helm", _("Charts cannot be rendered."), "https://helm.sh/docs/intro/install/", ("version",)),
        _Program("nginx", _("Nginx configuration cannot be tried."), "apt install nginx-light", ("-v",)),
        _Program("node", _("The tests with foreign MCP clients cannot run."), "https://nodejs.org/en/download"),
    ]


async def _look(program: _Program) -> Engine:
    path = find_program(program.executable or program.name)
    told = await version_of(path, *program.version) if path else None
    # A plug-in is there when it answers; its host alone says nothing.
    present = told is not None if program.executable else path is not None
    return Engine(
        name=program.name,
        present=present,
        version=told,
        path=path if present else None,
        cost_of_absence=program.cost,
        how_to_install=program.install,
    )
