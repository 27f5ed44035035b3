"""The module that puts a cluster together with what it needs."""

from resources.catalogue import _
from tools.brief import Brief
from tools.infrastructure.constraints import reached
from tools.infrastructure.gcp import common, database, inputs
from tools.infrastructure.gcp.modules.gke import authorized_networks, channel, counts, machine_type, spot
from tools.infrastructure.gcp.nodes import autopilot
from tools.infrastructure.gcp.registry import images
from tools.infrastructure.gcp.wiring import has_database
from tools.infrastructure.module import Module, Output, flag, matches, number, text


def stack(brief: Brief) -> Module:
    """The module that puts them together."""
    public, own = reached(brief), images(brief) is not None
    nodes = (
        machine_type(),
        *counts(),
        spot(),
    )
    namespace = matches("namespace", "^[a-z0-9][a-z0-9-]*$", _("Use lower-case letters, digits and hyphens."))
    return Module(
        name="service",
        template=f"{inputs.FOLDER}/stacks/gke",
        about=_("Puts the other modules together into the cluster of one environment."),
        variables=(
            *common.variables(public=public),
            text("namespace", _("Namespace that the pipeline deploys to."), namespace),
            inputs.cidr("pods_cidr", _("Addresses of the pods."), 23),
            inputs.cidr("services_cidr", _("Addresses of the cluster's services."), 27),
            text("cluster_name", _("Name of the cluster.")),
            text("node_account_id", _("Name of the service account the nodes run as.")),
            text("secrets_account_id", _("Name of the service account that External Secrets becomes.")),
            number("backup_days", _("Days that backups are kept."), 7, 365),
            *(() if autopilot(brief) else nodes),
            *(database.variables() if has_database(brief) else ()),
            *(common.registry() if own else ()),
            *((text("health_path", _("Path that answers 200."), default="/"),) if public else ()),
            channel(),
            authorized_networks(),
            flag("dns_endpoint", _("True: its name is reached from outside too; IAM decides who."), default=True),
        ),
        outputs=(
            Output("cluster", "module.cluster.name", _("Variable KUBE_CLUSTER of the pipeline.")),
            Output(
                "deploy_account", "module.deploy_identity.email", _("Variable GCP_SERVICE_ACCOUNT of the pipeline.")
            ),
            Output("secrets_account", "module.secrets.email", _("What the account of the cluster is annotated with.")),
            *(
                (Output("ingress_address", "google_compute_address.ingress.address", _("Where the host name leads.")),)
                if public
                else ()
            ),
        ),
        values={
            "autopilot": autopilot(brief),
            "database": has_database(brief),
            "public": public,
            "google_registry": own,
        },
    )
