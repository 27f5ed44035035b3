"""`astreinte call`: one tool call from a script, through the same protocol as any client."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from resources.catalogue import Language, _
from server.settings import read_settings

TOOL_ERROR, USAGE_ERROR = 1, 2


@click.command("call")
@click.argument("tool")
@click.option(
    "--json",
    "arguments",
    default="{}",
    metavar="JSON",
    help="The tool's arguments as one JSON object; - reads standard input.",
)
@click.option("--workspace", type=click.Path(path_type=Path), default=Path(), show_default="the current directory")
@click.pass_obj
def command(language: Language, tool: str, arguments: str, workspace: Path) -> None:
    """Call TOOL and print its structured result as JSON.

    Exit status: 0 success, 1 the tool reported an error (on standard error), 2 wrong usage.
    """
    text = sys.stdin.read() if arguments == "-" else arguments
    try:
        parsed = json.loads(text)
    except json.JSONDecodeError as error:
        raise click.UsageError(_("--json is not valid JSON: {reason}.", reason=error)) from error
    if not isinstance(parsed, dict):
        raise click.UsageError(_("--json must be one JSON object."))
    settings = read_settings(workspace=workspace, language=language)

    import anyio  # noqa: PLC0415 - usage errors answer without the SDK

    from server.app import build_server  # noqa: PLC0415
    from server.logs import configure_logs  # noqa: PLC0415

    server = build_server(settings, whole=True)
    configure_logs(settings.log_level)
    sys.exit(anyio.run(_call, server, tool, parsed))


async def _call(server: Any, tool: str, arguments: dict[str, Any]) -> int:  # noqa: ANN401 - generic in Deps
    from mcp import Client  # noqa: PLC0415

    from server.progress_bar import progress_bar  # noqa: PLC0415

    async with Client(server) as client:
        known = [each.name for each in (await client.list_tools()).tools]
        if tool not in known:
            click.echo(_("There is no tool {tool}. Tools: {known}.", tool=tool, known=", ".join(known)), err=True)
            return USAGE_ERROR
        with progress_bar() as shown:

            async def tell(progress: float, total: float | None, message: str | None) -> None:
                await shown(progress, total, message or tool)

            result = await client.call_tool(tool, arguments, progress_callback=tell)
    if result.is_error:
        click.echo("\n".join(block.text for block in result.content if block.type == "text"), err=True)
        return TOOL_ERROR
    click.echo(json.dumps(result.structured_content, ensure_ascii=False, indent=2))
    return 0
