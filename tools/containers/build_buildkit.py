"""Builds with BuildKit, through the client that brings it: buildx, or a docker older than 23 that has it built in."""

import os
import re
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from resources.catalogue import _
from tools.containers.build_log import BuildLog
from tools.containers.build_request import BuildRequest
from tools.containers.endpoint import Endpoint
from tools.guard.errors import ExpectedError, ProgramMissingError
from tools.guard.process import run

LONGEST = 3_600.0
# From 23.0 on the client builds with BuildKit only through its plugin buildx.
PLUGIN_FROM = 23
_answers: dict[tuple[str, int, tuple[str, ...]], str | None] = {}  # a program is asked once for its version


class BuildkitMissingError(ExpectedError):
    """The Dockerfile needs BuildKit and no client here can drive it."""


@dataclass(frozen=True)
class BuildkitClient:
    """A program that drives BuildKit; `buildx` tells whether by the plugin."""

    program: str
    version: str
    buildx: bool

    @property
    def name(self) -> str:
        """How it is reported."""
        return f"buildx {self.version}" if self.buildx else f"docker {self.version} (DOCKER_BUILDKIT=1)"


async def find_buildkit(root: Path) -> BuildkitClient | None:
    """The first `docker` on PATH that can drive BuildKit. Relative PATH entries are not looked at."""
    for folder in dict.fromkeys(os.environ.get("PATH", os.defpath).split(os.pathsep)):
        program = Path(folder) / "docker"
        if not program.is_absolute() or not os.access(program, os.X_OK):
            continue
        version = await _answer(program, ["buildx", "version"], root)
        if version is not None:
            return BuildkitClient(str(program), version, buildx=True)
        version = await _answer(program, ["--version"], root)
        if version is not None and int(version.split(".")[0]) < PLUGIN_FROM:
            return BuildkitClient(str(program), version, buildx=False)
    return None


async def _answer(program: Path, arguments: list[str], root: Path) -> str | None:
    known = (str(program), program.stat().st_mtime_ns, tuple(arguments))
    if known not in _answers:
        try:
            told = await run([str(program), *arguments], cwd=root, timeout=20)
        except ProgramMissingError:
            return None
        found = re.search(r"\d+\.\d+(?:\.\d+)*", told.stdout)
        _answers[known] = found[0] if found and told.returncode == 0 else None
    return _answers[known]


def missing(reasons: list[str]) -> BuildkitMissingError:
    """The error for a Dockerfile that needs BuildKit, where there is none."""
    return BuildkitMissingError(
        _("Only BuildKit can build this: {reasons}.", reasons=", ".join(reasons)),
        _("Install the plugin buildx (apt install docker-buildx, or Docker's own packages)."),
    )


def arguments(request: BuildRequest, client: BuildkitClient, image_file: Path) -> list[str]:
    """The command line for `request`; pure."""
    argv = [client.program, *(["buildx"] if client.buildx else []), "build", "--progress", "plain"]
    argv += ["--iidfile", str(image_file), "--file", str(request.context.root / request.dockerfile)]
    argv += [word for tag in request.tags for word in ("--tag", tag)]
    argv += ["--target", request.target] if request.target else []
    argv += [word for name, value in sorted(request.args.items()) for word in ("--build-arg", f"{name}={value}")]
    for name, source in sorted(request.secrets.items()):
        argv += ["--secret", f"id={name},src={source}" if "/" in source else f"id={name},env={source}"]
    argv += ["--platform", ",".join(request.platforms)] if request.platforms else []
    argv += [word for each in request.cache_from for word in ("--cache-from", each)]
    argv += [word for each in request.cache_to for word in ("--cache-to", each)]
    argv += [word for name, value in sorted(request.labels.items()) for word in ("--label", f"{name}={value}")]
    argv += ["--no-cache"] if request.no_cache else []
    argv += ["--network", request.network] if request.network else []
    argv += ["--load"] if client.buildx else []
    return [*argv, str(request.context.root)]


async def build_buildkit(
    request: BuildRequest,
    where: Endpoint,
    client: BuildkitClient,
    log: BuildLog,
    on_step: Callable[[], Awaitable[None]],
) -> str | None:
    """Build `request`; the image's id, or None when `log` says where it failed.

    The client is ended on cancellation, and with its session BuildKit ends the build.
    """
    wanted = {name for name in request.secrets.values() if "/" not in name}
    environment = {name: os.environ[name] for name in sorted(wanted) if name in os.environ}
    environment |= where.environment() | {"DOCKER_BUILDKIT": "1", "BUILDKIT_PROGRESS": "plain"}
    if config := os.environ.get("DOCKER_CONFIG"):
        environment["DOCKER_CONFIG"] = config  # the person's registries; the client alone reads it

    async def line(text: str) -> None:
        if log.buildkit(text):
            await on_step()

    with tempfile.TemporaryDirectory(prefix="astreinte-build-") as folder:
        image_file = Path(folder) / "image"
        ended = await run(
            arguments(request, client, image_file),
            cwd=request.root,
            env=environment,
            timeout=LONGEST,
            grace=5.0,
            on_stdout=line,
            on_stderr=line,
        )
        if ended.returncode == 0:
            return image_file.read_text(encoding="ascii").strip()
    told = [each for each in ended.stderr.splitlines() if each.strip() and not each.startswith("#")]
    log.error = log.error or (told[-1] if told else _("it ended with status {status}", status=ended.returncode))
    return None
