"""amtool: the configuration of Alertmanager."""

import re
from collections.abc import Sequence

from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import ONE, Source
from tools.validate.tool import ask

NAME = "amtool"
PROGRAMS: tuple[str, ...] = ("amtool",)
TAKES = ONE
INSTALL = "apt install prometheus-alertmanager"
_ROUTE = re.compile(r"^route\s*:", re.MULTILINE)
_RECEIVERS = re.compile(r"^receivers\s*:", re.MULTILINE)
_FAILED = re.compile(r"FAILED: (.*)")
_LINE = re.compile(r"\bline (\d+)\b")


def applies(source: Source) -> bool:
    """YAML with both a route and receivers."""
    is_yaml = source.suffix in {".yaml", ".yml"}
    return is_yaml and bool(_ROUTE.search(source.head)) and bool(_RECEIVERS.search(source.head))


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """What amtool refuses is an error; it stops at the first."""
    (source,) = sources
    verdict = await ask(NAME, ["check-config", "./{path}"], sources, bench, install=INSTALL)
    if not verdict.completed.returncode:
        return [verdict.judged(source, [])]
    said = verdict.completed.stdout + verdict.completed.stderr
    failed = _FAILED.search(" ".join(said.split()))
    message = (
        (failed[1] if failed else said.strip()).removesuffix("amtool: error: failed to validate 1 file(s)").strip()
    )
    line = _LINE.search(message)
    finding = Finding(rule="amtool", line=int(line[1]) if line else None, severity="error", message=message)
    return [verdict.judged(source, [finding])]
