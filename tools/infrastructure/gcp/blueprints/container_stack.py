"""The module that puts services on Cloud Run together with what they need."""

from resources.catalogue import _
from tools.brief import Brief
from tools.infrastructure.gcp import common, database, inputs
from tools.infrastructure.gcp.modules.cloud_run import TRAFFIC
from tools.infrastructure.gcp.wiring import has_database
from tools.infrastructure.module import Module, Output, Variable, number, text

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


def stack(brief: Brief) -> Module:
    """The module that puts them together."""
    backups = number("backup_days", _("Days that backups are kept."), 7, 365)
    held = (*database.variables(), backups) if has_database(brief) else ()
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
            *common.registry(),
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
            Output(
                "internal_urls",
                "{ for name, each in module.run : name => each.url if name != var.front }",
                _("Where the others are reached, inside the network."),
            ),
            Output("ipv4", "module.load_balancer.ipv4", _("Where the host name must lead.")),
        ),
        values={"database": has_database(brief)},
    )
