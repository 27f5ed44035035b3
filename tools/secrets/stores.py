"""The files of each store, one line a store."""

from collections.abc import Callable

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief, Environment, SecretStore
from tools.delivery import File
from tools.deployment.manifests import namespace_of
from tools.infrastructure.gcp.nodes import cluster_name
from tools.secrets.held import Held, mount, store_of
from tools.secrets.vault import vault_files

FOLDER = "deploy/secrets"


def _aws_files(brief: Brief, secrets: list[Held]) -> list[File]:
    environments = [each.name for each in brief.context.environments]
    names = [each.name for each in secrets]
    content = render("secrets/aws.tf.j2", service=brief.name, environments=environments, names=names)
    return [
        File(path=f"{FOLDER}/aws/main.tf", content=content, purpose=_("The places of the secrets, and who may read."))
    ]


def _parameter_files(brief: Brief, secrets: list[Held]) -> list[File]:
    environments = [each.name for each in brief.context.environments]
    names = [each.name for each in secrets]
    content = render("secrets/aws-parameters.tf.j2", service=brief.name, environments=environments, names=names)
    return [
        File(path=f"{FOLDER}/aws/main.tf", content=content, purpose=_("The key of the parameters, and who may read."))
    ]


def _gcp_files(brief: Brief, secrets: list[Held]) -> list[File]:
    names = [each.name for each in secrets]
    content = render("secrets/gcp.tf.j2", service=brief.name, names=names, region=brief.context.platform.region)
    return [
        File(path=f"{FOLDER}/gcp/main.tf", content=content, purpose=_("The places of the secrets, and who may read."))
    ]


def _sops_files(brief: Brief, _secrets: list[Held]) -> list[File]:
    content = render("secrets/sops.yaml.j2", environments=[each.name for each in brief.context.environments])
    return [File(path=".sops.yaml", content=content, purpose=_("Who may decrypt the secrets of each environment."))]


def _no_files(_brief: Brief, _secrets: list[Held]) -> list[File]:
    return []


STORES: dict[SecretStore, Callable[[Brief, list[Held]], list[File]]] = {
    "vault": vault_files,
    "aws_secrets_manager": _aws_files,
    "aws_parameter_store": _parameter_files,
    "gcp_secret_manager": _gcp_files,
    "sops": _sops_files,
    "dotenv": _no_files,
}
SPOKEN: dict[SecretStore, str] = {
    "vault": "Vault",
    "aws_secrets_manager": "AWS Secrets Manager",
    "aws_parameter_store": "AWS Systems Manager Parameter Store",
    "gcp_secret_manager": "Google Secret Manager",
    "sops": "SOPS + age",
    "dotenv": "GitHub Actions",
}


def spoken(brief: Brief) -> str:
    """The store as people call it."""
    gitlab = brief.context.pipeline == "gitlab_ci" and store_of(brief) == "dotenv"
    return "GitLab CI/CD" if gitlab else SPOKEN[store_of(brief)]


def cluster_stores(brief: Brief) -> list[File]:
    """The SecretStore that the manifests of each environment name, where External Secrets can read the store."""
    if brief.context.platform.target != "kubernetes" or store_of(brief) in {"sops", "dotenv"}:
        return []
    return [
        File(
            path=f"{FOLDER}/kubernetes/{each.name}.yaml",
            content=_cluster_store(brief, each),
            purpose=_("Where the cluster reads the secrets of {name}.", name=each.name),
        )
        for each in brief.context.environments
    ]


def _cluster_store(brief: Brief, environment: Environment) -> str:
    platform = brief.context.platform
    return render(
        "secrets/secret-store.yaml.j2",
        service=brief.name,
        environment=environment.name,
        namespace=namespace_of(environment),
        store=store_of(brief),
        server="https://vault.example.com",
        mount=mount(environment),
        account=environment.aws_account or "000000000000",
        project=environment.gcp_project or "PROJECT",
        region=environment.region or platform.region or "REGION",
        cluster=_cluster(brief, environment),
    )


def _cluster(brief: Brief, environment: Environment) -> str:
    """What the cluster is called: as the brief says, or as the infrastructure beside it calls it."""
    if brief.context.platform.provider == "gcp" and "infrastructure" in brief.deliverables:
        return cluster_name(brief, environment)
    return brief.context.platform.cluster or "CLUSTER"
