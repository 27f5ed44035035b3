"""Deliveries that are too large for a conversation: told without contents, with a link to each file.

The whole answer is kept as a run that is over: it survives a restart, every replica has it, and only the person who
asked may read it.
"""

import getpass
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import anyio.to_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError

from resources.catalogue import _
from tools.context import Deps, caller_name
from tools.guard.approval import person_of
from tools.guard.errors import NotFoundError
from tools.guard.state import State
from tools.runs.run import Run
from tools.runs.run_store import RunStore

FACTOR = 2
"""Times the limit of a page: Claude Code moves what is longer to a file, and nobody reads it."""
WHOLE = "devops://runs/{id}"
FILE = "devops://runs/{id}/{+path}"


def is_delivery(structured: Mapping[str, Any]) -> bool:
    """Whether `structured` is a delivery with files: it is kept, for the console and for links."""
    files = structured.get("files")
    return isinstance(files, list) and bool(files) and "validations" in structured


def is_large(delivery: Mapping[str, Any], limit: int) -> bool:
    """Whether it has more characters than a conversation should carry."""
    return len(json.dumps(delivery, ensure_ascii=False)) > FACTOR * limit


async def keep(state: State, tool: str, structured: dict[str, Any]) -> str:
    """Keep a whole delivery; the name of its run."""
    who = f"{caller()} via {tool}"
    run = await anyio.to_thread.run_sync(RunStore(state).keep, tool, who, structured)
    return run.id


def told(structured: Mapping[str, Any], run: str) -> dict[str, Any]:
    """The delivery without what nobody reads in a conversation: contents, and checks that passed."""
    files = [
        {**each, "content": None, "size": len(str(each["content"]).encode()), "purpose": _first_line(each["purpose"])}
        for each in structured["files"]
    ]
    failed = [each for each in structured["validations"] if each["status"] != "passed"]
    return {**structured, "files": files, "validations": failed, "whole": WHOLE.replace("{id}", run)}


def links(delivery: Mapping[str, Any], run: str) -> list[dict[str, Any]]:
    """A link to each file of a delivery that is kept."""
    return [
        {
            "type": "resource_link",
            "uri": f"devops://runs/{run}/{quote(each['path'])}",
            "name": each["path"],
            "description": each["purpose"],
            "mimeType": "text/plain",
            "size": each["size"],
        }
        for each in delivery["files"]
    ]


def add_answers(server: MCPServer[Deps]) -> None:
    """Give `server` the resource templates that a large delivery links to."""

    # The parameter is called as in the template.
    async def whole(id: str, ctx: Context[Deps]) -> str:  # noqa: A002
        return json.dumps((await _kept(ctx, id)).result, ensure_ascii=False)

    async def one(id: str, path: str, ctx: Context[Deps]) -> str:  # noqa: A002
        result = (await _kept(ctx, id)).result or {}
        for file in result.get("files", []):
            if file["path"] == path:
                return str(file["content"])
        raise ResourceNotFoundError(_("Run {id} delivered no {path}.", id=id, path=path))

    server.resource(
        WHOLE,
        name="answers",
        title=_("Whole answers"),
        description=_("The whole answer of a run, as JSON."),
        mime_type="application/json",
    )(whole)
    server.resource(
        FILE,
        name="delivered_files",
        title=_("Delivered files"),
        description=_("One file of a delivery, complete."),
        mime_type="text/plain",
    )(one)


def caller() -> str:
    """The person of this request."""
    return caller_name() or getpass.getuser()


async def _kept(ctx: Context[Deps], name: str) -> Run:
    store = RunStore(ctx.request_context.lifespan_context.guard.journal.state)
    try:
        run = await anyio.to_thread.run_sync(store.get, name)
    except NotFoundError as error:
        raise ResourceNotFoundError(str(error)) from error
    if person_of(run.who) != caller() or run.result is None:  # that it exists is nobody else's business either
        raise ResourceNotFoundError(_("There is no run {id}.", id=name))
    return run


def _first_line(purpose: str) -> str:
    return purpose.splitlines()[0] if purpose else ""
