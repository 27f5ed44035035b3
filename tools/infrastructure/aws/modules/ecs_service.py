"""A service of containers."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.aws.modules.ecs_cluster import execute_command
from tools.infrastructure.module import Module, Output, Rule, Variable, flag, number, one_of, text, texts

CPU = (256, 512, 1024, 2048, 4096, 8192, 16384)
LOAD_BALANCER = "object({\n    listener_arn = string\n    security_group_id = string\n  })"
# What Fargate offers beside so much processor; the largest sizes count in steps of 4 and 8 GB.
MEMORY = "var.memory >= var.cpu * 2 && var.memory <= max(var.cpu * 8, 2048) || var.cpu == 256 && var.memory == 512"


def ecs_service() -> Module:
    """A service, its tasks, and how many."""
    return Module(
        name="ecs_service",
        template=f"{inputs.FOLDER}/ecs_service",
        about=_("A service on Fargate: its tasks, who reaches it, what it may do, how many of it run."),
        variables=(
            text("name", _("Name of the service and of its container, as the pipeline knows it.")),
            text("family", _("Name of its task definition; begins the names of its roles.")),
            inputs.account_id(),
            text("cluster_arn", _("Cluster it runs in.")),
            text("cluster_name", _("Name of that cluster.")),
            inputs.vpc_id(),
            inputs.subnet_ids(_("Subnets its tasks run in.")),
            flag("public_address", _("True: tasks have public addresses, for want of a NAT gateway."), default=False),
            text("image", _("Image it begins with; the pipeline brings the next ones.")),
            registry_secret_arn(),
            text("repository_arn", _("Repository of ECR it is pulled from; null: another registry."), default=None),
            Variable(
                "architecture",
                _("Processor the image is built for."),
                default="X86_64",
                rules=(one_of("architecture", ("X86_64", "ARM64")),),
            ),
            Variable("cpu", _("Processor of a task: 1024 is one."), "number", rules=(one_of("cpu", CPU),)),
            Variable(
                "memory",
                _("Memory of a task in MB."),
                "number",
                rules=(Rule(MEMORY, _("Fargate offers two to eight times the processor.")),),
            ),
            number("least", _("Tasks that always run."), 1, 1000),
            Variable(
                "most",
                _("Tasks it may grow to."),
                "number",
                rules=(Rule("var.most >= var.least", _("There must be at least as many as always run.")),),
            ),
            flag("spot", _("True: spare capacity, cheap, taken back at two minutes' notice."), default=False),
            Variable("port", _("Port its containers listen on; null: it answers nobody."), "number", None),
            text("health_path", _("Path that answers 200 when it is healthy."), default="/"),
            Variable("health_command", _("Command that asks its health; null: none."), "list(string)", None),
            texts("paths", _("Paths that lead to it."), default=["/*"]),
            number("priority", _("Order of its rule: the smallest is looked at first."), 1, 50000, default=100),
            Variable("load_balancer", _("What the internet reaches it by."), LOAD_BALANCER, None),
            Variable("environment", _("Settings; no secret."), "map(string)", {}),
            Variable("secrets", _("Variable to the ARN of the secret it is given."), "map(string)", {}),
            Variable("egress_ports", _("Ports it may reach anywhere."), "list(number)", [443]),
            execute_command(),
            inputs.kms_key_arn(),
            inputs.log_days(),
        ),
        outputs=(
            Output("security_group_id", "aws_security_group.main.id", _("Its group, for what it may reach.")),
            Output("service_arn", "aws_ecs_service.main.id", _("The service.")),
            Output(
                "role_arns", "[aws_iam_role.execution.arn, aws_iam_role.task.arn]", _("Roles that a release passes on.")
            ),
            Output("task_role_name", "aws_iam_role.task.name", _("Role of the code, for rights of its own.")),
        ),
        parts=("main", "network", "roles", "scaling"),
    )


def registry_secret_arn() -> Variable:
    """Who pulls the image."""
    told = _("Secret with username and password of a private registry that is not ECR; null: none is needed.")
    return text("registry_secret_arn", told, default=None)
