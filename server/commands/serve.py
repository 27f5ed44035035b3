"""`astreinte serve`: speak MCP on standard input and output, or over Streamable HTTP."""

from pathlib import Path

import click

from resources.catalogue import Language, _
from server.settings import SettingsError, read_settings
from server.starting import starting

DEFAULT_ADDRESS = "127.0.0.1:8765"


@click.command("serve")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    help="Directory the agent works in. Default: the client's roots.",
)
@click.option(
    "--http",
    "address",
    is_flag=False,
    flag_value=DEFAULT_ADDRESS,
    metavar="[HOST:PORT]",
    help=f"Serve Streamable HTTP instead of stdio (default {DEFAULT_ADDRESS}, path /mcp).",
)
@click.option(
    "--log-level",
    type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]),
    help="Threshold of the log on standard error.",
)
@click.pass_obj
def command(language: Language, workspace: Path | None, address: str | None, log_level: str | None) -> None:
    """Serve MCP clients on stdio (default) or HTTP."""
    settings = read_settings(workspace=workspace, language=language, log_level=log_level)
    if address is None:
        with starting():
            from server.app import build_server  # noqa: PLC0415 - the parser answers --help without the SDK
            from server.logs import configure_logs  # noqa: PLC0415

            server = build_server(settings, roots_allowed=True)
        configure_logs(settings.log_level)
        server.run("stdio")
        return
    with starting():
        from server.http import serve_http  # noqa: PLC0415

    host, port = parse_address(address)
    serve_http(settings, host, port)


def parse_address(address: str) -> tuple[str, int]:
    """`HOST:PORT`, `:PORT`, `PORT` or `[IPV6]:PORT` as host and port.

    Raises:
        SettingsError: it is none of these.
    """
    host, _colon, port = address.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if not port.isdigit() or int(port) > 65_535:
        raise SettingsError(
            _("{address} is not an address to listen on.", address=address),
            _("Write HOST:PORT, for example 127.0.0.1:8765."),
        )
    return host, int(port)
