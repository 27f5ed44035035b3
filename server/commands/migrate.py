"""`astreinte migrate`: make or change the tables of the shared database."""

import sys

import click

from resources.catalogue import Language, _
from server.settings import read_settings


@click.command("migrate")
@click.option("--check", is_flag=True, help="Change nothing; status 1 when a step is missing.")
@click.pass_obj
def command(language: Language, check: bool) -> None:
    """Bring the database at ASTREINTE_DATABASE_URL to this version's tables."""
    from server.migrate import migrate  # noqa: PLC0415 - an extra

    found, needed = migrate(read_settings(language=language), only_check=check)
    if found == needed:
        click.echo(_("The database is at step {step}.", step=needed))
    elif check:
        click.echo(
            _("The database is at step {found}, and this version needs {needed}.", found=found or "-", needed=needed)
        )
        sys.exit(1)
    else:
        click.echo(_("The database went from step {found} to {needed}.", found=found or "-", needed=needed))
