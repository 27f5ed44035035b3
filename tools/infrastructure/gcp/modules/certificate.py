"""A certificate that Google renews."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output

RECORD = "google_certificate_manager_dns_authorization.main.dns_resource_record[0]"


def certificate() -> Module:
    """A certificate that DNS proves, so that it is there before the traffic."""
    return Module(
        name="certificate",
        template=f"{inputs.FOLDER}/certificate",
        about=_("A certificate that DNS proves and that Google renews."),
        variables=(inputs.name(), inputs.domain_name()),
        outputs=(
            Output("map_id", "google_certificate_manager_certificate_map.main.id", _("What a load balancer uses.")),
            Output(
                "record",
                f"{{\n    name = {RECORD}.name\n    type = {RECORD}.type\n    values = [{RECORD}.data]\n  }}",
                _("What DNS must say for the certificate to be issued."),
            ),
        ),
    )
