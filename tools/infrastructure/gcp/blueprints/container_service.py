"""Services in containers, with a database where they need one: Cloud Run and Cloud SQL."""

from collections.abc import Mapping

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Check, Command, Risk, Rollback, VariableToSet
from tools.guard.errors import UnsupportedError
from tools.infrastructure import regions
from tools.infrastructure.constraints import host_of
from tools.infrastructure.design import BillLine
from tools.infrastructure.gcp import common, database
from tools.infrastructure.gcp.blueprints.container_stack import stack
from tools.infrastructure.gcp.bootstrap import Needs
from tools.infrastructure.gcp.modules.artifact_registry import artifact_registry
from tools.infrastructure.gcp.modules.budget import budget
from tools.infrastructure.gcp.modules.certificate import certificate
from tools.infrastructure.gcp.modules.cloud_run import cloud_run
from tools.infrastructure.gcp.modules.cloud_sql import cloud_sql
from tools.infrastructure.gcp.modules.deploy_identity import deploy_identity
from tools.infrastructure.gcp.modules.dns import dns
from tools.infrastructure.gcp.modules.load_balancer import load_balancer
from tools.infrastructure.gcp.modules.monitoring import monitoring
from tools.infrastructure.gcp.modules.network import network
from tools.infrastructure.gcp.registry import images
from tools.infrastructure.gcp.wiring import deployed, has_database, wiring
from tools.infrastructure.module import Module
from tools.infrastructure.problems import ContradictionError
from tools.infrastructure.scale import Scale, Tier
from tools.pipelines.targets.place import in_image, workload
from tools.project import Component

__all__ = ["after", "asked", "bill", "checks", "modules", "risks", "rollback", "stack", "to_set", "values"]
PROMISE = 99.9
NEEDS = Needs(
    services=(
        "artifactregistry.googleapis.com",
        "certificatemanager.googleapis.com",
        "compute.googleapis.com",
        "dns.googleapis.com",
        "run.googleapis.com",
        "secretmanager.googleapis.com",
        "servicenetworking.googleapis.com",
        "sqladmin.googleapis.com",
    ),
    plan_roles=(
        "roles/artifactregistry.reader",
        "roles/certificatemanager.viewer",
        "roles/cloudsql.viewer",
        "roles/compute.viewer",
        "roles/dns.reader",
        "roles/run.viewer",
        "roles/secretmanager.viewer",
    ),
)
MEMORY: Mapping[Tier, str] = {"micro": "512Mi", "small": "512Mi", "medium": "1Gi", "large": "2Gi"}


def modules(brief: Brief) -> tuple[Module, ...]:
    """The modules it is made of."""
    held = (cloud_sql(),) if has_database(brief) else ()
    edge = certificate(), load_balancer(), dns()
    return (
        network(cluster=False),
        *held,
        cloud_run(),
        *edge,
        artifact_registry(),
        deploy_identity(),
        monitoring(),
        budget(),
    )


def values(brief: Brief, environment: Environment, scale: Scale) -> dict[str, object]:
    """What only this blueprint decides."""
    place = images(brief)
    if place is None:
        raise ContradictionError(
            _(
                "Cloud Run fetches images from Artifact Registry, and context.registry is {registry}.",
                registry=brief.context.registry,
            ),
            _("Leave context.registry out, or set it to REGION-docker.pkg.dev/PROJECT/REPOSITORY."),
        )
    told: dict[str, object] = {
        "services": {_key(brief, each): _service(brief, environment, each, scale) for each in deployed(brief)},
        "front": _key(brief, front(brief)),
        **({"nat": True} if len(deployed(brief)) > 1 else {}),  # services reach each other by the network alone
        "least": scale.least if scale.production else 0,
        "most": scale.most,
        "registry_location": place.location,
        "registry_repository": place.repository,
        **({"registry_project": place.project} if place.project else {}),
    }
    if not has_database(brief):
        return told
    return {**told, "backup_days": scale.backup_days, **database.values(brief, environment, scale)}


def asked(brief: Brief, environment: Environment) -> dict[str, object]:  # noqa: ARG001 - every blueprint's signature
    """Settings, secrets, traffic, and the firewall before it."""
    version = {"password_version": 1} if has_database(brief) else {}
    return {**version, "environment_variables": {}, "secrets": {}, "traffic": {}, "security_policy": None}


def bill(brief: Brief, environment: Environment, scale: Scale) -> list[BillLine]:  # noqa: ARG001 - as above
    """What stands still costs: the database, idle instances, the load balancer."""
    seconds = common.HOURS * 3600
    count = scale.least * len(deployed(brief)) if scale.production else 0
    memory = {"512Mi": 0.5, "1Gi": 1.0, "2Gi": 2.0}[MEMORY[scale.tier]]
    idle = seconds * (common.rate("run_idle_vcpu_second") + memory * common.rate("run_idle_gb_second"))
    lines = [*common.balancer_lines(), *common.network_lines(scale, always=len(deployed(brief)) > 1)]
    if count:
        lines.append(BillLine(_("{count} idle instances of Cloud Run", count=count), monthly=idle * count))
    if has_database(brief):
        lines += database.bill(scale)
    return lines


def checks(brief: Brief, environment: Environment) -> list[Check]:
    """It answers over TLS."""
    path = front(brief).health_path or "/"
    return [
        Check(
            name=_("{name} answers over TLS", name=environment.name),
            url=f"https://{host_of(environment)}{path}",
            expect="200",
            environment=environment.name,
        )
    ]


def to_set(brief: Brief) -> list[VariableToSet]:
    """The secrets that a person puts into Secret Manager."""
    told: list[VariableToSet] = []
    for component in deployed(brief):
        made = wiring(brief, component)
        names = [each.name for each in component.variables if each.secret and each.name not in made.secrets]
        if not names:
            continue
        example = ", ".join(f'{name} = "{brief.name}-{name}"' for name in names)
        told += [
            VariableToSet(
                name="secrets",
                secret=False,
                where=f"infra/environments/{environment.name}/terraform.tfvars",
                example=f"{{ {_key(brief, component)} = {{ {example} }} }}",
                purpose=_(
                    "The secrets of {name}, once they have a value: generate_secrets makes their places.",
                    name=_key(brief, component),
                ),
            )
            for environment in brief.context.environments
        ]
    return told


def after(brief: Brief) -> list[Command]:  # noqa: ARG001 - as above
    """Nothing more: the pipeline brings the first release."""
    return []


def rollback(brief: Brief) -> list[Rollback]:
    """A release goes back by its revision; data by its backups."""
    last = brief.context.environments[-1]
    service = _named(brief, last, front(brief))
    region, project = regions.region_of(brief, last, "gcp"), last.gcp_project or "PROJECT"
    told = [
        Rollback(
            strategy=_("A release goes back by giving the traffic to the revision before, in seconds."),
            commands=[
                Command(
                    run=f"gcloud run services update-traffic {service} --project {project} --region {region} "
                    "--to-revisions PREVIOUS_REVISION=100",
                    purpose=_("Give all traffic of {name} to the previous version.", name=last.name),
                )
            ],
            data=_("Migrations are not taken back: they must fit the version before as well."),
        )
    ]
    if has_database(brief):
        told.append(database.rollback(brief))
    return told


def risks(brief: Brief) -> list[Risk]:
    """What people should know before they apply."""
    told = [
        Risk(
            kind="security",
            level="medium",
            message=_("The load balancer lets every request through: nothing before the application asks who it is."),
            mitigation=_("The application must authorise; security_policy takes a Cloud Armor policy."),
        )
    ]
    if has_database(brief):
        told.append(database.risk())
    return told


def front(brief: Brief) -> Component:
    """The component that people reach: the first that listens.

    Raises:
        UnsupportedError: something that runs listens on no port.
    """
    for component in deployed(brief):
        if component.port is None and component.kind != "static":
            raise UnsupportedError(
                _(
                    "Cloud Run serves requests, and {name} listens on no port.",
                    name=component.name or component.path,
                ),
                _("Give it a port with a health path, set context.platform.target to kubernetes, or leave it out."),
            )
    if not deployed(brief):
        raise UnsupportedError(
            _("Nothing in context.components runs in a container."), _("Add a component of kind service or static.")
        )
    services = [each for each in deployed(brief) if each.kind != "static"]
    return (services or deployed(brief))[0]


def _key(brief: Brief, component: Component) -> str:
    return component.name or brief.name


def _named(brief: Brief, environment: Environment, component: Component) -> str:
    """As the pipeline calls it; in a project of several environments it could not be told apart."""
    own = common.own_suffix(brief, environment)
    return f"{workload(brief, component)}{own}"


def _service(brief: Brief, environment: Environment, component: Component, scale: Scale) -> dict[str, object]:
    wired = wiring(brief, component)
    name = _named(brief, environment, component)
    own = common.own_suffix(brief, environment)
    told: dict[str, object] = {
        "name": name,
        "account_id": common.account(name, "run"),
        "port": component.port or 8080,
        "health_path": component.health_path,
        "memory": MEMORY[scale.tier],
        "environment_variables": dict(wired.plain),
        "database_secrets": {variable: f"{secret}{own}" for variable, secret in wired.secrets.items()},
        "migrate_command": in_image(component.migrate_command),
    }
    return {key: each for key, each in told.items() if each}
