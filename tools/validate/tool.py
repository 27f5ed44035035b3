"""Runs a checker's program on its bench, and says honestly when it is absent or did not do its work."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.guard.errors import ProcessTimeoutError, ProgramMissingError
from tools.guard.process import Completed, find_program, run
from tools.validate.bench import Bench
from tools.validate.checker import Source

Told = TypeVar("Told")
WITH_EXTRA = "pip install 'astreinte[checkers]'"
_versions: dict[tuple[tuple[str, int, int], tuple[str, ...]], str] = {}


class NotJudgedError(Exception):
    """Nobody has looked at the file; `validation` says why."""

    def __init__(self, validation: Validation) -> None:
        self.validation = validation
        super().__init__(validation.reason)


@dataclass(frozen=True)
class Verdict:
    """A program's own word on the files of one run."""

    tool: str
    sources: Sequence[Source]
    version: str | None
    completed: Completed

    def json(self) -> Any:  # noqa: ANN401 - JSON
        """Standard output read as JSON.

        Raises:
            NotJudgedError: it is not JSON.
        """
        try:
            return json.loads(self.completed.stdout)
        except ValueError as error:
            said = _last_words(self.completed)
            raise self.refused(_("its answer cannot be read: {said}", said=said or str(error))) from error

    def by_file(self, told: Iterable[Told], path_of: Callable[[Told], str]) -> dict[str, list[Told]]:
        """What was told of each file, by the path the tool names.

        Raises:
            NotJudgedError: a path is none of the run's, or the exit status speaks of faults that nobody named.
        """
        found: dict[str, list[Told]] = {each.path: [] for each in self.sources}
        for each in told:
            path = path_of(each).removeprefix("./")
            if path not in found:
                raise self.refused(_("it speaks of a file that it was not asked about: {path}", path=path))
            found[path].append(each)
        if self.completed.returncode and not any(found.values()):
            raise self.refused(
                _(
                    "it ended with status {status}: {said}",
                    status=self.completed.returncode,
                    said=_last_words(self.completed),
                )
            )
        return found

    def judged(self, source: Source, findings: Sequence[Finding], *, suppressed: Sequence[Finding] = ()) -> Validation:
        """The tool's findings on `source` as a validation: any finding is a failure."""
        status = self.completed.returncode
        # Of a run that failed for another file's sake the status says nothing.
        own = len(self.sources) == 1 or bool(findings) or not status
        return Validation(
            path=source.path,
            tool=self.tool,
            version=self.version,
            status="failed" if findings else "passed",
            exit_status=status if own else None,
            findings=in_order(findings),
            suppressed=in_order(suppressed),
            duration=round(self.completed.duration / len(self.sources), 3),
        )

    def refused(self, reason: str, source: Source | None = None) -> NotJudgedError:
        """The error to raise when the tool ran but did not judge its files (`source`, when one is to blame)."""
        return NotJudgedError(unfinished(self.tool, source or self.sources[0], reason, self.version, self.completed))


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Findings as a reader meets them in the file."""
    return sorted(findings, key=lambda each: (each.line or 0, each.column or 0, each.rule, each.message))


def fingerprint(programs: Sequence[str]) -> tuple[tuple[str, int, int] | None, ...]:
    """Which very programs would run: their path, age and size; None for an absent one."""
    return tuple(_identity(found) if (found := find_program(name)) else None for name in programs)


def _identity(program: str) -> tuple[str, int, int]:
    known = Path(program).stat()
    return program, known.st_mtime_ns, known.st_size


async def version_of(program: str, *arguments: str) -> str | None:
    """The version a program gives of itself, asked once; None when it does not say."""
    identity = (_identity(program), tuple(arguments))  # a plug-in has a version of its own
    if identity not in _versions:
        # Not the whole of terraform's: it would call home to learn whether it is up to date.
        silent = {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": "/dev/null"}
        try:
            told = await run(
                [program, *(arguments or ("--version",))], cwd=Path(program).parent, env=silent, timeout=20
            )
        except (ProgramMissingError, ProcessTimeoutError):
            return None
        found = re.search(r"\d+\.\d+(?:\.\d+)*", told.stdout + told.stderr)
        if found is None or told.returncode:
            return None
        _versions[identity] = found[0]
    return _versions[identity]


async def ask(
    name: str,
    arguments: Sequence[str],
    sources: Sequence[Source],
    bench: Bench,
    *,
    program: str | None = None,
    install: str = WITH_EXTRA,
    accepted: Sequence[int] = (0, 1),
    env: Mapping[str, str] | None = None,
    version: Sequence[str] = ("--version",),
    output_limit: int = 2_000_000,
) -> Verdict:
    """Run the tool `name` (its `program`, when that is called otherwise) once on `sources`.

    An argument with `{path}` in it is given once for each file, with its path. Anything but an `accepted` exit
    status means that the tool did not do its work.

    Raises:
        NotJudgedError: the program is absent, took too long, crashed or said more than can be read.
    """
    first = sources[0]
    found = find_program(program or name)
    if found is None:
        reason = _("tool absent: {name}. Install it: {install}.", name=program or name, install=install)
        raise NotJudgedError(unfinished(name, first, reason))
    told = await version_of(found, *version)
    argv = [found]
    for argument in arguments:
        argv += [argument.replace("{path}", each.path) for each in sources] if "{path}" in argument else [argument]
    try:
        completed = await run(
            argv,
            cwd=bench.root,
            env={"HOME": str(bench.home), **(env or {})},
            timeout=bench.limit,
            output_limit=output_limit,
        )
    except (ProcessTimeoutError, ProgramMissingError) as error:
        raise NotJudgedError(unfinished(name, first, str(error), told)) from error
    verdict = Verdict(name, sources, told, completed)
    if completed.returncode not in accepted or (completed.truncated and len(sources) > 1):
        said = _last_words(completed)
        raise verdict.refused(_("it ended with status {status}: {said}", status=completed.returncode, said=said))
    return verdict


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


def _last_words(completed: Completed) -> str:
    """What a program said before it gave up, without stack traces, on one line."""
    text = completed.stderr.strip() or completed.stdout.strip()
    if "Traceback (most recent call last)" in text:
        text = text.splitlines()[-1]
    words = " ".join(re.split(r"\n\s*Stack backtrace:|HasCallStack", text)[0].split())
    return words if len(words) <= 400 else "…" + words[-400:]
