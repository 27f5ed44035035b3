"""The application's own user in the database."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.aws.modules.rds import engine, version
from tools.infrastructure.module import Module, Output, number, text


def database_user() -> Module:
    """A task that makes it, and the secret with its password."""
    return Module(
        name="database_user",
        template=f"{inputs.FOLDER}/database_user",
        about=_("The application's own user in the database: the task that makes it, and the secret of its password."),
        variables=(
            inputs.name(),
            text("prefix", _("Begins the name of the secret: ENVIRONMENT/SERVICE.")),
            inputs.account_id(),
            engine(),
            version(),
            text("host", _("Where the database is reached.")),
            number("port", _("Its port."), 1, 65535),
            text("database", _("Name of the database.")),
            text("master_secret_arn", _("Secret of the master user.")),
            inputs.vpc_id(),
            inputs.kms_key_arn(),
            inputs.log_days(),
        ),
        outputs=(
            Output("security_group_id", "aws_security_group.main.id", _("Its group, which the database lets in.")),
            Output("secret_arn", "aws_secretsmanager_secret.main.arn", _("Secret with user and password.")),
            Output("task_definition", "aws_ecs_task_definition.main.family", _("The task.")),
            Output("log_group", "aws_cloudwatch_log_group.main.name", _("Where it says what went wrong.")),
        ),
    )
