"""What every module about Kubernetes agrees on: the folder, the namespace, and the images' names."""

from tools.brief import Brief, Environment
from tools.pipelines.registries import registry_of

FOLDER = "deploy/kubernetes"
STORE = "vault"
"""The SecretStore of External Secrets in every namespace."""


def namespace_of(environment: Environment) -> str:
    """The namespace that the pipeline deploys to."""
    return environment.namespace or environment.name


def repository(brief: Brief, name: str) -> str:
    """The image's name in the registry; the owner is a word to replace where the brief does not say it."""
    address = registry_of(brief).address
    return f"ghcr.io/OWNER/{name}" if "${" in address else f"{address.lower()}/{name}"
