"""What `inspect_terraform` answers: the parts of a configuration, and what is wrong with it before any plan."""

from typing import Literal

from pydantic import Field

from tools.delivery import Severity
from tools.model import Model


class Placed(Model):
    """Something with a place in a file."""

    file: str = Field(description="Relative to the workspace.")
    line: int | None = None


class Directory(Model):
    """One directory of Terraform files, which is one module."""

    path: str
    root: bool = Field(description="True when no other module here calls it: plans are made in it.")
    required_version: str | None = None
    lock_file: bool = Field(description="Whether .terraform.lock.hcl stands beside it.")
    files: int


class ModuleCall(Placed):
    """One module call."""

    name: str
    source: str
    version: str | None = None
    local: bool


class Provider(Placed):
    """One provider that a directory requires or configures."""

    name: str
    source: str | None = None
    constraint: str | None = Field(default=None, description="Version constraint of required_providers.")
    locked: str | None = Field(default=None, description="Version in the lock file.")


class Resource(Placed):
    """One resource or data block."""

    address: str
    type: str
    mode: Literal["managed", "data", "ephemeral"]
    repeated: Literal["count", "for_each"] | None = None
    prevent_destroy: bool = False
    stateful: bool | None = Field(default=None, description="null when the type has not been reviewed.")


class InputVariable(Placed):
    """One input variable. Its default is never shown."""

    name: str
    type: str | None = None
    sensitive: bool
    required: bool = Field(description="True when it has no default: someone must give it.")
    description: str | None = None


class Output(Placed):
    """One output."""

    name: str
    sensitive: bool


class Backend(Placed):
    """Where a root module keeps its state."""

    directory: str
    type: str
    locking: bool | None = Field(description="null when the file does not say.")
    encrypted: bool | None = None


class InspectFinding(Placed):
    """One thing to put right."""

    rule: str
    level: Severity
    address: str = ""
    message: str
    suggestion: str = ""


class BrokenFile(Placed):
    """A file that could not be read; the others were."""

    reason: str


class TerraformInspection(Model):
    """A Terraform or OpenTofu configuration, read without running anything."""

    path: str
    summary: str
    directories: list[Directory] = []
    modules: list[ModuleCall] = []
    providers: list[Provider] = []
    resources: list[Resource] = []
    variables: list[InputVariable] = []
    outputs: list[Output] = []
    backends: list[Backend] = []
    workspaces: list[str] = Field(default=[], description="Workspaces that the files name, or that have local state.")
    findings: list[InspectFinding] = Field(default=[], description="The gravest first.")
    broken: list[BrokenFile] = []
    executes: list[str] = Field(
        default=[], description="What runs code at plan or apply: provisioners, external data sources."
    )
    left_out: dict[str, int] = Field(default={}, description="How many of each list this answer leaves out.")
