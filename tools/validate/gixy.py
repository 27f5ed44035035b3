"""gixy: the security of Nginx configurations."""

import re
from collections.abc import Sequence
from typing import Any

from resources.catalogue import _
from tools.delivery import Finding, FindingLevel, Validation
from tools.validate.bench import Bench
from tools.validate.checker import MANY, Source
from tools.validate.tool import Verdict, ask

NAME = "gixy"
PROGRAMS: tuple[str, ...] = ("gixy",)
TAKES = MANY
LEVELS: dict[str, FindingLevel] = {"HIGH": "error", "MEDIUM": "warning", "LOW": "info", "UNSPECIFIED": "info"}
_SERVER = re.compile(r"^\s*(server|upstream|location\s+\S+)\s*\{", re.MULTILINE)
_DIRECTIVE = re.compile(r"^\s*(listen|server_name|proxy_pass|root|return)\s+[^;]+;", re.MULTILINE)
# gixy finds nothing in what it cannot read, and says no word. A fault at the end that it must find tells the two apart.
MARK = "astreinte.probe.invalid"
PROBE = f"\nserver {{ server_name {MARK}; location / {{ proxy_pass http://$arg_host; }} }}\n"


def applies(source: Source) -> bool:
    """Nginx configurations, by ending and content."""
    return source.suffix == ".conf" and bool(_SERVER.search(source.text)) and bool(_DIRECTIVE.search(source.text))


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """High is an error, medium a warning, the rest info. Files that it includes are not looked at."""
    for each in sources:
        bench.write(each.path, each.content + PROBE.encode())
    arguments = ["--format", "json", "--disable-includes", "--", "{path}"]
    verdict = await ask(NAME, arguments, sources, bench)
    root = f"{bench.root.resolve()}/"
    told = verdict.by_file(verdict.json(), lambda each: str(each["path"]).removeprefix(root))
    return [_judged(each, told[each.path], verdict) for each in sources]


def _judged(source: Source, told: list[dict[str, Any]], verdict: Verdict) -> Validation:
    last = source.content.count(b"\n") + 1
    probes = [each for each in told if MARK in each["config"]]
    if not probes:
        raise verdict.refused(_("gixy cannot read the file: a brace or a semicolon is missing, or a quote is open"))
    own = [each for each in told if each not in probes and (each.get("line") or 0) <= last]
    return verdict.judged(source, [_finding(each) for each in own])


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(
        rule=told["plugin"],
        line=int(told["line"]) if told.get("line") else None,
        severity=LEVELS.get(told["severity"], "warning"),
        message=f"{told['summary']} {told['reason']}".strip(),
    )
