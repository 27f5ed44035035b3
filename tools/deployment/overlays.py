"""Kustomize: a base for every component and an overlay for every environment."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.containers.workloads import Workload
from tools.delivery import File
from tools.deployment.kubernetes_migration import migration_base
from tools.deployment.manifests import FOLDER, STORE, namespace_of, repository
from tools.deployment.pod_values import manifest, own_values, settings, values, versions_of
from tools.deployment.routing import Route
from tools.secrets.held import remote


@dataclass(frozen=True)
class Scale:
    """How many pods of one version an environment has."""

    name: str
    minimum: int
    maximum: int


def overlays(brief: Brief, running: list[Workload], ways: list[Route], *, gateway: bool) -> list[File]:
    """The base and the overlays."""
    files: list[File] = []
    configs: dict[str, dict[str, str]] = {}
    resources: list[str] = []
    for each in running:
        config, secrets = settings(each)
        name, first = each.name, each.subject.name
        configured = bool(config) or any(own_values(one, [each]) for one in brief.context.environments)
        filled = values(each, brief, config=configured, secrets=bool(secrets), gateway=gateway)
        files.append(manifest(f"base/{name}.yaml", "component", _("Runs {name}.", name=name), c=filled))
        resources.append(f"{name}.yaml")
        if each.process is not None:  # its settings, secrets and volumes are those of the first process
            continue
        if volumes := [one for one in filled["volumes"] if one["kept"]]:
            purpose = _("What {name} keeps, for all of its pods.", name=name)
            files.append(manifest(f"base/{name}-volumes.yaml", "volumes", purpose, project=brief.name, name=name,
                               volumes=volumes))  # fmt: skip
            resources.append(f"{name}-volumes.yaml")
        if configured:
            configs[f"{first}-config"] = config
        if secrets:
            purpose = _("Where the secrets of {name} come from.", name=name)
            path = f"base/{name}-secrets.yaml"
            files.append(
                manifest(
                    path,
                    "external-secret",
                    purpose,
                    project=brief.name,
                    workload=name,
                    store=STORE,
                    secrets={one: remote(brief, one) for one in secrets},
                )
            )
            resources.append(f"{name}-secrets.yaml")
    migrated = [each for each in running if each.migration]
    if migrated:
        files += migration_base(brief, migrated, configs)
    base = f"{FOLDER}/base"
    purpose = _("What all environments share.")
    files.append(
        manifest("base/kustomization.yaml", "kustomization", purpose, folder=base, resources=resources, configs=configs)
    )
    for environment in brief.context.environments:
        files += _overlay(brief, environment, running, ways, gateway=gateway)
    return files


def _overlay(
    brief: Brief, environment: Environment, running: list[Workload], ways: list[Route], *, gateway: bool
) -> list[File]:
    folder = f"overlays/{environment.name}"
    namespace = namespace_of(environment)
    every = [versions_of(each, brief, gateway=gateway) for each in running]
    files = [manifest(f"{folder}/namespace.yaml", "namespace", _("The namespace, closed by default."),
                   namespace=namespace)]  # fmt: skip
    host = urlsplit(environment.url or "").hostname
    route = None
    if ways and host:
        route = "httproute.yaml" if gateway else "ingress.yaml"
        template = "gateway" if gateway else "ingress"
        purpose = _("Brings {host} to the services.", host=host)
        beside = {each.name: each.second for each in every if each.beside == "canary" and each.apart}
        files.append(manifest(f"{folder}/{route}", template, purpose, project=brief.name, host=host,
                           routes=[{"path": each.path, "name": each.name, "beside": beside.get(each.name)}
                                   for each in ways]))  # fmt: skip
    scaled = [one["name"] for each in every for one in each.deployments if one["scales"]]
    images = [{"name": each.subject.name, "repository": repository(brief, each.subject.name),
               "tag": environment.name} for each in running if each.process is None]  # fmt: skip
    files.append(
        manifest(
            f"{folder}/kustomization.yaml",
            "overlay",
            _("What only {name} has.", name=environment.name),
            environment=environment.name,
            folder=f"{FOLDER}/{folder}",
            namespace=namespace,
            route=route,
            images=images,
            configs=own_values(environment, running),
            patches=[] if environment.needs_approval else [Scale(name, 1, 2) for name in scaled],
        )
    )
    if any(each.migration for each in running):
        purpose = _("The migration in {name}.", name=environment.name)
        files.append(manifest(f"{folder}/migration/kustomization.yaml", "migration-overlay", purpose,
                           environment=environment.name, folder=f"{FOLDER}/{folder}", namespace=namespace,
                           images=[each for each in images if each["name"] in
                                   {one.subject.name for one in running if one.migration}]))  # fmt: skip
    return files
