"""Runs a checker's program on the private copy, and says honestly when it is absent or did not do its work."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.guard.errors import ProcessTimeoutError, ProgramMissingError
from tools.guard.process import Completed, find_program, run
from tools.validate.checker import Source

TIME_LIMIT = 60.0
WITH_EXTRA = "pip install 'astreinte[checkers]'"
_versions: dict[str, str] = {}


@dataclass(frozen=True)
class Verdict:
    """A program's own word on one file."""

    program: str
    version: str | None
    completed: Completed


async def version_of(program: str, *arguments: str) -> str | None:
    """The version a program gives of itself, asked once per process; None when it does not say."""
    if program not in _versions:
        try:
            told = await run([program, *(arguments or ("--version",))], cwd=Path(program).parent, timeout=20)
        except (ProgramMissingError, ProcessTimeoutError):
            return None
        found = re.search(r"\d+\.\d+(?:\.\d+)*", told.stdout + told.stderr)
        if found is None:
            return None
        _versions[program] = found[0]
    return _versions[program]


async def ask(
    name: str,
    arguments: Sequence[str],
    source: Source,
    tree: Path,
    *,
    install: str = WITH_EXTRA,
    accepted: Sequence[int] = (0, 1),
    env: Mapping[str, str] | None = None,
    version: Sequence[str] = ("--version",),
) -> Verdict | Validation:
    """Run `name` in the private copy. Anything but an `accepted` exit status is `not_validated`, with the reason.

    `{path}` in `arguments` stands for the file's path. HOME is the private copy: no user configuration is read.
    """
    program = find_program(name)
    if program is None:
        return absent(name, source, install)
    told = await version_of(program, *version)
    argv = [program, *(argument.replace("{path}", source.path) for argument in arguments)]
    try:
        completed = await run(argv, cwd=tree, env={"HOME": str(tree), **(env or {})}, timeout=TIME_LIMIT)
    except ProcessTimeoutError as error:
        return unfinished(name, source, str(error), told)
    if completed.returncode not in accepted:
        said = (completed.stderr or completed.stdout).strip().splitlines()
        reason = _("it ended with status {status}: {said}", status=completed.returncode, said=said[-1] if said else "")
        return unfinished(name, source, reason, told, completed)
    return Verdict(program, told, completed)


def absent(name: str, source: Source, install: str) -> Validation:
    """`not_validated`, because the tool is not installed."""
    reason = _("tool absent: {name}. Install it: {install}.", name=name, install=install)
    return Validation(path=source.path, tool=name, status="not_validated", reason=reason)


def unfinished(
    name: str, source: Source, reason: str, version: str | None = None, completed: Completed | None = None
) -> Validation:
    """`not_validated`, because the tool did not do its work."""
    return Validation(
        path=source.path,
        tool=name,
        version=version,
        status="not_validated",
        exit_status=completed.returncode if completed else None,
        duration=round(completed.duration, 3) if completed else 0.0,
        reason=reason,
    )


def judged(name: str, source: Source, verdict: Verdict, findings: list[Finding]) -> Validation:
    """The tool's findings as a validation: any finding is a failure."""
    return Validation(
        path=source.path,
        tool=name,
        version=verdict.version,
        status="failed" if findings else "passed",
        exit_status=verdict.completed.returncode,
        findings=sorted(findings, key=lambda each: (each.line or 0, each.column or 0, each.rule)),
        duration=round(verdict.completed.duration, 3),
    )
