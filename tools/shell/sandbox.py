"""Runs a bash command between walls: bubblewrap, a system-call filter, limits, and an end for every process.

The order of a run: look for what must be covered, build the view, check that it is what was asked for, let the
command go, watch it, and look at what it left.
"""

import asyncio
import platform
import re
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from resources.catalogue import _
from tools.guard.errors import ExpectedError, WorkspaceError
from tools.guard.process import Completed, Line, find_program, run
from tools.model import Model
from tools.shell import seccomp
from tools.shell.confinement import Confined, Confinement, Limit
from tools.shell.control_group import sweep
from tools.shell.egress import Egress
from tools.shell.enclosure import Enclosure, enclosed, launcher, variables
from tools.shell.planting import Planting
from tools.shell.survey import survey
from tools.shell.watched import Watched

OLDEST = (0, 8)
GRACE = 2.0
LONGEST_COMMAND = 120_000  # the kernel takes 128 KiB in one argument
TIMED_OUT = 124
_PROBE_SECONDS = 10.0


class SandboxUnavailableError(ExpectedError):
    """No sandbox can be built on this machine, and nobody agreed to run without."""


class CommandTextError(ExpectedError):
    """The text of a command cannot be handed to a shell."""


class SandboxStatus(Model):
    """Whether commands can be confined here."""

    works: bool
    reason: str = ""
    version: str = ""


@dataclass
class _Probed:
    status: SandboxStatus | None = None


_probed = _Probed()


async def probe() -> SandboxStatus:
    """Whether a sandbox works here, found out by really running one; remembered afterwards."""
    if _probed.status is None:
        _probed.status = await _try_out()
    return _probed.status


async def run_confined(
    command: str,
    *,
    workspace: Path,
    cwd: Path,
    confinement: Confinement,
    timeout: float,  # noqa: ASYNC109 - the limit ends processes, not this task
    on_stdout: Line | None = None,
    on_stderr: Line | None = None,
) -> Confined:
    """Run `bash -c command` in `cwd`, between the walls of `confinement`.

    Raises:
        SandboxUnavailableError: no sandbox works here and `bare_approved` is not set.
        WorkspaceError: `cwd` is outside, or the workspace is too large to be searched for secrets.
        CommandTextError: the text is too long, or holds a NUL character.
    """
    if "\0" in command or len(command.encode(errors="surrogateescape")) > LONGEST_COMMAND:
        raise CommandTextError(
            _("The command is longer than {limit} bytes or holds a NUL character.", limit=LONGEST_COMMAND),
            _("Write it to a script in the workspace and run that."),
        )
    root, folder = workspace.resolve(), cwd.resolve()
    if not folder.is_relative_to(root):
        raise WorkspaceError(_("The path {path} leads outside the workspace {root}.", path=cwd, root=root))
    status = await probe()
    if status.works:
        return await _between_walls(command, root, folder, confinement, timeout, on_stdout, on_stderr)
    if not confinement.bare_approved:
        raise SandboxUnavailableError(
            _("No sandbox can be built here: {reason}.", reason=status.reason),
            _("Install bubblewrap and allow user namespaces; `astreinte doctor` tries again."),
        )
    return await _bare(command, folder, confinement, timeout, on_stdout, on_stderr)


async def _between_walls(
    command: str,
    root: Path,
    folder: Path,
    walls: Confinement,
    seconds: float,
    on_stdout: Line | None,
    on_stderr: Line | None,
) -> Confined:
    found = await anyio.to_thread.run_sync(survey, root, walls.limits.entries)
    planting = Planting.before(root, walls.protected, found) if walls.workspace_writable else None
    egress = Egress(walls.network) if walls.network != "none" else None
    with enclosed(root, folder, walls, found) as enclosure:
        running = asyncio.ensure_future(
            run(
                [*enclosure.argv, *launcher(command, walls.limits)],
                cwd=Path("/"),
                timeout=seconds + 10 * GRACE + 60,  # never reached: the deadline below comes first
                output_limit=walls.limits.output_bytes,
                on_stdout=on_stdout,
                on_stderr=on_stderr,
                pass_fds=enclosure.descriptors,
            )
        )
        async with AsyncExitStack() as serving:
            ready = _ready(enclosure, running, egress, serving)
            ended, timed_out, hit = await _attended(running, ready, seconds)
    disarmed: tuple[str, ...] = ()
    if planting is not None:
        disarmed = await anyio.to_thread.run_sync(planting.disarm, walls.limits.entries)
        hit |= {"guard_files"} if disarmed else set()
    asked = tuple(egress.asked) if egress is not None else ()
    return _confined(ended, timed_out, hit).model_copy(update={"disarmed": disarmed, "destinations": asked})


async def _ready(
    enclosure: Enclosure, running: asyncio.Future[Completed], egress: Egress | None, serving: AsyncExitStack
) -> Watched | None:
    """Check the sandbox, open its way out if it has one, and let the command start."""
    watched = await enclosure.checked(running)
    if watched is None:
        return None
    try:
        if egress is not None:
            await serving.enter_async_context(egress.opened(watched.leader))
    except BaseException:  # cancelled here, the command would wait for its release for ever
        watched.kill()
        watched.close()
        raise
    enclosure.release()
    return watched


async def _bare(
    command: str,
    folder: Path,
    walls: Confinement,
    seconds: float,
    on_stdout: Line | None,
    on_stderr: Line | None,
) -> Confined:
    """Without walls, as a person agreed: still with limits, few variables, and an end for every process."""
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    running = asyncio.ensure_future(
        run(
            ["bash", *launcher(command, walls.limits)[1:]],
            cwd=folder,
            env=variables(walls, Path.home()),
            timeout=seconds + 10 * GRACE + 60,
            output_limit=walls.limits.output_bytes,
            on_stdout=on_stdout,
            on_stderr=on_stderr,
            on_start=started.set_result,
        )
    )

    async def attended() -> Watched:
        return Watched(await started, walls.limits, bare=True)

    ended, timed_out, hit = await _attended(running, attended(), seconds)
    return _confined(ended, timed_out, hit).model_copy(update={"confined": False})


async def _attended(
    running: asyncio.Future[Completed], ready: Coroutine[Any, Any, Watched | None], seconds: float
) -> tuple[Completed, bool, set[Limit]]:
    """Wait for the command, keep it within its limits, and leave nothing of it behind, whatever happens to us."""
    watched: Watched | None = None
    watching: asyncio.Future[None] | None = None
    timed_out = False
    try:
        async with asyncio.timeout(seconds):
            watched = await ready
            if watched is not None:
                watching = asyncio.ensure_future(watched.enforce())
            await asyncio.shield(running)
    except TimeoutError:
        timed_out = True
    finally:
        if watching is not None:
            watching.cancel()
        ending = asyncio.ensure_future(_end(running, watched))
        with anyio.CancelScope(shield=True):
            while not ending.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.shield(ending)
        if watched is not None:
            watched.close()
    return running.result(), timed_out, set() if watched is None else set(watched.hit)


async def _end(running: asyncio.Future[Completed], watched: Watched | None) -> None:
    if not running.done() and watched is not None:
        await watched.stop(GRACE)
    elif not running.done():
        running.cancel()
    await asyncio.wait({running})


def _confined(ended: Completed, timed_out: bool, hit: set[Limit]) -> Confined:
    limits = hit | ({"wall_time"} if timed_out else set()) | ({"output"} if ended.truncated else set())
    status = ended.returncode if ended.returncode >= 0 else 128 - ended.returncode
    return Confined(
        exit_status=TIMED_OUT if timed_out else status,
        stdout=ended.stdout,
        stderr=ended.stderr,
        duration=ended.duration,
        timed_out=timed_out,
        truncated=ended.truncated,
        limits_hit=tuple(sorted(limits)),
    )


async def _try_out() -> SandboxStatus:
    """Build one sandbox and run `true` in it."""
    bwrap = find_program("bwrap")
    if sys.platform != "linux" or bwrap is None:
        return SandboxStatus(works=False, reason=_("bubblewrap (bwrap), which needs Linux, is not installed"))
    if not seccomp.supported():
        reason = _("there is no system-call filter for {machine}", machine=platform.machine())
        return SandboxStatus(works=False, reason=reason)
    told = await run([bwrap, "--version"], cwd=Path("/"), timeout=_PROBE_SECONDS)
    numbers = re.search(r"(\d+)\.(\d+)(?:\.\d+)?", told.stdout)
    version = numbers[0] if numbers else ""
    if numbers is None or (int(numbers[1]), int(numbers[2])) < OLDEST:
        reason = _("bubblewrap {version} is too old, 0.8 is needed", version=version or "?")
        return SandboxStatus(works=False, reason=reason, version=version)
    await anyio.to_thread.run_sync(sweep)
    with tempfile.TemporaryDirectory(prefix="astreinte-probe-") as name:
        place = Path(name).resolve()
        try:
            ended = await _between_walls("true", place, place, Confinement(), _PROBE_SECONDS, None, None)
        except ExpectedError as error:
            return SandboxStatus(works=False, reason=error.happened, version=version)
    if ended.exit_status == 0:
        return SandboxStatus(works=True, version=version)
    said = " ".join(ended.stderr.split())[-300:] or _("exit status {status}", status=ended.exit_status)
    return SandboxStatus(works=False, reason=said, version=version)
