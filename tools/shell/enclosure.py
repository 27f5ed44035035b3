"""One sandbox as bubblewrap is asked for it: arguments, descriptors, and the check before the command may start."""

import asyncio
import os
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread

from resources.catalogue import _
from tools.guard.errors import WorkspaceError
from tools.guard.process import find_program
from tools.shell import seccomp
from tools.shell.confinement import Confinement, Limits
from tools.shell.control_group import SPARE_TASKS, ControlGroup
from tools.shell.egress import host_lines, proxy_variables
from tools.shell.git_identity import global_configuration
from tools.shell.mounts import Expected, mounts
from tools.shell.survey import Survey
from tools.shell.system_view import HOME, HOST_NAME, Person, closing, search_path, system_arguments
from tools.shell.watched import Watched
from tools.shell.workspace_view import workspace_arguments

BUILDING_SECONDS = 10.0
_LEADER = re.compile(rb'"child-pid":\s*(\d+)\s*[,}]')
HANDED_ON = ("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ")
WALLS = (
    "--unshare-all", "--unshare-user", "--disable-userns", "--hostname", HOST_NAME, "--die-with-parent",
    "--new-session", "--cap-drop", "ALL", "--clearenv",
)  # fmt: skip


@dataclass(frozen=True)
class Enclosure:
    """A sandbox that is asked for, and the two pipes that hold it back until it has been checked."""

    argv: tuple[str, ...]
    descriptors: tuple[int, ...]
    limits: Limits
    expected: Expected
    told: int
    """Where bubblewrap writes the process id of the sandbox."""
    gate: int
    """What opens the sandbox's way to its command."""

    async def checked(self, running: asyncio.Future[Any]) -> Watched | None:
        """Wait until the view is what was asked for; None when the sandbox could not be built.

        Raises:
            WorkspaceError: something moved in the workspace while the view was built.
        """
        leader = await self._leader(running)
        if leader is None:
            return None
        group = ControlGroup.make(self.limits) if os.geteuid() == 0 else None
        try:
            # The kernel takes its time to move a process: as long as bubblewrap takes to build the view.
            admitting = None if group is None else anyio.to_thread.run_sync(group.admit, leader)
            built, _admitted = await asyncio.gather(self._built(leader, running), admitting or asyncio.sleep(0))
        except BaseException:  # a control group outlives its processes: nobody else removes it
            if group is not None:
                group.remove()
            raise
        if not built:
            if group is not None:
                group.remove()
            return None
        return Watched(leader, self.limits, group=group)

    async def _built(self, leader: int, running: asyncio.Future[Any]) -> bool:
        host = mounts()
        deadline = asyncio.get_running_loop().time() + BUILDING_SECONDS
        while not self.expected.matches(mounts(leader), host):
            if running.done():
                return False
            if asyncio.get_running_loop().time() > deadline:
                raise WorkspaceError(
                    _("The workspace changed while the sandbox was built: nothing was run."),
                    _("Try again when no other command moves its folders."),
                )
            await asyncio.sleep(0.002)
        return True

    def release(self) -> None:
        """Let the command start."""
        with suppress(BrokenPipeError):
            os.write(self.gate, b"1")

    async def _leader(self, running: asyncio.Future[Any]) -> int | None:
        loop = asyncio.get_running_loop()
        leader: asyncio.Future[int] = loop.create_future()
        text = bytearray()

        def arrived() -> None:  # in pieces: bubblewrap writes field by field
            text.extend(os.read(self.told, 4096))
            if (found := _LEADER.search(text)) and not leader.done():
                leader.set_result(int(found[1]))

        loop.add_reader(self.told, arrived)
        try:
            await asyncio.wait({leader, running}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            loop.remove_reader(self.told)
        return leader.result() if leader.done() else None


@contextmanager
def enclosed(root: Path, folder: Path, walls: Confinement, found: Survey) -> Iterator[Enclosure]:
    """The sandbox for a command in `folder` of the workspace `root`; its descriptors are closed at the end.

    Raises:
        WorkspaceError: the workspace cannot be shown safely.
    """
    person = Person.here()
    held: list[int] = []

    def content(data: bytes) -> int:
        descriptor = os.memfd_create("astreinte")
        held.append(descriptor)
        os.write(descriptor, data)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor

    def pipe() -> tuple[int, int]:
        held.extend(ends := os.pipe())
        return ends

    try:
        view = system_arguments(walls.limits)
        named = host_lines(walls.network) if walls.network != "none" else b""
        named += b"".join(b"127.0.0.1\t%s\n" % each.encode() for each in walls.hosts)
        for name, data in person.files(named).items():
            view += ["--perms", "0444", "--file", str(content(data)), f"/etc/{name}"]
        view += ["--perms", "0644", "--file", str(content(global_configuration())), f"{HOME}/.gitconfig"]
        view += workspace_arguments(root, walls, found) + closing()
        (told, tells), (waits, gate) = pipe(), pipe()
        options = [*WALLS, "--uid", str(person.uid), "--gid", str(person.gid)]
        for name, value in variables(walls, Path(HOME)).items():
            options += ["--setenv", name, value]
        options += ["--seccomp", str(content(seccomp.program()))]
        options += ["--info-fd", str(tells), "--block-fd", str(waits), *view, "--chdir", str(folder)]
        arguments = content(b"".join(os.fsencode(each) + b"\0" for each in options))
        yield Enclosure(
            argv=(find_program("bwrap") or "bwrap", "--args", str(arguments), "--"),
            descriptors=tuple(each for each in held if each not in {told, gate}),
            limits=walls.limits,
            expected=Expected.of(view, root),
            told=told,
            gate=gate,
        )
    finally:
        for descriptor in held:
            os.close(descriptor)


def launcher(command: str, limits: Limits) -> tuple[str, ...]:
    """A shell that sets the kernel's limits and becomes the shell that runs `command`.

    Processes are counted per user namespace: the limit must be set inside, or the person's own would count.
    """
    bounds = (
        ("t", resource.RLIMIT_CPU, limits.cpu_seconds, 1),
        ("f", resource.RLIMIT_FSIZE, limits.file_bytes, 1024),
        ("d", resource.RLIMIT_DATA, limits.memory_bytes, 1024),
        ("u", resource.RLIMIT_NPROC, limits.processes + SPARE_TASKS, 1),
        ("n", resource.RLIMIT_NOFILE, limits.open_files, 1),
        ("c", resource.RLIMIT_CORE, 0, 1),
    )
    set_all = "; ".join(f"ulimit -{letter} {_at_most(kind, value) // unit}" for letter, kind, value, unit in bounds)
    shell = ("bash", "--noprofile", "--norc", "-c")
    return (*shell, f'{set_all}; exec {" ".join(shell)} "$1"', "bash", command)


def variables(walls: Confinement, home: Path) -> dict[str, str]:
    """The command's environment: what every program expects, and the server's variables that were named."""
    named = {name: os.environ[name] for name in (*HANDED_ON, *walls.environment) if name in os.environ}
    return {
        "LANG": "C.UTF-8",
        **named,
        **(proxy_variables() if walls.network != "none" else {}),
        "PATH": search_path(walls.granted),
        "HOME": str(home),
        "USER": "agent",
        "LOGNAME": "agent",
        "SHELL": "/bin/bash",
        "TMPDIR": "/tmp",  # noqa: S108 - the sandbox's own
        "TERM": "dumb",
        "NO_COLOR": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _at_most(kind: int, value: int) -> int:
    hard = resource.getrlimit(kind)[1]
    return value if hard == resource.RLIM_INFINITY else min(value, hard)
