"""A Kubernetes cluster."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, Rule, Variable, flag, matches, number, one_of, text

NETWORKS = "list(object({\n    name = string\n    cidr = string\n  }))"
CHANNELS = ("RAPID", "REGULAR", "STABLE")


def gke(*, autopilot: bool) -> Module:
    """A private cluster; `autopilot`: Google runs the nodes."""
    nodes = () if autopilot else (machine_type(), *counts(), spot())
    return Module(
        name="gke",
        template=f"{inputs.FOLDER}/gke",
        about=_("A private Kubernetes cluster: no public address, workload identity, encrypted secrets, backups."),
        variables=(
            text(
                "name",
                _("Name of the cluster."),
                matches("name", "^[a-z][a-z0-9-]{0,38}[a-z0-9]$", _("Use lower-case letters, digits and hyphens.")),
            ),
            inputs.project(),
            inputs.region(),
            text(
                "node_account_id",
                _("Name of the service account the nodes run as."),
                matches("node_account_id", inputs.ACCOUNT, _("6 to 30 lower-case letters, digits and hyphens.")),
            ),
            inputs.network_id(),
            inputs.subnet_id(),
            text("kms_key", _("Key that encrypts the secrets of the cluster.")),
            channel(),
            authorized_networks(),
            flag("dns_endpoint", _("True: its name is reached from outside too; IAM decides who."), default=True),
            number("backup_days", _("Days that backups of the cluster are kept."), 1, 365),
            inputs.deletion_protection(),
            inputs.labels(),
            *nodes,
        ),
        outputs=(
            Output("name", "google_container_cluster.main.name", _("Name of the cluster.")),
            Output("node_account", "local.email", _("What the nodes run as; it fetches the images.")),
            Output(
                "endpoint",
                "google_container_cluster.main.control_plane_endpoints_config[*].dns_endpoint_config[0].endpoint",
                _("Name the cluster is reached by."),
            ),
        ),
        values={"autopilot": autopilot},
    )


def channel() -> Variable:
    """How new its Kubernetes is."""
    return text("channel", _("Release channel."), one_of("channel", CHANNELS), default="REGULAR")


def authorized_networks() -> Variable:
    """Who reaches the control plane by address."""
    closed = Rule(
        'alltrue([for each in var.authorized_networks : can(cidrhost(each.cidr, 0)) && each.cidr != "0.0.0.0/0"])',
        _("Each must be a range of addresses, and not the whole internet."),
    )
    told = _("Networks that reach the control plane by its address; none: by its name alone.")
    return Variable("authorized_networks", told, NETWORKS, [], (closed,))


def machine_type() -> Variable:
    """What a node is."""
    return text("machine_type", _("Machine type of the nodes."))


def counts() -> tuple[Variable, Variable]:
    """How many nodes."""
    return (
        number("least_nodes", _("Nodes that always run, over all zones."), 1, 1000),
        number("most_nodes", _("Nodes that may run, over all zones."), 1, 1000),
    )


def spot() -> Variable:
    """Whether nodes may be taken away."""
    return flag("spot", _("True: cheaper nodes that Google may take away."), default=False)
