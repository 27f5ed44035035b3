"""`astreinte artefact`: list what is kept of plans, outputs and applies, and have one of them in clear."""

from datetime import UTC, datetime
from pathlib import Path

import click

from resources.catalogue import Language, _
from server.settings import read_settings
from server.state import state_of
from tools.guard.artefacts import Artefacts
from tools.guard.errors import NotFoundError


@click.group("artefact")
def command() -> None:
    """List and fetch plans, outputs, logs and states from before an apply."""


@command.command("list")
@click.argument("kind", default="")
@click.pass_obj
def listed(language: Language, kind: str) -> None:
    """List the artefacts of KIND (plans, reports, outputs, logs, states), the oldest first."""
    for name, at, size in _artefacts(language).names(kind):
        when = datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        click.echo(f"{name:40} {when} {size:12}")


@command.command("get")
@click.argument("name")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def get(language: Language, name: str, target: Path) -> None:
    """Write the artefact NAME, in clear, to the new file TARGET, readable to nobody else.

    States and plans hold secrets.
    """
    if target.exists():
        raise click.UsageError(_("{path} exists already.", path=target))
    if not _artefacts(language).fetch(name, target):
        raise NotFoundError(_("There is no artefact {name}.", name=name), _("See `astreinte artefact list`."))
    click.echo(_("Written to {path}.", path=target))


def _artefacts(language: Language) -> Artefacts:
    return state_of(read_settings(language=language)).artefacts
