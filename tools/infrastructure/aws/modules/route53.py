"""A zone and the names in it."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Variable, flag, matches, text

ALIASES = "map(object({\n    target = string\n    zone_id = string\n    check_health = optional(bool, false)\n  }))"


def route53() -> Module:
    """The zone, found or made, and the names that lead to the service."""
    return Module(
        name="route53",
        template=f"{inputs.FOLDER}/route53",
        about=_("The DNS zone, found or made, and the names that lead to the service."),
        variables=(
            text(
                "zone_name",
                _("Domain of the zone, for example example.com."),
                matches("zone_name", inputs.HOST, _("This must be a domain, without https://.")),
            ),
            flag("create_zone", _("Make the zone instead of finding it."), default=False),
            Variable("aliases", _("Host name to what answers for it."), ALIASES, {}),
            Variable("addresses", _("Host name to the address of a machine."), "map(string)", {}),
        ),
        outputs=(
            Output("zone_id", "local.zone_id", _("The zone.")),
            Output(
                "name_servers",
                "var.create_zone ? aws_route53_zone.main[0].name_servers : []",
                _("What the parent domain delegates to, when the zone was made here."),
            ),
        ),
    )
