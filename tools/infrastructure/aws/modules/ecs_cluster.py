"""The cluster of the services."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Variable, flag, matches, text


def ecs_cluster() -> Module:
    """A cluster without machines."""
    return Module(
        name="ecs_cluster",
        template=f"{inputs.FOLDER}/ecs_cluster",
        about=_("A cluster on Fargate: measured, and what is done in a shell is kept where one is allowed."),
        variables=(cluster("name"), inputs.kms_key_arn(), execute_command(), inputs.log_days()),
        outputs=(
            Output("arn", "aws_ecs_cluster.main.arn", _("The cluster.")),
            Output("name", "aws_ecs_cluster.main.name", _("Its name.")),
        ),
    )


def cluster(called: str = "cluster") -> Variable:
    """What the cluster is called."""
    rule = matches(called, "^[A-Za-z0-9_-]{1,255}$", _("Use letters, digits, hyphens and underscores."))
    return text(called, _("Name of the cluster."), rule)


def execute_command() -> Variable:
    """Whether a shell may be opened."""
    return flag("execute_command", _("True: people with the right may open a shell in a task."), default=False)
