"""What a repository is: its components with evidence, what it already has, and what must be asked."""

from typing import Annotated, Literal

from pydantic import Field

from tools.model import Model
from tools.text_fields import Line, Slug

Kind = Literal["service", "worker", "cli", "library", "static"]


class Variable(Model):
    """One environment variable that the code reads."""

    name: str
    secret: bool = Field(description="True when its value must never be written to a file or a log.")
    default: str | None = Field(default=None, description="Default found in the code; never given for a secret.")
    source: str | None = Field(default=None, description="Where it is read: file:line.")
    file: bool = Field(
        default=False,
        description="True when it names a file that holds the secret.",
        exclude_if=lambda value: not value,
    )


class Volume(Model):
    """A folder the program writes to, beside /tmp."""

    path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._-]+)+$", max_length=200)]
    kept: bool = Field(default=True, description="False: empty whenever an instance starts.")
    size: Annotated[str, Field(pattern=r"^[1-9][0-9]*(Mi|Gi)$")] = "10Gi"


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
    ready_path: str | None = Field(
        default=None,
        description="HTTP path that answers 200 when it can serve; null: health_path.",
        exclude_if=lambda value: value is None,
    )
    processes: dict[Slug, Line] = Field(
        default_factory=dict,
        description="Other processes of the same image: name to command, for example worker.",
        exclude_if=lambda value: not value,
    )
    volumes: list[Volume] = Field(
        default_factory=list,
        description="Folders it writes to; all its processes share those that are kept.",
        exclude_if=lambda value: not value,
    )
    system_packages: list[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9+.-]+$", max_length=100)]] = Field(
        default_factory=list,
        description="Debian packages that the image needs to run.",
        exclude_if=lambda value: not value,
    )
    metrics_token: bool | None = Field(
        default=None,
        description="True when its metrics answer only to a bearer token.",
        exclude_if=lambda value: value is None,
    )
    publish: Literal["pypi"] | None = Field(
        default=None,
        description="Index that a version tag (v1.2.3) is released to.",
        exclude_if=lambda value: value is None,
    )
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
