"""A PostgreSQL database."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, Rule, Variable, flag, matches, number, one_of, text

VERSIONS = ("POSTGRES_16", "POSTGRES_17", "POSTGRES_18")
TIER = "^db-(f1-micro|g1-small|custom-[0-9]+-[0-9]+)$"


def cloud_sql() -> Module:
    """A database that is reached inside the network only, and whose password stands in Secret Manager alone."""
    return Module(
        name="cloud_sql",
        template=f"{inputs.FOLDER}/cloud_sql",
        about=_("PostgreSQL without a public address: backups, point-in-time recovery, TLS, a password nobody sees."),
        variables=(
            inputs.name(),
            inputs.region(),
            text("network_id", _("Network it is reached in, once Google's services can be.")),
            text(
                "database_version",
                _("Version of PostgreSQL."),
                one_of("database_version", VERSIONS),
                default="POSTGRES_18",
            ),
            tier(),
            number("disk_gb", _("First size of the disk in GB; it grows by itself."), 10, 65536, default=10),
            number("disk_limit_gb", _("Size the disk grows to; 0: without limit."), 0, 65536, default=500),
            flag("high_availability", _("True: a standby in another zone takes over.")),
            number("backup_days", _("Daily backups that are kept."), 7, 365),
            number("max_connections", _("Connections at the same time."), 20, 5000, default=100),
            inputs.deletion_protection(),
            text("kms_key", _("Key that encrypts; null: Google's own."), default=None),
            Variable(
                "connections",
                _("Secret to what is written into it; {host} and {password} are filled in."),
                "map(string)",
                rules=(
                    Rule(
                        'alltrue([for each in values(var.connections) : strcontains(each, "{password}")])',
                        _("What holds no password is no secret: set it as a plain variable."),
                    ),
                ),
            ),
            password_version(),
            inputs.labels(),
        ),
        outputs=(
            Output("instance", "google_sql_database_instance.main.name", _("Name of the instance.")),
            Output("host", "google_sql_database_instance.main.private_ip_address", _("Where it is reached.")),
            Output(
                "secrets",
                "{ for name, each in google_secret_manager_secret_version.connection : name => local.secrets[name] }",
                _("The secrets, by the name that was given; they exist once the password stands in them."),
            ),
        ),
    )


def tier() -> Variable:
    """Its size."""
    told = _("Size: db-custom-CPUS-MEGABYTES, or a shared one (db-f1-micro, db-g1-small) that has no SLA.")
    return text("tier", told, matches("tier", TIER, _("Write db-custom-2-7680, for example.")))


def password_version() -> Variable:
    """Which password it is."""
    return number("password_version", _("Raise it by one for another password."), 1, 10_000, default=1)
