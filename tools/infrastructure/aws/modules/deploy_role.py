"""The role of the pipeline."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Rule, Variable, text, texts

PERMISSION = """list(object({
    actions = list(string)
    resources = list(string)
    condition = optional(map(map(list(string))))
  }))"""
# Wildcards alone are never least; what only reads may need every resource.
NOT_EVERYTHING = 'alltrue([for each in var.permissions : !contains(each.actions, "*")])'
NAMED = 'alltrue([for each in var.subjects : !strcontains(each, "*") && length(split(":", each)) >= 3])'


def deploy_role() -> Module:
    """A role for the tokens of one environment's jobs."""
    return Module(
        name="deploy_role",
        template=f"{inputs.FOLDER}/deploy_role",
        about=_("The role that the pipeline takes by OIDC to deploy: no key, one environment, few permissions."),
        variables=(
            inputs.name(),
            inputs.account_id(),
            text("oidc_host", _("Issuer of the tokens."), default="token.actions.githubusercontent.com"),
            text("oidc_audience", _("Audience of the tokens."), default="sts.amazonaws.com"),
            texts(
                "subjects",
                _("Subjects that may take the role, in full."),
                Rule(NAMED, _("Name each subject in full, without wildcards.")),
            ),
            Variable(
                "permissions",
                _("What it may do, and to what."),
                PERMISSION,
                rules=(Rule(NOT_EVERYTHING, _("Name the actions: * allows everything.")),),
            ),
        ),
        outputs=(
            Output("role_name", "aws_iam_role.main.name", _("Name of the role.")),
            Output("role_arn", "aws_iam_role.main.arn", _("The role, for the variable AWS_ROLE_ARN of the pipeline.")),
        ),
    )
