"""A function and what it may do."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Rule, Variable, matches, number, one_of, text, texts

RUNTIMES = ("python3.13", "python3.14", "nodejs22.x", "nodejs24.x")


def function() -> Module:
    """A function whose releases come from the pipeline."""
    return Module(
        name="function",
        template=f"{inputs.FOLDER}/function",
        about=_("A function behind an alias: encrypted, traced, its failed events kept."),
        variables=(
            inputs.name(),
            inputs.kms_key_arn(),
            text("code_bucket", _("Bucket that holds its code.")),
            first_code(),
            runtime(),
            handler(),
            memory(),
            number("timeout_seconds", _("Seconds after which it is stopped."), 1, 900, default=28),
            environment_variables(),
            secret_arns(),
            inputs.log_days(),
        ),
        outputs=(
            Output("name", "aws_lambda_function.main.function_name", _("Name of the function.")),
            Output("arn", "aws_lambda_function.main.arn", _("The function, without a version.")),
            Output("alias", "aws_lambda_alias.live.name", _("Alias that people reach.")),
            Output("invoke_arn", "aws_lambda_alias.live.invoke_arn", _("What a gateway calls.")),
            Output("failed_queue", "aws_sqs_queue.failed.name", _("Queue of the events that failed every time.")),
        ),
    )


def first_code() -> Variable:
    """The archive it begins with."""
    return text("first_code", _("Archive (zip, in base64) it runs until the first release."))


def runtime() -> Variable:
    """What runs it."""
    return text("runtime", _("Runtime."), one_of("runtime", RUNTIMES))


def handler() -> Variable:
    """What is called."""
    rule = matches("handler", r"^[A-Za-z0-9_./-]+\\.[A-Za-z0-9_]+$", _("Write file.function."))
    return text("handler", _("What is called: file.function."), rule)


def memory() -> Variable:
    """Its memory, and the processor with it."""
    return number("memory_mb", _("Memory in MB; the processor grows with it."), 128, 10240)


def environment_variables() -> Variable:
    """Settings."""
    told = _("Settings of the function; secrets go into secret_arns.")
    return Variable("environment_variables", told, "map(string)", {})


def secret_arns() -> Variable:
    """Secrets it reads."""
    rule = Rule(
        'alltrue([for each in var.secret_arns : startswith(each, "arn:aws:secretsmanager:")])',
        _("Each must be the ARN of a secret."),
    )
    return texts("secret_arns", _("Secrets the function may read."), rule, default=[])
