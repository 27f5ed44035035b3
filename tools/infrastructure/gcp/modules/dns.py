"""A zone and the names in it."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, Variable, flag, matches, text

RECORDS = "map(object({\n    name = string\n    type = string\n    values = list(string)\n  }))"


def dns() -> Module:
    """The zone, found or made, and the names that lead to the service."""
    return Module(
        name="dns",
        template=f"{inputs.FOLDER}/dns",
        about=_("The DNS zone, found or made, and the names that lead to the service."),
        variables=(
            text(
                "zone_name",
                _("Domain of the zone, for example example.com."),
                matches("zone_name", inputs.HOST, _("This must be a domain, without https://.")),
            ),
            text("zone", _("What the zone is called in Cloud DNS, for example example-com.")),
            text("zone_project", _("Project of the zone; null: this one."), default=None),
            flag("create_zone", _("Make the zone instead of finding it."), default=False),
            Variable("records", _("What is written into it."), RECORDS, {}),
        ),
        outputs=(
            Output(
                "name_servers",
                "var.create_zone ? google_dns_managed_zone.main[0].name_servers : []",
                _("What the parent domain delegates to, when the zone was made here."),
            ),
        ),
    )
