"""`astreinte token`: bearer tokens for small teams. Each is shown once and kept as a hash."""

from datetime import UTC, datetime

import click

from resources.catalogue import Language, _
from server.identity.principal import ROLES
from server.identity.static_tokens import StaticTokens
from server.settings import read_settings
from server.state import state_of
from tools.guard.journal import Journal


@click.group("token")
def command() -> None:
    """Make, list and revoke the bearer tokens of this server."""


@command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="operator", show_default=True)
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="How long it is good.")
@click.pass_obj
def add(language: Language, name: str, role: str, days: int) -> None:
    """Make a token for NAME and print it, once, on standard output."""
    tokens = _tokens(language)
    chosen = next(known for known in ROLES if known == role)
    text = tokens.add(name, chosen, days)
    _record(tokens, "token.add", {"name": name, "role": role, "days": days})
    click.echo(text)
    click.echo(_("Keep it now: it is shown only this once."), err=True)


@command.command("list")
@click.pass_obj
def listed(language: Language) -> None:
    """List names, roles and days of expiry."""
    for each in _tokens(language).all():
        until = datetime.fromtimestamp(each.expires, UTC).date().isoformat()
        click.echo(f"{each.name:24} {each.role:10} {until}")


@command.command("revoke")
@click.argument("name")
@click.pass_obj
def revoke(language: Language, name: str) -> None:
    """Forget the token of NAME; the next call with it is refused."""
    tokens = _tokens(language)
    tokens.revoke(name)
    _record(tokens, "token.revoke", {"name": name})
    click.echo(_("The token of {name} is void.", name=name))


def _tokens(language: Language) -> StaticTokens:
    settings = read_settings(language=language)
    return StaticTokens(state_of(settings))


def _record(tokens: StaticTokens, tool: str, arguments: dict[str, object]) -> None:
    journal = Journal(tokens.state)
    call = f"{tool}-{arguments['name']}"
    journal.append("opened", call, {"who": "command line", "tool": tool, "arguments": arguments})
    journal.append("closed", call, {"result": "ok"})
