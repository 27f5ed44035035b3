"""Inputs that many modules have, said once."""

from resources.catalogue import _
from tools.infrastructure.module import Rule, Variable, flag, matches, number, text, texts

FOLDER = "gcp"
HOST = r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$"
ACCOUNT = "^[a-z][a-z0-9-]{4,28}[a-z0-9]$"


def name() -> Variable:
    """What the module's things are called."""
    return text(
        "name",
        _("Begins the name of everything."),
        matches("name", "^[a-z][a-z0-9-]{1,38}$", _("Use lower-case letters, digits and hyphens.")),
    )


def project() -> Variable:
    """The project."""
    return text(
        "project",
        _("Project, by its id."),
        matches("project", "^[a-z][a-z0-9-]{4,28}[a-z0-9]$", _("This must be the id of a project, not its number.")),
    )


def region() -> Variable:
    """The region."""
    return text(
        "region",
        _("Region, for example europe-west9."),
        matches("region", "^[a-z]+-[a-z]+[0-9]+$", _("This must be a region, not a zone.")),
    )


def domain_name() -> Variable:
    """A host name."""
    return text(
        "domain_name",
        _("Host name people use."),
        matches("domain_name", HOST, _("This must be a host name, without https://.")),
    )


def cidr(name: str, told: str, longest: int) -> Variable:
    """A range of addresses, no smaller than /`longest`."""
    rule = Rule(
        f'can(cidrhost(var.{name}, 0)) && tonumber(split("/", var.{name})[1]) <= {longest}',
        _("{name} must be a range of addresses, /{longest} or larger.", name=name, longest=longest),
    )
    return text(name, told, rule)


def network_id() -> Variable:
    """The network."""
    return text("network_id", _("Network it lies in."))


def subnet_id() -> Variable:
    """The subnet."""
    return text("subnet_id", _("Subnet it lies in."))


def channels() -> Variable:
    """Who hears of alarms."""
    return texts("channels", _("Notification channels that are told."))


def emails(name: str = "emails") -> Variable:
    """Mail addresses."""
    rule = Rule(
        f'alltrue([for each in var.{name} : can(regex("^[^@ ]+@[^@ ]+\\\\.[a-z]+$", each))])',
        _("Each must be a mail address."),
    )
    return texts(name, _("Mail addresses that get the alarms."), rule)


def deletion_protection() -> Variable:
    """Whether the cloud itself refuses to delete it."""
    return flag("deletion_protection", _("True: Google Cloud itself refuses to delete it."), default=True)


def labels() -> Variable:
    """Labels where the provider's default ones do not reach."""
    return Variable("labels", _("Labels, where the provider's own do not reach."), "map(string)", {})


def count(called: str, told: str, least: int, most: int) -> Variable:
    """How many."""
    return number(called, told, least, most)
