"""The key of an environment."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Rule, texts


def kms() -> Module:
    """A key that rotates, and who may use it."""
    services = Rule(
        'alltrue([for each in var.services : can(regex("^[a-z0-9.-]+\\\\.amazonaws\\\\.com$", each))])',
        _("Each must be a service, for example cloudwatch.amazonaws.com."),
    )
    return Module(
        name="kms",
        template=f"{inputs.FOLDER}/kms",
        about=_("A key that rotates, for the data of one environment."),
        variables=(
            inputs.name(),
            texts("services", _("Services that may use the key for this account's things."), services, default=[]),
            inputs.region(),
        ),
        outputs=(Output("key_arn", "aws_kms_key.main.arn", _("ARN of the key.")),),
    )
