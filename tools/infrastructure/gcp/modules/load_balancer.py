"""The load balancer before Cloud Run."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, number, text


def load_balancer() -> Module:
    """A global external load balancer: HTTPS alone, TLS 1.2 or newer, a hook for Cloud Armor."""
    return Module(
        name="load_balancer",
        template=f"{inputs.FOLDER}/load_balancer",
        about=_("The global load balancer before Cloud Run: TLS 1.2 or newer, HSTS, request logs, a Cloud Armor hook."),
        variables=(
            inputs.name(),
            inputs.region(),
            text("service_name", _("Service of Cloud Run that answers.")),
            text("certificate_map_id", _("Certificates, as a map of Certificate Manager.")),
            text("security_policy", _("Firewall before it (Cloud Armor policy); null: none."), default=None),
            number("log_sampling", _("Part of the requests that is logged."), 0, 1, default=1),
        ),
        outputs=(
            Output("ipv4", 'google_compute_global_address.main["IPV4"].address', _("What the A record says.")),
            Output("ipv6", 'google_compute_global_address.main["IPV6"].address', _("What the AAAA record says.")),
        ),
    )
