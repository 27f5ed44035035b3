"""The command line: a table of commands, each imported only when it runs."""

import importlib
import sys

import click

from resources.catalogue import LANGUAGES, set_language
from server.starting import starting
from tools.guard.errors import ExpectedError

COMMANDS = {
    "serve": "server.commands.serve",
    "call": "server.commands.call",
    "deliver": "server.commands.deliver",
    "pictures": "server.commands.pictures",
    "audit": "server.commands.audit",
    "doctor": "server.commands.doctor",
    "console": "server.commands.console",
    "approve": "server.commands.approve",
    "journal": "server.commands.journal",
    "token": "server.commands.token",
    "worker": "server.commands.worker",
    "migrate": "server.commands.migrate",
    "artefact": "server.commands.artefact",
    "pins": "server.commands.pins",
}


class LazyGroup(click.Group):
    """Lists commands from the table; starting the server must not import the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module that holds `cmd_name`."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        with starting():
            command = importlib.import_module(module).command
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        """Turn expected failures into one sentence on standard error and exit status 1."""
        try:
            return super().invoke(ctx)
        except ExpectedError as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="astreinte")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    envvar="ASTREINTE_LANGUAGE",
    default="fr",
    show_default=True,
    help="Language of everything people read.",
)
@click.pass_context
def app(ctx: click.Context, language: str) -> None:
    """A senior DevOps engineer on call, as an MCP server."""
    chosen = next(known for known in LANGUAGES if known == language)
    set_language(chosen)
    ctx.obj = chosen
