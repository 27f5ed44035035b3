"""Gathers what the judge of a command must know: the workspace, the home, the targets that devops.yaml pins."""

from pathlib import Path

from tools.brief import Brief
from tools.brief_file import read_brief
from tools.context import Deps
from tools.guard.errors import BriefError
from tools.shell.facts import Facts, Target, TargetKind

BRIEF = "devops.yaml"
_PINS: tuple[TargetKind, ...] = (
    "kube_context", "aws_profile", "aws_account", "gcp_project", "docker_host", "terraform_workspace", "namespace"
)  # fmt: skip


def facts_of(deps: Deps, folder: Path) -> tuple[Facts, str | None]:
    """The facts for a command that starts in `folder`, and why the targets are not known, if so. Blocking."""
    targets: tuple[Target, ...] = ()
    problem: str | None = None
    brief = deps.place.root / BRIEF
    try:
        targets = targets_of(read_brief(brief.read_text(encoding="utf-8")))
    except FileNotFoundError:
        pass
    except (BriefError, OSError, UnicodeDecodeError) as error:
        problem = str(error)
    state = str(deps.gate.journal.state.directory) if deps.gate else ""
    return Facts(str(deps.place.root), str(folder), str(Path.home()), state, targets), problem


def targets_of(brief: Brief) -> tuple[Target, ...]:
    """Everything the brief's environments pin, and which of it is protected."""
    return tuple(
        Target(kind, value, environment.name, environment.needs_approval)
        for environment in brief.context.environments
        for kind in _PINS
        if (value := getattr(environment, kind))
    )
