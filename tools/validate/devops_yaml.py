"""The brief: `devops.yaml` against its own model."""

import time
from collections.abc import Sequence

import anyio.to_thread

from tools.brief_file import problems
from tools.delivery import Validation
from tools.validate.bench import Bench
from tools.validate.checker import ALL, Source

NAME = "devops.yaml schema"
PROGRAMS: tuple[str, ...] = ()
TAKES = ALL


def applies(source: Source) -> bool:
    """Files named devops.yaml or devops.yml."""
    return source.name in {"devops.yaml", "devops.yml"}


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:  # noqa: ARG001 - the bytes are at hand
    """Every unknown field and wrong value is an error, with its line and what is allowed."""
    return await anyio.to_thread.run_sync(lambda: [_judged(each) for each in sources])


def _judged(source: Source) -> Validation:
    started = time.monotonic()
    found = problems(source.text)
    return Validation(
        path=source.path,
        tool=NAME,
        version="1",
        status="failed" if found else "passed",
        findings=found,
        duration=round(time.monotonic() - started, 3),
    )
