"""The network of an environment."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, Rule, flag, number, texts


def network(*, cluster: bool) -> Module:
    """A network without public addresses; `cluster`: with ranges for pods and services."""
    extra = (
        (
            inputs.cidr("pods_cidr", _("Addresses of the pods."), 23),
            inputs.cidr("services_cidr", _("Addresses of the cluster's services."), 27),
        )
        if cluster
        else ()
    )
    ports = Rule(
        'alltrue([for each in var.egress_ports : can(regex("^[0-9]+(-[0-9]+)?$", each))])',
        _("Each must be a port or a range of ports."),
    )
    return Module(
        name="network",
        template=f"{inputs.FOLDER}/network",
        about=_("A network without public addresses: flow logs, private access to Google, a firewall that shuts."),
        variables=(
            inputs.name(),
            inputs.region(),
            inputs.cidr("subnet_cidr", _("Addresses of what runs."), 26),
            inputs.cidr("private_services_cidr", _("Addresses of Google's services, databases among them."), 24),
            *extra,
            flag("nat", _("True: what runs reaches the internet by NAT."), default=True),
            texts("egress_ports", _("TCP ports of the internet that may be reached."), ports, default=["443"]),
            number("flow_sampling", _("Part of the flows that is logged."), 0, 1, default=0.5),
        ),
        outputs=(
            Output("network_id", "google_compute_network.main.id", _("The network.")),
            Output("subnet_id", "google_compute_subnetwork.main.id", _("The subnet.")),
            Output(
                "private_services_network_id",
                "google_service_networking_connection.main.network",
                _("The network, once Google's services can be reached in it."),
            ),
        ),
        values={"cluster": cluster},
    )
