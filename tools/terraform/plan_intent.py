"""A plan that is to be made, thought through and judged, before anything runs."""

from dataclasses import dataclass, field
from pathlib import Path

from tools.guard.action import Action
from tools.guard.decision import Decision
from tools.terraform.backend import Backend


@dataclass(frozen=True)
class PlanIntent:
    """Where and how. `base` is the tree that is copied, `folder` the root module in it, `local_state` where
    a local backend keeps its states; `revision` is the commit to plan instead of the tree, for a rollback;
    `plan_file` a plan that is there already and is only shown. `secrets` are those known before there is a plan.
    """

    base: Path
    folder: Path
    workspace: str
    backend: str
    local_state: Backend
    var_files: tuple[str, ...]
    targets: tuple[str, ...]
    refresh_only: bool
    destroy: bool
    program: str
    program_name: str
    program_version: str
    credentials: bool
    executes: tuple[str, ...]
    action: Action
    decision: Decision
    revision: str | None = None
    plan_file: str | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
