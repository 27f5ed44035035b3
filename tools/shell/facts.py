"""What the judge of a command knows of the world: given by the caller, so that the judgement stays a pure function."""

from dataclasses import dataclass
from typing import Literal

TargetKind = Literal[
    "kube_context", "aws_profile", "aws_account", "gcp_project", "docker_host", "terraform_workspace", "namespace"
]


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that `devops.yaml` pins for an environment."""

    kind: TargetKind
    value: str
    environment: str
    protected: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """The surroundings of one command. Paths are absolute and without links."""

    workspace: str
    cwd: str = ""
    """Where the command starts; the workspace when empty."""
    home: str = "/root"
    state: str = ""
    """The server's own folder: approvals, journal."""
    targets: tuple[Target, ...] = ()

    @property
    def folder(self) -> str:
        """Where the command starts."""
        return self.cwd or self.workspace
