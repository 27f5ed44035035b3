"""The whole output of a command, as a resource, for the part that an answer had no room for."""

import anyio.to_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError

from resources.catalogue import _
from tools.context import Deps
from tools.guard.errors import NotFoundError
from tools.shell.bash import OUTPUT
from tools.shell.kept_output import kept


def add_outputs(server: MCPServer[Deps]) -> None:
    """Give `server` the resource template that `bash` names in `rest`."""

    async def output(name: str, ctx: Context[Deps]) -> str:
        state = ctx.request_context.lifespan_context.guard.journal.state
        try:
            return await anyio.to_thread.run_sync(kept, state, name)
        except NotFoundError as error:
            raise ResourceNotFoundError(str(error)) from error

    server.resource(
        OUTPUT,
        name="outputs",
        title=_("Outputs of commands"),
        description=_("The whole output of a command, redacted, by the name that bash gave."),
        mime_type="text/plain",
    )(output)
