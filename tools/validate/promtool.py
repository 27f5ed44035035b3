"""promtool: Prometheus configuration, rules and rule tests."""

import re
from collections import defaultdict
from collections.abc import Sequence

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import MANY, Source
from tools.validate.tool import Verdict, ask

NAME = "promtool"
PROGRAMS: tuple[str, ...] = ("promtool",)
TAKES = MANY
INSTALL = "apt install prometheus"
_GROUPS = re.compile(r"^groups\s*:", re.MULTILINE)
_EXPR = re.compile(r"^\s+(?:-\s+)?expr\s*:", re.MULTILINE)
_SCRAPE = re.compile(r"^scrape_configs\s*:", re.MULTILINE)
_TESTS = re.compile(r"^tests\s*:", re.MULTILINE)
_RULE_FILES = re.compile(r"^rule_files\s*:", re.MULTILINE)
_LISTED = re.compile(r"^\s*-\s*[\"']?([\w./-]+\.ya?ml)[\"']?\s*$", re.MULTILINE)
_LACKING = re.compile(r"field (\w+_sd_configs) not found in type config\.ScrapeConfig")
_TOLD = re.compile(r"^\s*(?:\S+?: )?(?:line )?(\d+)(?::(\d+))?: (.*)$")


def applies(source: Source) -> bool:
    """YAML that has the shape of a Prometheus file; Loki's rules, whose expressions are LogQL, are not its own."""
    return source.suffix in {".yaml", ".yml"} and "loki" not in source.path.lower() and _kind(source) is not None


def _kind(source: Source) -> tuple[str, ...] | None:
    """promtool's command for a file like this one."""
    text = source.head
    if _SCRAPE.search(text):
        return ("check", "config", "--syntax-only")  # the rules and targets it names are files of other machines
    if _GROUPS.search(text) and _EXPR.search(text):
        return ("check", "rules")
    if _TESTS.search(text) and _RULE_FILES.search(text):
        return ("test", "rules")
    return None


async def check(sources: Sequence[Source], bench: Bench) -> Sequence[Validation | None]:
    """Everything promtool says is an error; rule tests are run, with the rule files that they name."""
    by_kind: defaultdict[tuple[str, ...], list[Source]] = defaultdict(list)
    for each in sources:
        by_kind[_kind(each) or ()].append(each)
    said: dict[str, Validation | None] = {}
    for command, some in by_kind.items():
        if command[:1] == ("test",):
            for each in some:
                _bring_rules(each, bench)
        verdict = await ask(NAME, [*command, "./{path}"], some, bench, install=INSTALL)
        said |= {each.path: _judged(each, verdict) for each in some}
    return [said[each.path] for each in sources]


def _bring_rules(source: Source, bench: Bench) -> None:
    folder = source.path.rpartition("/")[0]
    for name in _LISTED.findall(source.text):
        path = "/".join(each for each in [*folder.split("/"), *name.split("/")] if each not in {"", "."})
        if ".." not in path.split("/") and not name.startswith("/"):
            bench.bring(path, source)


def _judged(source: Source, verdict: Verdict) -> Validation | None:
    if not verdict.completed.returncode:
        return verdict.judged(source, [])
    if len(verdict.sources) > 1:
        return None  # names go to one stream and faults to the other: which file is meant is clear only of one alone
    if lacking := _LACKING.search(verdict.completed.stderr):
        # Debian builds it without the discovery of clouds and Kubernetes: its word on such a file is worth nothing.
        # Returned, not raised: this very program will say the same again, so it need not be asked.
        return verdict.refused(_("this build knows no {name}", name=lacking[1])).validation
    return verdict.judged(source, _findings(verdict))


def _findings(verdict: Verdict) -> list[Finding]:
    lines = [line.strip() for line in verdict.completed.stderr.splitlines() if line.strip()]
    told = [
        line for line in lines if line not in {"FAILED:", "SUCCESS"} and not line.endswith("yaml: unmarshal errors:")
    ]
    return [_finding(line) for line in told] or [Finding(rule="promtool", severity="error", message=" ".join(lines))]


def _finding(said: str) -> Finding:
    found = _TOLD.match(said)
    line, column, message = (found[1], found[2], found[3]) if found else (None, None, said)
    return Finding(
        rule="promtool",
        line=int(line) if line else None,
        column=int(column) if column else None,
        severity="error",
        message=message.removeprefix("FAILED: "),
    )
