"""What every tool is handed: the workspace, the settings it may see, and a way to report progress.

A tool declares one parameter, `deps: Given`; the SDK's resolver fills it before the tool runs. Tests and
the command line can build a `Deps` by hand and call the same function.
"""

import asyncio
import contextvars
import dataclasses
import getpass
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol
from urllib.parse import unquote, urlsplit

import anyio.to_thread
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.elicitation import AcceptedElicitation
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import ListRoots, Resolve
from mcp_types import ListRootsResult
from mcp_types.version import is_version_at_least

from resources.catalogue import Language, _, set_language
from tools.guard.approval import person_of
from tools.guard.errors import ExpectedError, WorkspaceError
from tools.guard.gate import Gate
from tools.guard.policy import WORKSPACE_FILE, read_policy
from tools.guard.redact import redactor_for, still_fresh
from tools.guard.workspace import Workspace

if TYPE_CHECKING:  # a person with a directory needs none of it to start
    from tools.checkouts.checkout import Checkout
    from tools.checkouts.checkouts import Checkouts
    from tools.checkouts.repository import Repository

MOST_COMMANDS = 16
IDEMPOTENCY = "astreinte/idempotencyKey"
"""In `_meta` of a call: the same key with the same call is answered by what the first one did."""
Progress = Callable[[float, float | None, str], Awaitable[None]]


acting_for: contextvars.ContextVar[str | None] = contextvars.ContextVar("acting_for", default=None)
"""On whose behalf a worker makes a call that was asked for elsewhere."""


class Carrier(Protocol):
    """Carries the call of a long tool: here, or on another machine."""

    async def carry(self, function: Callable[..., Awaitable[Any]], given: dict[str, Any], asked: dict[str, Any]) -> Any:  # noqa: ANN401 - the tool's own
        """What the tool `function` returns with all its parameters `given`, of which the client `asked` some."""
        ...

    async def stop(self) -> None:
        """The server stops."""
        ...


KEPT = AcceptedElicitation[Any]
"""The SDK wraps what a resolver returns in this class; pydantic builds it anew each call unless somebody holds it."""


async def _silent(_done: float, _total: float | None, _message: str) -> None:
    """Progress that nobody asked for."""


@dataclasses.dataclass(frozen=True)
class Deps:
    """The frozen surroundings of one tool call."""

    workspace: Workspace | None = None
    language: Language = "fr"
    output_limit: int = 25_000
    """Most characters a reading tool returns in one answer."""
    roots_allowed: bool = False
    """Whether the client's own roots may choose the workspace (local clients only)."""
    progress: Progress = _silent
    """Tells the client `done`, `total` and what is going on."""
    gate: Gate | None = None
    """What every side effect passes; None only where nothing can be changed."""
    who: str = "local"
    """On whose behalf the call is made, for the journal."""
    can_ask: bool = False
    """Whether the client can put a question to its person during this call."""
    workspaces: Mapping[str, Workspace] = dataclasses.field(default_factory=dict)
    """Directories of callers who have one of their own, by the name their token gives them."""
    four_eyes: bool = False
    """Whether a caller who was identified by a token may not approve what they ask for themselves."""
    long_calls: "Carrier | None" = None
    """What carries long calls on as runs; None where every call is waited for."""
    checkouts: "Checkouts | None" = None
    """Where callers who work on a repository have their private trees."""
    repository: "Repository | None" = None
    """What callers work on who have nothing of their own."""
    repositories: "Mapping[str, Repository]" = dataclasses.field(default_factory=dict)
    """Repositories of callers who have one of their own."""
    checkout: "Checkout | None" = None
    """The caller's private tree, whose root is the workspace."""
    unusable: ExpectedError | None = None
    """Why there is no workspace in this call: told by whatever needs one."""
    idempotency_key: str | None = None
    """What the client named this very call, so that the same again is answered by the first."""
    running: asyncio.Semaphore = dataclasses.field(default_factory=lambda: asyncio.Semaphore(MOST_COMMANDS))
    """How many commands run at once in this server; the others wait their turn."""

    @property
    def guard(self) -> Gate:
        """The gate. Its absence is a bug: a tool with side effects was wired without one."""
        if self.gate is None:
            raise RuntimeError("this tool changes something and was wired without a gate")
        return self.gate

    @property
    def place(self) -> Workspace:
        """The workspace of this call.

        Raises:
            WorkspaceError: neither the command line nor the client named one.
        """
        if self.unusable is not None:
            raise self.unusable
        if self.workspace is None:
            raise WorkspaceError(
                _("This server was started without a workspace and the client offers no root folder."),
                _("Start it with --workspace DIR, or open a folder in the client."),
            )
        return self.workspace


async def client_roots(ctx: Context[Deps, Any]) -> ListRootsResult | ListRoots:
    """Ask the client for its roots only when nothing else names the workspace."""
    deps = ctx.request_context.lifespan_context
    capabilities = ctx.client_capabilities
    if deps.workspace is None and deps.roots_allowed and capabilities is not None and capabilities.roots:
        return ListRoots()
    return ListRootsResult(roots=[])


async def surroundings(ctx: Context[Deps, Any], roots: Annotated[ListRootsResult, Resolve(client_roots)]) -> Deps:
    """The server's `Deps`, completed with this request's workspace and progress channel."""
    deps = ctx.request_context.lifespan_context
    set_language(deps.language)
    caller = caller_name()
    who = _caller(ctx)
    deps = await _checked_out(deps, caller, who)
    workspace = deps.workspaces.get(caller or "") or deps.workspace or _first_root(roots)
    root = workspace.root if workspace else None
    known = still_fresh(root)
    redactor = known if known is not None else await anyio.to_thread.run_sync(redactor_for, root)
    gate = deps.gate
    if gate is not None:  # the workspace's `.env` may hold new values since the server started
        redactor = redactor.also(gate.redactor)
        gate = dataclasses.replace(gate, redactor=redactor, asked=[])
        # A client's root, or a checkout: its policy was not there at the start.
        if workspace is not None and (deps.workspace is None or deps.checkout is not None):
            own = await anyio.to_thread.run_sync(read_policy, workspace.root / WORKSPACE_FILE)
            gate = dataclasses.replace(gate, policy=gate.policy.stricter(own))

    async def progress(done: float, total: float | None, message: str) -> None:
        await ctx.report_progress(done, total, redactor.text(message))

    asks = _can_ask(ctx) and not (caller and deps.four_eyes)
    named = (ctx.request_context.meta or {}).get(IDEMPOTENCY)
    key = named[:200] if isinstance(named, str) and named else None
    return dataclasses.replace(
        deps, workspace=workspace, progress=progress, gate=gate, who=who, can_ask=asks, idempotency_key=key
    )


async def _checked_out(deps: Deps, caller: str | None, who: str) -> Deps:
    """`deps` in the caller's own checkout, where they work on a repository."""
    if deps.checkouts is None or (caller or "") in deps.workspaces:
        return deps
    repository = deps.repositories.get(caller or "") or deps.repository
    if repository is None:
        return deps
    try:
        checkout = await deps.checkouts.open(repository, person_of(who))
    except ExpectedError as error:  # following a run or escalating needs no tree
        return dataclasses.replace(deps, workspace=None, unusable=error, roots_allowed=False)
    return dataclasses.replace(deps, workspace=Workspace.at(checkout.root), checkout=checkout)


def _caller(ctx: Context[Deps, Any]) -> str:
    if (elsewhere := acting_for.get()) is not None:
        return elsewhere
    params = ctx.session.client_params
    client = params.client_info.name if params is not None else "unknown client"
    return f"{caller_name() or getpass.getuser()} via {client[:100]}"


def caller_name() -> str | None:
    """Whose token came with the request; None on stdio, and where no token is asked for."""
    token = get_access_token()
    return token.subject if token else None


def _can_ask(ctx: Context[Deps, Any]) -> bool:
    capabilities = ctx.client_capabilities
    if capabilities is None or capabilities.elicitation is None:
        return False
    # From 2026-07-28 on the question rides the answer; before, it needs a channel back to the client.
    return is_version_at_least(ctx.protocol_version or "", "2026-07-28") or ctx.session.can_send_request


def _first_root(roots: ListRootsResult) -> Workspace | None:
    for root in roots.roots:
        url = urlsplit(str(root.uri))
        if url.scheme == "file" and url.netloc in {"", "localhost"}:
            return Workspace.at(Path(unquote(url.path)))
    return None


Given = Annotated[Deps, Resolve(surroundings)]
