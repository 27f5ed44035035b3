"""What a confined command may do, and what came of it: the values on both sides of the sandbox."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from tools.model import Model

Network = Literal["none"] | tuple[str, ...]
Limit = Literal["wall_time", "processes", "memory", "output", "guard_files"]

MEBIBYTE = 1 << 20


class Limits(Model):
    """How much of the machine one command may use."""

    cpu_seconds: int = Field(default=300, gt=0, description="Processor time of each process.")
    memory_bytes: int = Field(default=4096 * MEBIBYTE, gt=0, description="Memory of all its processes together.")
    processes: int = Field(default=1024, gt=0, description="Processes and threads together.")
    file_bytes: int = Field(default=1024 * MEBIBYTE, gt=0, description="Size of each file it writes.")
    scratch_bytes: int = Field(default=1024 * MEBIBYTE, gt=0, description="Size of its own /tmp and of its home.")
    output_bytes: int = Field(default=2_000_000, gt=0, description="Output kept, for each stream.")
    open_files: int = Field(default=4096, gt=0)
    entries: int = Field(
        default=1_000_000, gt=0, description="Files of the workspace looked at to find what must be hidden."
    )


class Confinement(Model):
    """The walls around one command. The default is the tightest that lets a build run."""

    workspace_writable: bool = True
    network: Network = Field(
        default="none",
        description="Nothing, or the allowed destinations: host:port, *.domain:port, or an address:port by name.",
    )
    granted: tuple[Path, ...] = Field(
        default=(), description="Files and folders outside the workspace to show read-only: credentials, toolchains."
    )
    revealed: tuple[str, ...] = Field(
        default=(),
        description="Files of the workspace, relative to it, that hold secrets and may be read all the same.",
    )
    protected: tuple[str, ...] = Field(
        default=(".astreinte", "policy.toml"),
        description="Paths in the workspace that stay read-only and may not be created: the guard's own.",
    )
    hidden: tuple[Path, ...] = Field(default=(), description="More absolute paths to hide, wherever they lie.")
    hosts: tuple[str, ...] = Field(
        default=(), description="Names that lead to the sandbox itself: for programs that will not start without."
    )
    environment: tuple[str, ...] = Field(default=(), description="Names of the server's own variables to hand on.")
    limits: Limits = Limits()
    bare_approved: bool = Field(
        default=False, description="A person agreed to run without walls because none can be built here."
    )


class Confined(Model):
    """A confined command that ended, by itself or not."""

    exit_status: int = Field(description="As the shell says it: 128 + N after signal N; 124 after the time limit.")
    stdout: str
    stderr: str
    duration: float
    timed_out: bool = False
    truncated: bool = False
    limits_hit: tuple[Limit, ...] = ()
    confined: bool = Field(default=True, description="False when it ran bare, as a person had agreed.")
    destinations: tuple[str, ...] = Field(
        default=(), description="What it asked of the network, each allowed or refused, in order."
    )
    disarmed: tuple[str, ...] = Field(
        default=(), description="Files it left that the person's own tools would have run; renamed out of the way."
    )
