"""Surveys the checkers and engines of this machine, and says what the absence of each costs."""

import asyncio

from resources.catalogue import _
from tools.guard.process import find_program
from tools.model import Model
from tools.validate.tool import version_of


class Engine(Model):
    """A program this server can use."""

    name: str
    present: bool
    version: str | None
    path: str | None
    cost_of_absence: str
    how_to_install: str


async def survey() -> list[Engine]:
    """Every program the tools can use, asked for its version."""
    extra = "pip install 'astreinte[checkers]'"
    workflows = _("Generated workflows are returned as not_validated by this tool.")
    scripts = _("Shell scripts are returned as not_validated by this tool.")
    plans: list[tuple[str, tuple[str, ...], str, str]] = [
        ("actionlint", ("-version",), workflows, extra),
        ("zizmor", ("--version",), workflows, extra),
        ("check-jsonschema", ("--version",), workflows, extra),
        ("shellcheck", ("--version",), _("Shell scripts and `run:` blocks are not judged."), extra),
        ("shfmt", ("--version",), scripts, extra),
        ("git", ("--version",), _("Revisions and remote tags are unknown."), "apt install git"),
        ("bwrap", ("--version",), _("Commands cannot be confined; each one asks."), "apt install bubblewrap"),
        ("docker", ("--version",), _("Images cannot be built or tried."), "apt install docker.io"),
        ("terraform", ("version",), _("Terraform cannot be planned or applied."), "https://developer.hashicorp.com/terraform/install"),
        ("tofu", ("version",), _("OpenTofu cannot be planned or applied."), "https://opentofu.org/docs/intro/install/"),
        ("kubectl", ("version", "--client"), _("Rollouts cannot be looked at."), "https://kubernetes.io/docs/tasks/tools/"),
        ("helm", ("version",), _("Charts cannot be rendered."), "https://helm.sh/docs/intro/install/"),
    ]  # fmt: skip
    return list(await asyncio.gather(*(_look(*plan) for plan in plans)))


async def _look(name: str, version: tuple[str, ...], cost: str, install: str) -> Engine:
    path = find_program(name)
    told = await version_of(path, *version) if path else None
    return Engine(
        name=name, present=path is not None, version=told, path=path, cost_of_absence=cost, how_to_install=install
    )
