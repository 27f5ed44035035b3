"""The brief: the handoff input of the agent card as a model, written by people as `devops.yaml`.

Every generator is a pure function of a `Brief`, so that all the files of a delivery agree.
"""

import re
from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from resources.catalogue import Language
from tools.model import Model
from tools.operations import Operations
from tools.project import Component
from tools.text_fields import Line, Slug

Provider = Literal["aws", "gcp", "azure", "self_hosted"]
Target = Literal[
    "registry",
    "ecs",
    "lambda",
    "ec2",
    "static_site",
    "cloud_run",
    "kubernetes",
    "swarm",
    "compose",
    "vercel",
    "railway",
    "render",
]
Strategy = Literal["rolling", "blue_green", "canary"]
SecretStore = Literal["vault", "aws_secrets_manager", "aws_parameter_store", "gcp_secret_manager", "sops", "dotenv"]
Packaging = Literal["kustomize", "helm"]
Proxy = Literal["nginx", "traefik"]
Certificates = Literal["http_01", "dns_01", "acm"]
PipelinePlatform = Literal["github_actions", "gitlab_ci"]
Regulation = Literal["rgpd", "hds", "pci_dss", "iso_27001", "soc2"]
Deliverable = Literal["pipeline", "containers", "deployment", "infrastructure", "observability", "runbooks", "secrets"]

PROVIDER_OF_TARGET: dict[Target, Provider] = {"ecs": "aws", "lambda": "aws", "ec2": "aws", "cloud_run": "gcp"}


def dns_label(text: str) -> str:
    """A DNS label made from any text: names of services, jobs, images and files."""
    label = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-")
    return label if label[:1].isalpha() else f"service-{label}".strip("-")[:63].strip("-")


class Environment(Model):
    """One place the service runs. Order in the list is promotion order."""

    name: Slug
    url: Line | None = Field(default=None, description="Public base URL, used by post-deployment checks.")
    protected: bool | None = Field(
        default=None, description="True: a person approves each deployment. Default: true for prod*."
    )
    region: Line | None = Field(default=None, description="Overrides platform.region.")
    cidr: IPv4Network | None = Field(default=None, description="Addresses of its network; default: a share.")
    aws_account: Annotated[str, Field(pattern=r"^\d{12}$")] | None = None
    aws_profile: Line | None = None
    gcp_project: Line | None = None
    kube_context: Line | None = None
    namespace: Slug | None = None
    docker_host: Line | None = None
    terraform_workspace: Line | None = None
    variables: dict[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,100}$")], Line] = Field(
        default={}, description="Plain values that variables have here instead of their default. Never a secret."
    )

    @property
    def needs_approval(self) -> bool:
        """Whether a person must approve a deployment here."""
        return self.protected if self.protected is not None else self.name.startswith("prod")


class Platform(Model):
    """Where the service runs."""

    provider: Provider | None = None
    region: Line | None = Field(default=None, description="Cloud region, for example eu-west-3.")
    target: Target | None = Field(default=None, description="What runs the containers.")
    cluster: Line | None = Field(default=None, description="ECS or Kubernetes cluster name.")
    nodes: Literal["autopilot", "standard"] | None = Field(
        default=None, description="Who runs the nodes of GKE; default: Google, where the SLA allows it."
    )
    packaging: Packaging = Field(default="kustomize", description="Kubernetes: base and overlays, or a Helm chart.")
    gateway: bool = Field(default=False, description="Kubernetes: HTTPRoute of the Gateway API instead of Ingress.")
    strategy: Strategy = Field(default="rolling", description="How a new version replaces the one that runs.")
    cidr: IPv4Network | None = Field(
        default=None, description="Addresses all environments share out, /16 to /22; default chosen."
    )

    @model_validator(mode="after")
    def _target_fits_provider(self) -> Self:
        needed = PROVIDER_OF_TARGET.get(self.target) if self.target else None
        if needed and self.provider and self.provider != needed:
            raise ValueError(f"target {self.target} runs on {needed}, not on {self.provider}")
        return self


def _default_environments() -> list[Environment]:
    return [Environment(name="dev"), Environment(name="staging"), Environment(name="prod")]


class Context(Model):
    """The architecture the delivery is for."""

    components: list[Component] = Field(default=[], description="Overrides laid over what was detected, by path.")
    platform: Platform = Platform()
    pipeline: PipelinePlatform = "github_actions"
    registry: Line | None = Field(
        default=None,
        description="Container registry and namespace, for example ghcr.io/acme. Default: ghcr.io.",
    )
    proxy: Proxy | None = Field(default=None, description="What terminates TLS where no cloud does.")
    certificates: Certificates = Field(
        default="http_01",
        description="How the proxy gets its certificate; acm: a load balancer before it has it.",
    )
    secret_store: SecretStore | None = Field(default=None, description="Where secrets live; default: the target's own.")
    operations: Operations = Operations()
    default_branch: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,200}$")] = "main"
    environments: list[Environment] = Field(default_factory=_default_environments, min_length=1)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [environment.name for environment in self.environments]
        if len(set(names)) != len(names):
            raise ValueError("environment names must be unique")
        return self


class Constraints(Model):
    """What bounds every choice."""

    budget_per_month: float | None = Field(default=None, gt=0, description="Infrastructure budget in EUR per month.")
    sla: float | None = Field(default=None, ge=90, le=99.999, description="Availability target in percent.")
    regulations: list[Regulation] = []
    hosting: Line | None = Field(default=None, description="Hosting requirement, for example 'EU only'.")


class Brief(Model):
    """Context, constraints and expected deliverables: all a delivery is made from."""

    version: Literal[1] = 1
    service: Slug | None = Field(default=None, description="Service name; default: the repository's folder name.")
    language: Language | None = Field(default=None, description="Language of comments and texts.")
    context: Context = Context()
    constraints: Constraints = Constraints()
    deliverables: list[Deliverable] = Field(default=["pipeline"], min_length=1)

    @property
    def name(self) -> str:
        """The service name once resolved."""
        return self.service or "service"
