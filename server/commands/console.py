"""`astreinte console`: the web console for the person at this machine."""

import click

from resources.catalogue import Language
from server.commands.serve import parse_address
from server.settings import read_settings


@click.command("console")
@click.option("--address", default="127.0.0.1:0", show_default=True, metavar="[HOST:]PORT", help="Loopback only.")
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the link in a browser.")
@click.pass_obj
def command(language: Language, address: str, browser: bool) -> None:
    """Show what the agent does and what waits for you, in a browser. The link works once."""
    from server.console.serve_console import serve_console  # noqa: PLC0415 - the parser answers --help without it

    host, port = parse_address(address)
    serve_console(read_settings(language=language), host, port, browser=browser)
