"""The tool that runs a bash command: judged, confined, approved by a person where it changes something, remembered."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import anyio
import anyio.to_thread
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from resources.catalogue import _
from tools.context import Deps, Given
from tools.guard.decision import Decision, Reason
from tools.guard.gate import ApprovalRequired, Consent, answered
from tools.guard.own_files import own_places_in
from tools.guard.redact_stream import RedactingStream
from tools.model import Model
from tools.shell.confinement import Confined, Confinement
from tools.shell.grants import NEEDED_BY, Access, files_of, variables_of
from tools.shell.kept_output import keep
from tools.shell.terminal_text import plain

if TYPE_CHECKING:
    from tools.shell.intent import Intent

LONGEST = 3_600.0
PROGRESS_SECONDS = 1.0
LONGEST_LINE = 500
MOST_TOLD = 2_000_000  # characters; a flood is kept and counted, not told
OUTPUT = "devops://outputs/{name}"


class BashResult(Model):
    """What was decided, and what the command did. It did not run unless `status` is done."""

    summary: str
    status: Literal["done", "dry_run", "approval_required"]
    decision: Literal["allow", "ask", "deny"]
    reasons: list[Reason]
    exit_status: int | None = Field(default=None, description="128 + N after signal N; 124 after the time limit.")
    stdout: str = ""
    stderr: str = ""
    truncated: bool = False
    rest: str | None = Field(default=None, description="Resource that holds the whole output when it was cut.")
    duration: float = Field(default=0.0, description="Seconds.")
    limits_hit: list[str] = []
    confined: bool | None = None
    destinations: list[str] = Field(default=[], description="What it asked of the network, allowed or refused.")
    disarmed: list[str] = Field(
        default=[], description="Files it left that people's own tools would have run: renamed, not lost."
    )
    approval_required: ApprovalRequired | None = None


async def consent_to_run(
    deps: Given,
    command: str,
    folder: str,
    timeout: float,  # noqa: ASYNC109 - the command's limit, not this function's
    network: list[str],
    access: list[Access],
    dry_run: bool,
    approval: str | None,
) -> Elicit[Consent] | Consent | None:
    """Ask the person, where the guard wants that and the client can."""
    if dry_run or approval or not deps.can_ask:
        return None
    intent = await _intent(deps, command, folder, timeout, network, access)
    if intent.decision.decision != "ask":
        return None
    return deps.guard.question(intent.action(deps.place.root), intent.decision)


async def bash(
    deps: Given,
    consent: Annotated[ElicitationResult[Consent], Resolve(consent_to_run)],
    command: Annotated[str, Field(max_length=50_000, description="Bash text.")],
    folder: Annotated[str, Field(description="Where, relative to the workspace.")] = ".",
    timeout: Annotated[float, Field(gt=0, le=LONGEST, description="Seconds.")] = 120.0,  # noqa: ASYNC109 - as above
    network: Annotated[list[str], Field(description="Destinations it needs, as host:port; a person approves.")] = [],  # noqa: B006 - frozen by the SDK
    access: Annotated[list[Access], Field(description="Credentials it needs; a person approves.")] = [],  # noqa: B006 - as above
    dry_run: Annotated[bool, Field(description="Only say how the command is judged.")] = False,
    approval: Annotated[str | None, Field(description="Id a person approved.")] = None,
) -> BashResult:
    """Run a bash command in the workspace, inside a sandbox without network or credentials.

    What only reads runs at once, with the workspace read-only; what changes something waits for a person; what is
    obfuscated, destroys the host, leaks secrets or leaves the workspace is refused. Write commands plainly.
    """
    intent = await _intent(deps, command, folder, timeout, network, access)
    decision = intent.decision
    if dry_run:
        why = [each.message for each in decision.reasons if each.verdict == decision.decision]
        told = _("Decision: {decision}. {why}", decision=decision.decision, why=" ".join(dict.fromkeys(why)))
        return _result(deps, decision, "dry_run", told)
    admitted = await deps.guard.admit(
        intent.action(deps.place.root),
        decision,
        who=deps.who,
        answer=answered(consent),
        approval=approval,
    )
    if isinstance(admitted, ApprovalRequired):
        told = _("A person must approve this command. {how}", how=admitted.how)
        return _result(deps, decision, "approval_required", told).model_copy(update={"approval_required": admitted})
    async with deps.guard.recorded(admitted, who=deps.who) as entry:
        ended = await _run(deps, intent)
        entry.result = "ok" if ended.exit_status == 0 else "failed"
        entry.details.update(
            exit_status=ended.exit_status,
            limits=list(ended.limits_hit),
            confined=ended.confined,
            destinations=list(ended.destinations),
        )
    lacked = _lacked(intent) if ended.exit_status != 0 else []
    return await anyio.to_thread.run_sync(_ended, deps, decision, ended, lacked)


async def _intent(
    deps: Deps, command: str, folder: str, seconds: float, network: list[str], access: list[Access]
) -> "Intent":
    # Cold start: the rules of a hundred programs, and the sandbox, are for the first command.
    from tools.shell.intent import intent_of  # noqa: PLC0415
    from tools.shell.sandbox import probe  # noqa: PLC0415

    status = await probe()
    unconfined = None if status.works else status.reason
    return await anyio.to_thread.run_sync(
        lambda: intent_of(deps, command, folder, seconds, network, access, unconfined)
    )


async def _run(deps: Deps, intent: "Intent") -> Confined:
    """Run it behind its walls, telling the client now and then what it prints."""
    from tools.shell.sandbox import run_confined  # noqa: PLC0415 - as above

    # What a policy allows beyond the built-in rules does change something, and nobody was asked about it.
    reads_only = intent.reads_only or deps.guard.policy.mode == "read-only"
    walls = Confinement(
        workspace_writable=not reads_only,
        network=intent.network or "none",
        granted=files_of(list(intent.access), Path.home()),
        revealed=(".env*",) if "dotenv" in intent.access else (),
        protected=(*Confinement().protected, *map(str, own_places_in(deps.place.root))),
        hidden=(deps.guard.journal.state.directory,),
        environment=variables_of(list(intent.access)),
        bare_approved=intent.decision.decision == "ask",
    )
    told = _Told(deps)
    async with deps.running:
        return await run_confined(
            intent.command,
            workspace=deps.place.root,
            cwd=intent.folder,
            confinement=walls,
            timeout=intent.timeout,
            on_stdout=told.line,
            on_stderr=told.line,
        )


@dataclass
class _Told:
    """Tells the client now and then what the command prints: redacted in batches, for that is cheaper."""

    deps: Deps
    held: list[str] = field(default_factory=list)
    count: int = 0
    size: int = 0
    last: float = field(default_factory=anyio.current_time)
    stream: RedactingStream = field(init=False)

    def __post_init__(self) -> None:
        self.stream = RedactingStream(self.deps.guard.redactor)

    async def line(self, line: str) -> None:
        """Take one line; pass on the newest every `PROGRESS_SECONDS`."""
        self.count += 1
        self.size += len(line)
        if self.size > MOST_TOLD:
            return
        self.held.append(line)
        now = anyio.current_time()
        if now - self.last < PROGRESS_SECONDS:
            return
        self.last = now
        batch, self.held = self.held, []
        shown = await anyio.to_thread.run_sync(self.stream.feed, "\n".join(batch) + "\n")
        if newest := plain(shown).rstrip().rpartition("\n")[2]:
            await self.deps.progress(self.count, None, newest[-LONGEST_LINE:])


def _lacked(intent: "Intent") -> list[Access]:
    """The credentials that its programs live on and that it was not given."""
    needed = (NEEDED_BY.get(reason.rule.partition(".")[0]) for reason in intent.decision.reasons)
    return [kind for kind in dict.fromkeys(needed) if kind is not None and kind not in intent.access]


def _ended(deps: Deps, decision: Decision, ended: Confined, lacked: list[Access]) -> BashResult:
    redactor = deps.guard.redactor
    stdout, stderr = redactor.text(plain(ended.stdout)), redactor.text(plain(ended.stderr))
    room = deps.output_limit
    shown_error = _cut(stderr, max(room // 4, room - len(stdout)))
    shown = _cut(stdout, room - len(shown_error))
    cut = len(shown) < len(stdout) or len(shown_error) < len(stderr)
    name = keep(deps.guard.journal.state, stdout + ("\n--- stderr ---\n" + stderr if stderr else "")) if cut else None
    told = _("Exit status {status} after {seconds} s.", status=ended.exit_status, seconds=round(ended.duration, 2))
    if ended.timed_out:
        told = _("Stopped at its time limit after {seconds} s.", seconds=round(ended.duration, 1))
    if lacked:
        told += " " + _(
            "It ran without network and credentials: call again with access {access} and its destinations in network.",
            access=lacked,
        )
    return _result(deps, decision, "done", told).model_copy(
        update={
            "exit_status": ended.exit_status,
            "stdout": shown,
            "stderr": shown_error,
            "truncated": cut or ended.truncated,
            "rest": OUTPUT.format(name=name) if name else None,
            "duration": round(ended.duration, 3),
            "limits_hit": list(ended.limits_hit),
            "confined": ended.confined,
            "destinations": list(ended.destinations),
            "disarmed": list(ended.disarmed),
        }
    )


def _cut(text: str, room: int) -> str:
    """The beginning and the end of `text`, for a failure is told at the end."""
    if len(text) <= room:
        return text
    mark = "\n" + _("… {count} characters left out …", count=len(text) - room) + "\n"
    first = room * 2 // 5
    last = max(1, room - first - len(mark))
    return text[:first] + mark + text[-last:]


def _result(
    deps: Deps, decision: Decision, status: Literal["done", "dry_run", "approval_required"], told: str
) -> BashResult:
    shown = Decision.model_validate(deps.guard.redactor.value(decision.model_dump()))
    return BashResult(summary=told, status=status, decision=shown.decision, reasons=shown.reasons)
