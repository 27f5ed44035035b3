"""Where the images of a brief lie, as Terraform knows it before the first one is pushed."""

from urllib.parse import urlsplit

from tools.brief import Brief
from tools.pipelines import registries
from tools.pipelines.targets.place import workload
from tools.project import Component

FIRST = "sha-COMMIT"
"""The tag of the pipeline, with the commit to be filled in."""


def first_image(brief: Brief, component: Component) -> str:
    """The image a service begins with; where only the pipeline knows the registry, as far as the brief says it."""
    registry = registries.registry_of(brief)
    path = urlsplit(brief.context.operations.repository or "").path.strip("/").removesuffix(".git").lower()
    address = registry.address
    if "$" in address:
        owner = path.rpartition("/")[0] or "owner"
        on_gitlab = f"registry.gitlab.com/{path or 'owner/repository'}"
        address = on_gitlab if registry.kind == "gitlab" else f"ghcr.io/{owner}"
    return f"{address}/{workload(brief, component)}:{FIRST}"


def repository_arn(brief: Brief, component: Component) -> str | None:
    """The repository of ECR, where the images lie in one."""
    registry = registries.registry_of(brief)
    if registry.kind != "amazon":
        return None
    _host, _slash, namespace = registry.address.partition("/")
    name = "/".join([each for each in (namespace, workload(brief, component)) if each])
    account = registry.host.partition(".")[0]
    return f"arn:aws:ecr:{registry.region}:{account}:repository/{name}"
