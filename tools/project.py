"""What a repository is: its components with evidence, what it already has, and what must be asked."""

from typing import Literal

from pydantic import Field

from tools.model import Model

Kind = Literal["service", "worker", "cli", "library", "static"]


class Variable(Model):
    """One environment variable that the code reads."""

    name: str
    secret: bool = Field(description="True when its value must never be written to a file or a log.")
    default: str | None = Field(default=None, description="Default found in the code; never given for a secret.")
    source: str | None = Field(default=None, description="Where it is read: file:line.")


class Component(Model):
    """One deployable or publishable part of a repository.

    In `devops.yaml` every field but `path` is optional and overrides what was detected. `null` means
    that the repository does not say; a question then asks for it.
    """

    name: str | None = None
    path: str = Field(description="Folder relative to the repository root; '.' is the root.")
    kind: Kind | None = None
    language: str | None = Field(default=None, description="python, node, go, java, static, …")
    language_version: str | None = None
    tested_versions: list[str] = Field(
        default_factory=list, description="Language versions the project says it supports."
    )
    framework: str | None = None
    package_manager: str | None = None
    lock_file: str | None = Field(default=None, description="Lock file relative to the repository root.")
    install_command: str | None = None
    lint_command: str | None = None
    build_command: str | None = None
    test_command: str | None = None
    start_command: str | None = None
    migrate_command: str | None = Field(default=None, description="Applies database migrations.")
    output_directory: str | None = Field(default=None, description="Static build output, relative to path.")
    port: int | None = Field(default=None, ge=1, le=65535)
    health_path: str | None = Field(default=None, description="HTTP path that answers 200 when healthy.")
    dockerfile: str | None = Field(default=None, description="Dockerfile that builds it, relative to the root.")
    build_context: str | None = Field(
        default=None, description="Folder the Dockerfile is built from; null: the folder it lies in."
    )
    needs: list[str] = Field(default_factory=list, description="Backing services: postgres, mysql, redis, …")
    variables: list[Variable] = Field(default_factory=list)
    evidence: dict[str, str] = Field(default_factory=dict, description="Field name to the file:line that says so.")


class Existing(Model):
    """Delivery material the repository already has."""

    kind: str = Field(
        description="dockerfile, compose, github_workflow, gitlab_ci, helm, kustomize, kubernetes, terraform, …"
    )
    path: str


class Question(Model):
    """Something the repository does not say and a person must."""

    component: str | None = Field(default=None, description="Component path, or null for the whole project.")
    field: str
    question: str


class Project(Model):
    """A repository as read from its own files."""

    summary: str
    components: list[Component]
    existing: list[Existing]
    questions: list[Question]
    warnings: list[str] = Field(default_factory=list, description="What could not be read, and why.")
