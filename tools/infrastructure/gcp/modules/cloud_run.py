"""A service on Cloud Run."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, Rule, Variable, flag, matches, number, one_of, text

TRAFFIC = """list(object({
    revision = optional(string)
    percent = number
    tag = optional(string)
  }))"""
WHOLE = "contains([0, 100], sum(concat([0], [for each in var.traffic : each.percent])))"
HELLO = "us-docker.pkg.dev/cloudrun/container/hello"


def cloud_run() -> Module:
    """A service whose releases come from the pipeline."""
    return Module(
        name="cloud_run",
        template=f"{inputs.FOLDER}/cloud_run",
        about=_("A service on Cloud Run: its own identity, the network of the environment, secrets by reference."),
        variables=(
            text(
                "name",
                _("Name of the service."),
                matches("name", "^[a-z][a-z0-9-]{0,47}[a-z0-9]$", _("Use lower-case letters, digits and hyphens.")),
            ),
            inputs.project(),
            inputs.region(),
            text(
                "account_id",
                _("Name of the service account it runs as."),
                matches("account_id", inputs.ACCOUNT, _("6 to 30 lower-case letters, digits and hyphens.")),
            ),
            flag("public", _("True: the load balancer reaches it; false: the network alone.")),
            number("port", _("Port it listens on."), 1, 65535, default=8080),
            text("health_path", _("Path that answers 200 when it is healthy; null: the port is asked."), default=None),
            text("first_image", _("Image it runs until the first release."), default=HELLO),
            text("cpu", _("Processors."), one_of("cpu", ("1", "2", "4", "8")), default="1"),
            text(
                "memory", _("Memory."), matches("memory", "^[0-9]+(Mi|Gi)$", _("Write 512Mi or 2Gi.")), default="512Mi"
            ),
            number("concurrency", _("Requests an instance answers at the same time."), 1, 1000, default=80),
            number("timeout_seconds", _("Seconds after which a request is given up."), 1, 3600, default=60),
            number("least", _("Instances that always run."), 0, 1000),
            number("most", _("Instances that may run."), 1, 1000),
            inputs.network_id(),
            inputs.subnet_id(),
            flag("all_egress", _("True: everything leaves by the network and its NAT.")),
            Variable("environment_variables", _("Settings; secrets go into secrets."), "map(string)", {}),
            Variable("secrets", _("Variable to the secret whose newest version it gets."), "map(string)", {}),
            text("migrate_command", _("Command that migrates the database; null: there is none."), default=None),
            Variable(
                "traffic",
                _("Who gets which part of the traffic; empty: the pipeline decides."),
                TRAFFIC,
                [],
                (Rule(WHOLE, _("The parts must make 100.")),),
            ),
            inputs.deletion_protection(),
        ),
        outputs=(
            Output("name", "google_cloud_run_v2_service.main.name", _("Name of the service.")),
            Output("url", "google_cloud_run_v2_service.main.uri", _("Where the network reaches it.")),
            Output("account", "local.email", _("What it runs as.")),
            Output(
                "account_id",
                '"projects/${var.project}/serviceAccounts/${local.email}"',
                _("The same, for who deploys it."),
            ),
            Output("jobs", "google_cloud_run_v2_job.migrate[*].name", _("The job that migrates, if there is one.")),
        ),
    )
