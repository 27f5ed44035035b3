"""A certificate."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, text


def acm() -> Module:
    """A certificate that DNS proves and that renews itself."""
    return Module(
        name="acm",
        template=f"{inputs.FOLDER}/acm",
        about=_("A certificate that DNS proves and that renews itself."),
        variables=(
            inputs.domain_name(),
            text("zone_id", _("Zone the proof is written into.")),
            inputs.region(),
        ),
        outputs=(
            # The validation, not the certificate: whoever uses it waits until it is issued.
            Output(
                "certificate_arn", "aws_acm_certificate_validation.main.certificate_arn", _("The issued certificate.")
            ),
        ),
    )
