"""Container registries: which one an image goes to, and how a job signs in to it, if it can without a key."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Literal

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import VariableToSet
from tools.pipelines.holders import holder, reference
from tools.pipelines.issuer import issuer_of
from tools.pipelines.step import Step

Kind = Literal["github", "gitlab", "amazon", "google", "azure", "docker_hub", "other"]
Permissions = dict[str, tuple[str, str]]
HOSTS: dict[Kind, str] = {
    "github": r"ghcr\.io",
    "amazon": r"\d{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?",
    "google": r"([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io)",
    "azure": r"(?P<account>[a-z0-9]+)\.azurecr\.io",
    "docker_hub": r"(index\.|registry-1\.)?docker\.io",
}
OWNER = "${{ github.repository_owner }}"
# Image repositories are lower case; the owner's name may not be.
REPOSITORY = 'repository="${REGISTRY,,}/${NAME}"\n'


@dataclass(frozen=True)
class Registry:
    """Where images live: `host/namespace`."""

    address: str
    kind: Kind
    host: str
    region: str | None = None
    """Amazon only."""
    account: str | None = None
    """Azure only: the registry's name."""


def registry_of(brief: Brief) -> Registry:
    """The brief's registry, or the one its target can pull from: Cloud Run cannot pull from ghcr.io."""
    said = brief.context.registry
    if said is None and brief.context.platform.target == "cloud_run":
        known = brief.context.platform.region or ""
        region = known if re.fullmatch(r"[a-z0-9-]+", known) else reference(brief, "ARTIFACT_REGION")
        host = f"{region}-docker.pkg.dev"
        return Registry(f"{host}/{reference(brief, 'ARTIFACT_PROJECT')}/{brief.name}", "google", host)
    if said is None and brief.context.pipeline == "gitlab_ci":
        return Registry("${CI_REGISTRY_IMAGE}", "gitlab", "${CI_REGISTRY}")
    if said is None:
        return Registry(f"ghcr.io/{OWNER}", "github", "ghcr.io")
    first = said.split("/")[0]
    # As Docker reads it: without a dot or a port the first part is a namespace of Docker Hub.
    host = first if re.search(r"[.:]|^localhost$", first) else "docker.io"
    address = said.rstrip("/") if host == first else f"docker.io/{said.rstrip('/')}"
    for kind, pattern in HOSTS.items():
        if found := re.fullmatch(pattern, host, re.IGNORECASE):
            parts = found.groupdict()
            return Registry(address, kind, host, parts.get("region"), parts.get("account"))
    return Registry(address, "other", host)


def repository_env(brief: Brief, workload: str) -> dict[str, str]:
    """The environment that `REPOSITORY` reads: an image is called like what runs it."""
    return {"REGISTRY": registry_of(brief).address, "NAME": workload}


def sign_in(brief: Brief) -> list[Step]:
    """Steps that sign in to the registry."""
    registry = registry_of(brief)
    if registry.kind == "github":
        return [_log_in(registry.host, "${{ github.actor }}", "${{ secrets.GITHUB_TOKEN }}")]
    if registry.kind == "amazon":
        options = {"role-to-assume": "${{ vars.AWS_ECR_ROLE_ARN }}", "aws-region": registry.region or ""}
        return [
            Step(_("Sign in to AWS for the registry"), action="aws-actions/configure-aws-credentials", options=options),
            Step(_("Sign in to the registry"), action="aws-actions/amazon-ecr-login"),
        ]
    if registry.kind == "google":
        options = {
            "workload_identity_provider": "${{ vars.GCP_WORKLOAD_IDENTITY_PROVIDER }}",
            "service_account": "${{ vars.GCP_PUSH_SERVICE_ACCOUNT }}",
            "token_format": "access_token",
            # Nothing but this sign-in needs the credentials: no file is left for the image to swallow.
            "create_credentials_file": "false",
        }
        return [
            Step(
                _("Sign in to Google Cloud for the registry"),
                id="google",
                action="google-github-actions/auth",
                options=options,
            ),
            _log_in(registry.host, "oauth2accesstoken", "${{ steps.google.outputs.access_token }}"),
        ]
    if registry.kind == "azure":
        options = {
            "client-id": "${{ vars.AZURE_PUSH_CLIENT_ID }}",
            "tenant-id": "${{ vars.AZURE_TENANT_ID }}",
            "subscription-id": "${{ vars.AZURE_SUBSCRIPTION_ID }}",
        }
        return [
            Step(_("Sign in to Azure for the registry"), action="azure/login", options=options),
            Step(
                _("Sign in to the registry"),
                env={"ACCOUNT": registry.account or ""},
                run='az acr login --name "${ACCOUNT}"',
            ),
        ]
    return [_log_in(registry.host, "${{ vars.REGISTRY_USERNAME }}", "${{ secrets.REGISTRY_PASSWORD }}")]


def permissions(brief: Brief, *, writes: bool) -> Permissions:
    """Permissions of a job that signs in, each with its level and its reason."""
    kind = registry_of(brief).kind
    if kind == "github":
        reason = _("to push the image") if writes else _("to look the image up")
        return {"packages": ("write" if writes else "read", reason)}
    if kind in {"amazon", "google", "azure"}:
        return {"id-token": ("write", _("to sign in without a key (OIDC)"))}
    return {}


def variables(brief: Brief) -> list[VariableToSet]:
    """What signing in needs set for the whole repository."""
    registry = registry_of(brief)
    variable = partial(_variable, brief)
    told: list[VariableToSet] = []
    if registry.kind == "amazon":
        purpose = _("IAM role that may push to the registry; it trusts this repository through OIDC.")
        told += [variable("AWS_ECR_ROLE_ARN", purpose, "arn:aws:iam::123456789012:role/push-images")]
    elif registry.kind == "google":
        pool = issuer_of(brief).pool
        provider = f"projects/123456789/locations/global/workloadIdentityPools/{pool}/providers/{pool}"
        purpose = _("Service account that may push to the registry.")
        told += [
            _variable(
                brief, "GCP_WORKLOAD_IDENTITY_PROVIDER", _("Identity provider that trusts this repository."), provider
            ),
            variable("GCP_PUSH_SERVICE_ACCOUNT", purpose, "push@my-project.iam.gserviceaccount.com"),
        ]
        if "ARTIFACT_REGION" in registry.address:
            told += [variable("ARTIFACT_REGION", _("Region of the Artifact Registry repository."), "europe-west9")]
        if "ARTIFACT_PROJECT" in registry.address:
            told += [variable("ARTIFACT_PROJECT", _("Project of the Artifact Registry repository."), "my-project")]
    elif registry.kind == "azure":
        identity = "00000000-0000-0000-0000-000000000000"
        told += [
            variable("AZURE_PUSH_CLIENT_ID", _("Application that may push to the registry."), identity),
            variable("AZURE_TENANT_ID", _("Entra tenant."), identity),
            variable("AZURE_SUBSCRIPTION_ID", _("Azure subscription."), identity),
        ]
    elif registry.kind not in {"github", "gitlab"} or _foreign(brief, registry):
        purpose = _("Token that may push images: one for this repository alone, with an end date.")
        told += [variable("REGISTRY_USERNAME", _("User of the registry."), "robot")]
        told += [VariableToSet(name="REGISTRY_PASSWORD", secret=True, where=holder(brief, None), purpose=purpose)]
    return told


def can_pull(brief: Brief) -> bool:
    """Whether the target can pull from this registry at all."""
    return brief.context.platform.target != "cloud_run" or registry_of(brief).kind in {"google", "docker_hub"}


def _foreign(brief: Brief, registry: Registry) -> bool:
    """ghcr.io is at home on GitHub alone: elsewhere it is signed in to with a token, like any other."""
    return registry.kind == "github" and brief.context.pipeline != "github_actions"


def _variable(brief: Brief, name: str, purpose: str, example: str) -> VariableToSet:
    return VariableToSet(name=name, secret=False, where=holder(brief, None), purpose=purpose, example=example)


def _log_in(host: str, username: str, password: str) -> Step:
    return Step(
        _("Sign in to the registry"),
        action="docker/login-action",
        options={"registry": host, "username": username, "password": password},
    )
