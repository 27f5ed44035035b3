"""Where alarms go."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Rule, texts


def alerts() -> Module:
    """An encrypted topic and the people behind it."""
    mail = Rule(
        'alltrue([for each in var.emails : can(regex("^[^@ ]+@[^@ ]+\\\\.[a-z]+$", each))])',
        _("Each must be a mail address."),
    )
    return Module(
        name="alerts",
        template=f"{inputs.FOLDER}/alerts",
        about=_("The topic that alarms go to, and who reads it."),
        variables=(
            inputs.name(),
            inputs.account_id(),
            inputs.kms_key_arn(),
            texts("emails", _("Mail addresses that get the alarms; each confirms once."), mail),
            inputs.region(),
        ),
        outputs=(Output("topic_arn", "aws_sns_topic.main.arn", _("The topic.")),),
    )
