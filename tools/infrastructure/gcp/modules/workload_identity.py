"""What a workload of a cluster is in Google Cloud."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, Rule, matches, text, texts


def workload_identity() -> Module:
    """A service account that accounts of the cluster become, which reads the secrets of one service."""
    named = Rule(
        'alltrue([for each in var.accounts : can(regex("^[a-z0-9-]+/[a-z0-9-]+$", each))])',
        _("Write each as NAMESPACE/ACCOUNT."),
    )
    return Module(
        name="workload_identity",
        template=f"{inputs.FOLDER}/workload_identity",
        about=_("What External Secrets is in Google Cloud: it reads the secrets of one service, and nothing else."),
        variables=(
            inputs.project(),
            text("project_number", _("The project's number.")),
            text(
                "account_id",
                _("Name of the service account."),
                matches("account_id", inputs.ACCOUNT, _("6 to 30 lower-case letters, digits and hyphens.")),
            ),
            texts("accounts", _("Accounts of the cluster that become it."), named),
            text("secret_prefix", _("Beginning of the names of the secrets it reads.")),
        ),
        outputs=(Output("email", "local.email", _("What the account of the cluster is annotated with.")),),
    )
