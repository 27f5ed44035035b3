"""A database."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Variable, flag, matches, number, one_of, text

ENGINES = ("postgres", "mysql", "mariadb")


def rds() -> Module:
    """A database that is hard to lose."""
    return Module(
        name="rds",
        template=f"{inputs.FOLDER}/rds",
        about=_("A database: encrypted, backed up, protected, its master password rotated by Secrets Manager."),
        variables=(
            inputs.name(),
            engine(),
            version(),
            text(
                "instance_class",
                _("Size."),
                matches("instance_class", r"^db\\.[a-z0-9]+\\.[a-z0-9]+$", _("Write db.FAMILY.SIZE.")),
            ),
            number("storage_gb", _("Disk in GB; it grows by itself, up to four times."), 20, 16384),
            flag("multi_az", _("True: a standby in another zone takes over.")),
            number("backup_days", _("Days whose any second can be gone back to."), 1, 35),
            number("rotation_days", _("Days after which the master password changes."), 1, 1000, default=30),
            text("database", _("Name of the database in it."), default="app"),
            flag("deletion_protection", _("False only to take it down."), default=True),
            flag("apply_immediately", _("True: changes do not wait for the maintenance window."), default=False),
            inputs.vpc_id(),
            inputs.subnet_ids(_("Data subnets, one a zone.")),
            Variable("clients", _("Name to the security group of what may reach it."), "map(string)", {}),
            inputs.kms_key_arn(),
            inputs.log_days(),
        ),
        outputs=(
            Output("id", "aws_db_instance.main.identifier", _("What metrics call it.")),
            Output("host", "aws_db_instance.main.address", _("Where it is reached.")),
            Output("port", "local.port", _("Its port.")),
            Output("name", "aws_db_instance.main.db_name", _("Name of the database in it.")),
            Output(
                "master_secret_arn",
                "one(aws_db_instance.main.master_user_secret[*].secret_arn)",
                _("Secret of the master user, for administration alone."),
            ),
            Output("security_group_id", "aws_security_group.main.id", _("Its group.")),
        ),
        parts=("main", "network"),
    )


def engine() -> Variable:
    """What it is."""
    return text("engine", _("What kind of database it is."), one_of("engine", ENGINES))


def version(called: str = "engine_version") -> Variable:
    """Which version."""
    told = _("Major version; minor ones come by themselves in the maintenance window.")
    return text(called, told, matches(called, r"^[0-9]+(\\.[0-9]+)?$", _("Write the major version, for example 18.")))
