"""The secrets of an environment."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Rule, Variable, matches, number, text, texts


def secrets() -> Module:
    """Places for secrets."""
    return Module(
        name="secrets",
        template=f"{inputs.FOLDER}/secrets",
        about=_("The places of the secrets in Secrets Manager, without their values."),
        variables=(
            text("prefix", _("Begins their names: ENVIRONMENT/SERVICE.")),
            names("names"),
            inputs.kms_key_arn(),
            text(
                "rotation_lambda_arn",
                _("Function that changes them; null: people do."),
                matches(
                    "rotation_lambda_arn", "^arn:aws:lambda:", _("This must be the ARN of a function."), optional=True
                ),
                default=None,
            ),
            number("rotation_days", _("Days after which it does."), 1, 1000, default=30),
        ),
        outputs=(
            Output(
                "arns",
                "{ for name, each in aws_secretsmanager_secret.main : name => each.arn }",
                _("Variable to the ARN of its secret."),
            ),
        ),
    )


def names(called: str = "secret_names") -> Variable:
    """Which there are."""
    rule = Rule(
        f'alltrue([for each in var.{called} : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", each))])',
        _("Each must be the name of a variable."),
    )
    return texts(called, _("Variables whose values are secret."), rule, default=[])
