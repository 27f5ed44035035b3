"""One machine and what lasts of it."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.aws.modules.ecs_service import LOAD_BALANCER, registry_secret_arn
from tools.infrastructure.module import Module, Output, Variable, flag, matches, number, text, texts


def virtual_machine() -> Module:
    """A machine with Docker Compose."""
    return Module(
        name="virtual_machine",
        template=f"{inputs.FOLDER}/virtual_machine",
        about=_("One machine with Docker Compose: made again when it fails, patched, without SSH, data on a volume."),
        variables=(
            inputs.name(),
            text("environment", _("Environment, as deploy.sh knows it.")),
            inputs.account_id(),
            inputs.vpc_id(),
            text("network", _("Addresses of the network.")),
            text("subnet_id", _("Subnet it stands in.")),
            text("zone", _("Availability zone of that subnet, and of its volume.")),
            flag("public_address", _("True: it goes out by an address of its own, for want of a NAT gateway.")),
            instance_type(),
            number("root_gb", _("Disk of the system in GB; nothing on it lasts."), 10, 1000, default=20),
            data_gb(),
            backup_days(),
            text("domain_name", _("Host name people use; _: nobody does."), default="_"),
            routes(),
            health_path(),
            Variable("load_balancer", _("What stands before it; null: it answers itself."), LOAD_BALANCER, None),
            text("files_bucket", _("Bucket with the folder deploy of the repository.")),
            text("files_bucket_arn", _("ARN of that bucket.")),
            Variable("secrets", _("Variable of compose.yaml to the ARN of its secret."), "map(string)", {}),
            registry(),
            registry_secret_arn(),
            repository_arns(),
            Variable("egress_ports", _("Ports it may reach anywhere."), "list(number)", [80, 443]),
            inputs.kms_key_arn(),
            inputs.log_days(),
        ),
        outputs=(
            Output("group", "aws_autoscaling_group.main.name", _("The group that makes it again.")),
            Output("address", "one(aws_eip.main[*].public_ip)", _("Its address, where nothing stands before it.")),
            Output("document", "aws_ssm_document.deploy.name", _("Command that deploys.")),
            Output("document_arn", "aws_ssm_document.deploy.arn", _("ARN of that command.")),
            Output("security_group_id", "aws_security_group.main.id", _("Its group.")),
        ),
        parts=("main", "start", "storage", "network", "role", "care", "deploy"),
    )


def instance_type() -> Variable:
    """Its size."""
    rule = matches("instance_type", r"^[a-z0-9-]+\\.[a-z0-9]+$", _("Write FAMILY.SIZE, for example t3.small."))
    return text("instance_type", _("Size of the machine; changing it makes the machine again."), rule)


def data_gb() -> Variable:
    """Its volume."""
    return number("data_gb", _("Volume of the data in GB; it can only grow, the file system by hand."), 8, 16384)


def backup_days() -> Variable:
    """Its snapshots."""
    return number("backup_days", _("Snapshots that are kept, one a night."), 1, 365)


def routes() -> Variable:
    """What leads where."""
    return Variable("routes", _("Path to the port of this machine that answers for it."), "map(number)", {})


def health_path() -> Variable:
    """How its health is asked."""
    return text("health_path", _("Path that answers 200 when it is healthy."), default="/")


def registry() -> Variable:
    """Where images come from."""
    return text("registry", _("Host of the registry, for signing in."), default="ghcr.io")


def repository_arns() -> Variable:
    """Which repositories of ECR."""
    return texts("repository_arns", _("Repositories of ECR it pulls from."), default=[])
