"""The module that puts services of containers together."""

from resources.catalogue import _
from tools.brief import Brief
from tools.infrastructure.aws import common, inputs, networking
from tools.infrastructure.aws.images import repository_arn
from tools.infrastructure.aws.modules.alb import web_acl_arn
from tools.infrastructure.aws.modules.ecs_cluster import cluster, execute_command
from tools.infrastructure.aws.modules.ecs_service import registry_secret_arn
from tools.infrastructure.aws.modules.secrets import names
from tools.infrastructure.aws.services import engine_of, services
from tools.infrastructure.module import Module, Output, Rule, Variable, text

SERVICES = """map(object({
    family = string
    cpu = number
    memory = number
    least = number
    most = number
    spot = optional(bool, false)
    port = optional(number)
    health_path = optional(string, "/")
    health_command = optional(list(string))
    paths = optional(list(string), ["/*"])
    priority = optional(number, 100)
    repository_arn = optional(string)
    environment = optional(map(string), {})
    database = optional(map(string), {})
    secrets = optional(list(string), [])
  }))"""
DATABASE = """object({
    engine = string
    version = string
    instance_class = string
    storage_gb = number
    multi_az = bool
    backup_days = number
    clients = list(string)
  })"""


def stack(brief: Brief) -> Module:
    """The module that puts the others together."""
    found = services(brief)
    public, database = any(each.port for each in found), bool(engine_of(brief))
    return Module(
        name="service",
        template=f"{inputs.FOLDER}/stacks/container_service",
        about=_("Puts the other modules together into the services of one environment."),
        variables=(
            *common.variables(public=public),
            text("key_region", _("Region whose logs the key encrypts: the one everything lies in.")),
            *networking.variables(),
            cluster(),
            execute_command(),
            Variable("services", _("Service to its size, its port and what it reads."), SERVICES),
            images(),
            registry_secret_arn(),
            Variable("settings", _("Service to settings that differ here; no secret."), "map(map(string))", {}),
            names(),
            *(database_variables() if database else ()),
            *((web_acl_arn(),) if public else ()),
        ),
        outputs=_outputs(public=public, database=database),
        values={
            "public": public,
            "database": database,
            "repository_arns": any(repository_arn(brief, each.component) for each in found),
        },
    )


def images() -> Variable:
    """What each begins with."""
    rule = Rule(
        'alltrue([for each in values(var.images) : can(regex("^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+[:@]", each))])',
        _("Each must be an address with a tag or a digest, for example ghcr.io/acme/orders:sha-1."),
    )
    return Variable("images", _("Service to the image it begins with."), "map(string)", rules=(rule,))


def database_variables() -> tuple[Variable, ...]:
    """The database, and what reads its password."""
    told = _("Variable to the text it holds, with {user}, {password}, {host} and {port} in it.")
    return (
        Variable("database", _("The database and who reaches it."), DATABASE),
        Variable("database_secrets", told, "map(string)", {}),
    )


def _outputs(*, public: bool, database: bool) -> tuple[Output, ...]:
    url = Output("url", '"https://${var.domain_name}"', _("Where it is reached."))
    user = Output("database_user", "local.database_user", _("What database_user.sh works with; nothing secret."))
    return (
        *((url,) if public else ()),
        Output("cluster", "module.cluster.name", _("Variable ECS_CLUSTER of the pipeline.")),
        Output("services", "keys(module.app)", _("Services the pipeline updates.")),
        Output("addresses", "module.network.public_addresses", _("Addresses that others see.")),
        Output("deploy_role_arn", "module.deploy_role.role_arn", _("Variable AWS_ROLE_ARN of the pipeline.")),
        *((user,) if database else ()),
    )
