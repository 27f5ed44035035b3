"""A service account for the pipeline's tokens."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, Rule, matches, text, texts

NAMED = (
    'alltrue([for each in var.attributes : can(regex("^attribute\\\\.[a-z_]+/[^*]+$", each))])'
    " && length(var.attributes) > 0"
)
LEAST = 'alltrue([for each in var.project_roles : !contains(["roles/owner", "roles/editor", "roles/viewer"], each)])'


def deploy_identity() -> Module:
    """What the pipeline becomes, without a key."""
    return Module(
        name="deploy_identity",
        template=f"{inputs.FOLDER}/deploy_identity",
        about=_("A service account that jobs of the pipeline become by their tokens: no key, few permissions."),
        variables=(
            inputs.project(),
            text("project_number", _("The project's number.")),
            text(
                "account_id",
                _("Name of the service account."),
                matches("account_id", inputs.ACCOUNT, _("6 to 30 lower-case letters, digits and hyphens.")),
            ),
            text("description", _("What it is for.")),
            text("pool", _("Workload identity pool that knows the pipeline.")),
            texts(
                "attributes",
                _("Which jobs may become it, by what their tokens say: attribute.environment/prod."),
                Rule(NAMED, _("Name each as attribute.NAME/VALUE, without wildcards.")),
            ),
            texts(
                "project_roles",
                _("Roles in the whole project."),
                Rule(LEAST, _("A basic role allows too much: name what is needed.")),
                default=[],
            ),
        ),
        outputs=(
            Output("email", "local.email", _("For the variable of the pipeline.")),
            Output("member", '"serviceAccount:${local.email}"', _("As roles are granted to it.")),
        ),
    )
