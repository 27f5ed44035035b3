"""The gateway before a function."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Variable, matches, number, text

DOMAIN = "aws_apigatewayv2_domain_name.main.domain_name_configuration[0]"


def http_api() -> Module:
    """An HTTP API under its own name."""
    return Module(
        name="http_api",
        template=f"{inputs.FOLDER}/http_api",
        about=_("An HTTP API before a function: its own name, TLS 1.2 or newer, throttled, access logs."),
        variables=(
            inputs.name(),
            inputs.domain_name(),
            text(
                "certificate_arn",
                _("Certificate, in the API's region."),
                matches("certificate_arn", "^arn:aws:acm:", _("This must be the ARN of a certificate.")),
            ),
            inputs.kms_key_arn(),
            text("function_name", _("Function that answers.")),
            text("function_alias", _("Its alias.")),
            text("function_invoke_arn", _("What the gateway calls.")),
            requests(),
            inputs.log_days(),
        ),
        outputs=(
            Output("id", "aws_apigatewayv2_api.main.id", _("Id of the API, for its metrics.")),
            Output("target", f"{DOMAIN}.target_domain_name", _("What the DNS alias leads to.")),
            Output("target_zone_id", f"{DOMAIN}.hosted_zone_id", _("The zone of that name.")),
        ),
    )


def requests() -> Variable:
    """How much is let through."""
    told = _("Requests a second that are let through; twice as many for a moment.")
    return number("requests_per_second", told, 1, 10_000, default=100)
