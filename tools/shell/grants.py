"""What a command may be granted beyond its walls, by a person: credentials of one kind, destinations of the network."""

import os
import re
from pathlib import Path
from typing import Literal

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.guard.errors import ExpectedError

Access = Literal["kubernetes", "docker", "aws", "gcp", "azure", "ssh", "git", "terraform", "dotenv"]

# First part of a rule's name -> the credentials that its program lives on.
NEEDED_BY: dict[str, Access] = {
    "kubectl": "kubernetes",
    "helm": "kubernetes",
    "docker": "docker",
    "aws": "aws",
    "gcloud": "gcp",
    "gsutil": "gcp",
    "az": "azure",
}
# Kind -> folders and files of the home, variables of the server that name them or choose among them.
_FILES: dict[Access, tuple[str, ...]] = {
    "kubernetes": (".kube",),
    "docker": (".docker",),
    "aws": (".aws",),
    "gcp": (".config/gcloud",),
    "azure": (".azure",),
    "ssh": (".ssh",),
    "git": (".gitconfig", ".git-credentials", ".config/git", ".config/gh"),
    "terraform": (".terraform.d", ".terraformrc"),
    "dotenv": (),
}
_VARIABLES: dict[Access, tuple[str, ...]] = {
    "kubernetes": ("KUBECONFIG",),
    "docker": ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"),
    "aws": (
        "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
    ),
    "gcp": ("CLOUDSDK_CONFIG", "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CORE_PROJECT"),
    "azure": ("AZURE_CONFIG_DIR", "ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID"),
    "ssh": ("SSH_AUTH_SOCK",),
    "git": ("GH_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN"),
    "terraform": ("TF_CLI_CONFIG_FILE", "TF_TOKEN_app_terraform_io"),
    "dotenv": (),
}  # fmt: skip
_NAMES_FILES = {"KUBECONFIG", "DOCKER_CERT_PATH", "GOOGLE_APPLICATION_CREDENTIALS", "SSH_AUTH_SOCK", "AWS_CONFIG_FILE"}
_DESTINATION = re.compile(r"(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?:\d{1,5}|\[[0-9A-Fa-f:]+\]:\d{1,5}")


class DestinationError(ExpectedError):
    """A destination of the network is not written as host:port."""


def asked_for(access: list[Access], network: list[str]) -> list[Reason]:
    """Why a person must decide: each kind of credentials, each destination.

    Raises:
        DestinationError: a destination is not `host:port` or `*.domain:port`.
    """
    reasons = [
        Reason(
            rule=f"confinement.{kind}",
            verdict="ask",
            message=_("The command would see your credentials for {kind}.", kind=kind),
        )
        for kind in access
    ]
    for destination in network:
        if not _DESTINATION.fullmatch(destination):
            raise DestinationError(
                _("{destination} is no destination.", destination=destination),
                _("Write host:port or *.domain:port, for example api.github.com:443."),
            )
        message = _("The command would reach {destination}.", destination=destination)
        reasons.append(Reason(rule="confinement.network", verdict="ask", message=message))
    return reasons


def files_of(access: list[Access], home: Path) -> tuple[Path, ...]:
    """The existing files and folders that these kinds of credentials live in."""
    found = [home / name for kind in access for name in _FILES[kind]]
    for kind in access:
        named = [os.environ[name] for name in _VARIABLES[kind] if name in _NAMES_FILES and name in os.environ]
        found += [Path(part) for value in named for part in value.split(os.pathsep)]
    if "docker" in access:
        address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        found += [Path(address.removeprefix("unix://"))] if address.startswith("unix://") else []
    return tuple(path for path in found if path.is_absolute() and path.exists())


def variables_of(access: list[Access]) -> tuple[str, ...]:
    """The server's variables that these kinds of credentials need."""
    return tuple(name for kind in access for name in _VARIABLES[kind] if name in os.environ)
