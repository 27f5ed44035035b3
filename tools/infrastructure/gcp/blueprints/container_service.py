"""Services in containers, with a database where they need one: Cloud Run and Cloud SQL."""

from collections.abc import Mapping

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Check, Command, Risk, Rollback, VariableToSet
from tools.guard.errors import UnsupportedError
from tools.infrastructure import regions
from tools.infrastructure.aws.common import name_of
from tools.infrastructure.constraints import host_of
from tools.infrastructure.design import BillLine
from tools.infrastructure.gcp import common, inputs
from tools.infrastructure.gcp.bootstrap import Needs
from tools.infrastructure.gcp.modules.artifact_registry import artifact_registry
from tools.infrastructure.gcp.modules.budget import budget
from tools.infrastructure.gcp.modules.certificate import certificate
from tools.infrastructure.gcp.modules.cloud_run import TRAFFIC, cloud_run
from tools.infrastructure.gcp.modules.cloud_sql import cloud_sql, password_version
from tools.infrastructure.gcp.modules.deploy_identity import deploy_identity
from tools.infrastructure.gcp.modules.dns import dns
from tools.infrastructure.gcp.modules.load_balancer import load_balancer
from tools.infrastructure.gcp.modules.monitoring import monitoring
from tools.infrastructure.gcp.modules.network import network
from tools.infrastructure.gcp.registry import images
from tools.infrastructure.gcp.wiring import deployed, has_database, wiring
from tools.infrastructure.module import Module, Output, Variable, flag, number, text
from tools.infrastructure.problems import ContradictionError
from tools.infrastructure.scale import Scale, Tier
from tools.pipelines.targets.place import in_image, workload
from tools.project import Component

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
DATABASE: Mapping[Tier, str] = {
    "micro": "db-custom-1-3840",
    "small": "db-custom-2-7680",
    "medium": "db-custom-4-15360",
    "large": "db-custom-8-30720",
}
SHARED = "db-f1-micro"
"""Where nobody outside waits: without an SLA, at a sixth of the price."""
MEMORY: Mapping[Tier, str] = {"micro": "512Mi", "small": "512Mi", "medium": "1Gi", "large": "2Gi"}
SERVICE = """map(object({
    name = string
    account_id = string
    port = number
    health_path = optional(string)
    cpu = optional(string, "1")
    memory = optional(string, "512Mi")
    environment_variables = optional(map(string), {})
    database_secrets = optional(map(string), {})
    migrate_command = optional(string)
  }))"""


def modules(brief: Brief) -> tuple[Module, ...]:
    """The modules it is made of."""
    database = (cloud_sql(),) if has_database(brief) else ()
    edge = certificate(), load_balancer(), dns()
    return (
        network(cluster=False),
        *database,
        cloud_run(),
        *edge,
        artifact_registry(),
        deploy_identity(),
        monitoring(),
        budget(),
    )


def stack(brief: Brief) -> Module:
    """The module that puts them together."""
    database = has_database(brief)
    held = (
        (
            text("database_tier", _("Size of the database.")),
            flag("high_availability", _("True: a standby of the database in another zone takes over.")),
            number("backup_days", _("Daily backups that are kept."), 7, 365),
            Variable(
                "connections",
                _("Secret to what is written into it; {host} and {password} are filled in."),
                "map(string)",
            ),
            password_version(),
        )
        if database
        else ()
    )
    return Module(
        name="service",
        template=f"{inputs.FOLDER}/stacks/cloud_run",
        about=_("Puts the other modules together into the services of one environment."),
        variables=(
            *common.variables(public=True),
            Variable("services", _("What runs, by component."), SERVICE),
            text("front", _("The component that people reach; the others are reached inside the network.")),
            number("least", _("Instances that always run."), 0, 1000),
            number("most", _("Instances that may run."), 1, 1000),
            *held,
            text("registry_project", _("Project that holds the images; null: this one."), default=None),
            text("registry_location", _("Region of the registry.")),
            text("registry_repository", _("Repository in it.")),
            Variable(
                "environment_variables",
                _("More settings, by component; secrets go into secrets."),
                "map(map(string))",
                {},
            ),
            Variable(
                "secrets",
                _("More secrets, by component: variable to secret, once it has a value."),
                "map(map(string))",
                {},
            ),
            Variable(
                "traffic",
                _("Who gets which part of the traffic, by component; empty: the pipeline decides."),
                f"map({TRAFFIC})",
                {},
            ),
            text("security_policy", _("Firewall before it (Cloud Armor policy); null: none."), default=None),
        ),
        outputs=(
            Output("url", '"https://${var.domain_name}"', _("Where it is reached.")),
            Output("services", "[for each in module.run : each.name]", _("Services the pipeline updates.")),
            Output(
                "deploy_account", "module.deploy_identity.email", _("Variable GCP_SERVICE_ACCOUNT of the pipeline.")
            ),
            Output("ipv4", "module.load_balancer.ipv4", _("Where the host name must lead.")),
        ),
        values={"database": database},
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
        "least": scale.least if scale.production else 0,
        "most": scale.most,
        "registry_location": place.location,
        "registry_repository": place.repository,
        **({"registry_project": place.project} if place.project else {}),
    }
    if not has_database(brief):
        return told
    contents: dict[str, str] = {}
    for component in deployed(brief):
        contents |= wiring(brief, component).contents
    own = f"-{environment.name}" if common.shared_project(brief, environment) else ""
    return {
        **told,
        "database_tier": _tier(scale),
        "high_availability": scale.standby,
        "backup_days": scale.backup_days,
        "connections": {f"{secret}{own}": text for secret, text in contents.items()},
    }


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
    lines = [*common.balancer_lines(), *common.network_lines(scale)]
    if count:
        lines.append(BillLine(_("{count} idle instances of Cloud Run", count=count), monthly=idle * count))
    if has_database(brief):
        lines += common.database_lines(_tier(scale), scale)
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
    instance = name_of(brief, last)
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
        told.append(
            Rollback(
                strategy=_("Data goes back to any moment of the last week, into a second instance beside the first."),
                commands=[
                    Command(
                        run=f"gcloud sql instances clone {instance} {instance}-restored --project {project} "
                        "--point-in-time TIMESTAMP",
                        purpose=_(
                            "Restore {name} beside what runs, and compare before anything is replaced.", name=last.name
                        ),
                    )
                ],
                data=_("What was written after that moment stands in the first instance only."),
            )
        )
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
        told.append(
            Risk(
                kind="compatibility",
                level="low",
                message=_("The database refuses connections without TLS; most drivers try TLS by themselves, not all."),
                mitigation=_("For node-postgres and Ecto switch ssl on in the application's settings."),
            )
        )
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
    own = f"-{environment.name}" if common.shared_project(brief, environment) else ""
    return f"{workload(brief, component)}{own}"


def _service(brief: Brief, environment: Environment, component: Component, scale: Scale) -> dict[str, object]:
    wired = wiring(brief, component)
    name = _named(brief, environment, component)
    own = f"-{environment.name}" if common.shared_project(brief, environment) else ""
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


def _tier(scale: Scale) -> str:
    return DATABASE[scale.tier] if scale.production else SHARED
