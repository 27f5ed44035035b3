"""compose-lint: the security of Docker Compose files."""

import re
from collections.abc import Sequence
from typing import Any

from resources.catalogue import _
from tools.delivery import Finding, FindingLevel, Validation
from tools.validate.bench import Bench
from tools.validate.checker import ONE, Source
from tools.validate.tool import ask

NAME = "compose-lint"
PROGRAMS: tuple[str, ...] = ("compose-lint",)
TAKES = ONE
LEVELS: dict[str, FindingLevel] = {"critical": "error", "high": "error", "medium": "warning", "low": "info"}
_NAMES = re.compile(r"(^|/)(docker-)?compose([.-][\w.-]+)?\.ya?ml$")
_SERVICES = re.compile(r"^[\"']?services[\"']?\s*:", re.MULTILINE)
_OTHER_FILES = re.compile(
    r"^\s*(?:-\s*)?(?:path|file|include)\s*:\s*[\"']?([\w./-]+\.ya?ml)|^\s*-\s*([\w./-]+\.ya?ml)", re.MULTILINE
)


def is_compose(source: Source) -> bool:
    """Compose files by name, when they have services."""
    return bool(_NAMES.search(source.path)) and bool(_SERVICES.search(source.head))


def applies(source: Source) -> bool:
    """Compose files."""
    return is_compose(source)


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """Critical and high are errors, medium a warning, low info. What it could not follow is told as the reason."""
    (source,) = sources
    folder = source.path.rpartition("/")[0]
    for names in _OTHER_FILES.findall(source.text):  # `include` and `extends` are judged with what they bring in
        path = next(name for name in names if name).removeprefix("./")
        if ".." not in path.split("/") and not path.startswith("/"):
            bench.bring(f"{folder}/{path}" if folder else path, source)
    config = bench.home / "compose-lint.yml"
    config.touch()
    flags = [
        "--format",
        "json",
        "--config",
        str(config),
        "--no-merge-overrides",
        "--no-env",
        "--allow-partial-coverage",
    ]
    verdict = await ask(NAME, ["check", *flags, "./{path}"], sources, bench, accepted=(0, 1, 2))
    told = verdict.json()
    # An override or an included file is its own result.
    own = [each for each in told["findings"] if each["file"].removeprefix("./") == source.path]
    found = [_finding(each) for each in own if not each["suppressed"]]
    found += [
        Finding(rule=each.get("kind") or "error", severity="error", message=each["message"]) for each in told["errors"]
    ]
    said = verdict.judged(source, found, suppressed=[_finding(each) for each in own if each["suppressed"]])
    gaps = [each["message"] for each in told["warnings"] if each.get("kind") == "coverage_gap"]
    if not gaps:
        return [said]
    reason = _("not wholly judged: {gaps}", gaps=" ".join(gaps))
    return [said.model_copy(update={"status": "failed" if found else "not_validated", "reason": reason})]


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(
        rule=told["rule_id"],
        line=told["line"],
        severity=LEVELS.get(told["severity"], "warning"),
        message=f"{told['service']}: {told['message']}" if told.get("service") else told["message"],
    )
