"""Inputs that many modules have, said once."""

from resources.catalogue import _
from tools.infrastructure.module import Rule, Variable, matches, number, one_of, text, texts

HOST = r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$"
LOG_DAYS = (7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653)
FOLDER = "aws"


def name() -> Variable:
    """What the module's things are called."""
    return text(
        "name",
        _("Begins the name of everything."),
        matches("name", "^[a-z][a-z0-9-]{1,50}$", _("Use lower-case letters, digits and hyphens.")),
    )


def account_id() -> Variable:
    """The account."""
    return text(
        "account_id", _("Account, 12 digits."), matches("account_id", r"^\\d{12}$", _("An account has 12 digits."))
    )


def kms_key_arn(*, optional: bool = False) -> Variable:
    """The key that encrypts."""
    rule = matches("kms_key_arn", "^arn:aws:kms:", _("This must be the ARN of a key."), optional=optional)
    if optional:
        return text("kms_key_arn", _("Key that encrypts; null: the service's own."), rule, default=None)
    return text("kms_key_arn", _("Key that encrypts."), rule)


def region() -> Variable:
    """Another region than the provider's."""
    return text("region", _("Region; null: the provider's."), default=None)


def domain_name() -> Variable:
    """A host name."""
    return text(
        "domain_name",
        _("Host name people use."),
        matches("domain_name", HOST, _("This must be a host name, without https://.")),
    )


def topic_arn() -> Variable:
    """Where alarms go."""
    return text(
        "topic_arn",
        _("Topic that alarms go to."),
        matches("topic_arn", "^arn:aws:sns:", _("This must be the ARN of a topic.")),
    )


def log_days() -> Variable:
    """How long logs are kept."""
    return Variable("log_days", _("Days that logs are kept."), "number", rules=(one_of("log_days", LOG_DAYS),))


def vpc_id() -> Variable:
    """The network."""
    return text("vpc_id", _("Network it lies in."))


def subnet_ids(what: str) -> Variable:
    """Subnets."""
    rule = Rule("length(var.subnet_ids) >= 2", _("Two subnets at least, in two zones."))
    return texts("subnet_ids", what, rule)


def count(called: str, told: str, most: int = 1000) -> Variable:
    """How many."""
    return number(called, told, 0, most)
