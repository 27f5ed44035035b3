"""docker stack config: whether Docker Swarm reads a stack file."""

import re
from collections.abc import Sequence

from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import ONE, Source
from tools.validate.tool import Verdict, ask

NAME = "docker stack"
PROGRAMS: tuple[str, ...] = ("docker",)
TAKES = ONE
INSTALL = "apt install docker.io"
_NAMES = re.compile(r"(^|/)(docker-)?stack([.-][\w.-]+)?\.ya?ml$")
_SERVICES = re.compile(r"^[\"']?services[\"']?\s*:", re.MULTILINE)


def is_stack(source: Source) -> bool:
    """Stack files by name, when they have services."""
    return bool(_NAMES.search(source.path)) and bool(_SERVICES.search(source.head))


def applies(source: Source) -> bool:
    """Stack files."""
    return is_stack(source)


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """What the client refuses is an error. Variables are left as they are; no engine is asked."""
    (source,) = sources
    verdict = await ask(
        NAME,
        ["stack", "config", "--skip-interpolation", "--compose-file", "./{path}"],
        sources,
        bench,
        program="docker",
        install=INSTALL,
        env={"DOCKER_CONFIG": str(bench.home), "DOCKER_HOST": "unix:///nonexistent"},
    )
    return [verdict.judged(source, _findings(verdict) if verdict.completed.returncode else [])]


def _findings(verdict: Verdict) -> list[Finding]:
    told = verdict.completed.stderr.strip() or verdict.completed.stdout.strip()
    if "unknown command" in told or "is not a docker command" in told:
        raise verdict.refused(told.splitlines()[0])
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    return [Finding(rule="stack", severity="error", message=line) for line in lines]
