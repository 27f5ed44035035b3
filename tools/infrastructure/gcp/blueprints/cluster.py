"""A Kubernetes cluster for the manifests in deploy/kubernetes: GKE, with Cloud SQL where something needs it."""

from collections.abc import Mapping

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Check, Command, Risk, Rollback, VariableToSet
from tools.deployment.manifests import namespace_of
from tools.infrastructure import addresses, regions
from tools.infrastructure.aws.common import name_of
from tools.infrastructure.constraints import reached
from tools.infrastructure.design import BillLine
from tools.infrastructure.gcp import common, database
from tools.infrastructure.gcp.addresses import ranges
from tools.infrastructure.gcp.blueprints.cluster_stack import stack
from tools.infrastructure.gcp.bootstrap import Needs
from tools.infrastructure.gcp.modules.artifact_registry import artifact_registry
from tools.infrastructure.gcp.modules.budget import budget
from tools.infrastructure.gcp.modules.cloud_sql import cloud_sql
from tools.infrastructure.gcp.modules.deploy_identity import deploy_identity
from tools.infrastructure.gcp.modules.dns import dns
from tools.infrastructure.gcp.modules.gke import gke
from tools.infrastructure.gcp.modules.kms import kms
from tools.infrastructure.gcp.modules.monitoring import monitoring
from tools.infrastructure.gcp.modules.network import network
from tools.infrastructure.gcp.modules.workload_identity import workload_identity
from tools.infrastructure.gcp.nodes import autopilot, cluster_name
from tools.infrastructure.gcp.registry import images
from tools.infrastructure.gcp.wiring import deployed, has_database
from tools.infrastructure.module import Module
from tools.infrastructure.scale import Scale, Tier

__all__ = ["after", "asked", "bill", "checks", "modules", "risks", "rollback", "stack", "to_set", "values"]
PROMISE = 99.95
NEEDS = Needs(
    services=(
        "artifactregistry.googleapis.com",
        "binaryauthorization.googleapis.com",
        "compute.googleapis.com",
        "container.googleapis.com",
        "containersecurity.googleapis.com",
        "dns.googleapis.com",
        "gkebackup.googleapis.com",
        "secretmanager.googleapis.com",
        "servicenetworking.googleapis.com",
        "sqladmin.googleapis.com",
    ),
    plan_roles=(
        "roles/artifactregistry.reader",
        "roles/cloudkms.viewer",
        "roles/cloudsql.viewer",
        "roles/compute.viewer",
        "roles/container.clusterViewer",
        "roles/dns.reader",
        "roles/gkebackup.viewer",
        "roles/secretmanager.viewer",
    ),
)
MACHINES: Mapping[Tier, str] = {
    "micro": "e2-standard-2",
    "small": "e2-standard-4",
    "medium": "n2-standard-4",
    "large": "n2-standard-8",
}
POD = (0.25, 0.5)
"""Processors and gigabytes a pod is taken to ask for."""
SHARED_PODS = 4
"""Of the controllers that bring traffic, certificates and secrets."""


def modules(brief: Brief) -> tuple[Module, ...]:
    """The modules it is made of."""
    held = (cloud_sql(),) if has_database(brief) else ()
    edge = (dns(),) if reached(brief) else ()
    made = network(cluster=True), kms(), gke(autopilot=autopilot(brief)), workload_identity()
    return *made, *held, *edge, artifact_registry(), deploy_identity(), monitoring(), budget()


def values(brief: Brief, environment: Environment, scale: Scale) -> dict[str, object]:
    """What only this blueprint decides."""
    place, shared = images(brief), ranges(addresses.networks(brief)[environment.name])
    name = name_of(brief, environment)
    told: dict[str, object] = {
        # Nodes have no public address: without NAT no image from outside would reach them.
        "nat": True,
        "namespace": namespace_of(environment),
        "pods_cidr": shared.pods,
        "services_cidr": shared.services,
        "cluster_name": cluster_name(brief, environment),
        "node_account_id": common.account(name, "nodes"),
        "secrets_account_id": common.account(f"{brief.name}{common.own_suffix(brief, environment)}", "secrets"),
        "backup_days": scale.backup_days,
        "channel": "STABLE" if scale.production else "REGULAR",
    }
    if not autopilot(brief):
        least = max(scale.least, scale.zones) if scale.production else 1
        told |= {
            "machine_type": MACHINES[scale.tier],
            "least_nodes": least,
            "most_nodes": max(3, 3 * least),
            "spot": not scale.production,
        }
    if has_database(brief):
        told |= database.values(brief, environment, scale)
    if place is not None:
        told |= {"registry_location": place.location, "registry_repository": place.repository}
        told |= {"registry_project": place.project} if place.project else {}
    path = next((each.health_path for each in deployed(brief) if each.port and each.health_path), None)
    return {**told, **({"health_path": path} if path and reached(brief) else {})}


def asked(brief: Brief, environment: Environment) -> dict[str, object]:  # noqa: ARG001 - every blueprint's signature
    """Who reaches the control plane, and which password it is."""
    version = {"password_version": 1} if has_database(brief) else {}
    return {**version, "authorized_networks": [], "dns_endpoint": True}


def bill(brief: Brief, environment: Environment, scale: Scale) -> list[BillLine]:  # noqa: ARG001 - as above
    """The cluster, what runs in it, its backups, and the database."""
    pods = SHARED_PODS + scale.least * max(1, len(deployed(brief)))
    lines = [BillLine(_("Cluster"), "google_container_cluster")]
    if autopilot(brief):
        hourly = POD[0] * common.rate("autopilot_vcpu_hour") + POD[1] * common.rate("autopilot_gb_hour")
        lines.append(BillLine(_("{count} pods of Autopilot", count=pods), monthly=hourly * common.HOURS * pods))
    else:
        count = max(scale.least, scale.zones) if scale.production else 1
        node = {"node_config": [{"machine_type": MACHINES[scale.tier]}], "node_count": count}
        lines.append(BillLine(_("{count} nodes", count=count), "google_container_node_pool", node))
    lines.append(BillLine(_("Backups of the cluster"), monthly=pods * common.rate("gke_backup_pod_month")))
    if reached(brief):
        lines += common.balancer_lines()
    lines += common.network_lines(scale, always=True)
    return lines + (database.bill(scale) if has_database(brief) else [])


def checks(brief: Brief, environment: Environment) -> list[Check]:
    """The control plane answers under its name."""
    project, region = environment.gcp_project or "PROJECT", regions.region_of(brief, environment, "gcp")
    cluster = cluster_name(brief, environment)
    return [
        Check(
            name=_("The cluster of {name} runs", name=environment.name),
            run=f"gcloud container clusters describe {cluster} --project {project} --location {region} "
            "--format 'value(status)'",
            expect="RUNNING",
            environment=environment.name,
        )
    ]


def to_set(brief: Brief) -> list[VariableToSet]:  # noqa: ARG001 - as above
    """Nothing more than every stack: secrets come by External Secrets."""
    return []


def after(brief: Brief) -> list[Command]:
    """What the manifests expect of a cluster, and no module installs."""
    told: list[Command] = []
    for environment in brief.context.environments:
        project, region = environment.gcp_project or "PROJECT", regions.region_of(brief, environment, "gcp")
        told.append(
            Command(
                run=f"gcloud container clusters get-credentials {cluster_name(brief, environment)} --dns-endpoint "
                f"--location {region} --project {project}",
                purpose=_(
                    "Reach the cluster of {name}; then install what the manifests expect: an ingress controller with "
                    "the address ingress_address, cert-manager with the issuer letsencrypt, External Secrets.",
                    name=environment.name,
                ),
                where=environment.name,
            )
        )
    return told


def rollback(brief: Brief) -> list[Rollback]:
    """What runs goes back by its manifests; data by its backups."""
    last = brief.context.environments[-1]
    project, region = last.gcp_project or "PROJECT", regions.region_of(brief, last, "gcp")
    restore = (
        f"gcloud beta container backup-restore backups list --backup-plan {cluster_name(brief, last)} "
        f"--location {region} --project {project}"
    )
    told = [
        Rollback(
            strategy=_("Objects and volumes of a namespace go back by a restore of Backup for GKE."),
            commands=[Command(run=restore, purpose=_("Choose the backup of {name}.", name=last.name))],
            data=_("What was written to volumes after that night is gone with the restore."),
        )
    ]
    return [*told, database.rollback(brief)] if has_database(brief) else told


def risks(brief: Brief) -> list[Risk]:
    """Who deploys may change every namespace."""
    told = [
        Risk(
            kind="security",
            level="medium",
            message=_("Who deploys may change what runs in every namespace of the cluster, its secrets included."),
            mitigation=_(
                "Bind a Role of one namespace to the deploying account, and take roles/container.developer away."
            ),
        ),
    ]
    return [*told, database.risk()] if has_database(brief) else told
