"""shellcheck: bugs in shell scripts, and in the scripts of a GitLab pipeline's jobs."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import MANY, Source
from tools.validate.gitlab_pipeline import JobScript, is_pipeline, scripts
from tools.validate.scripts import dialect
from tools.validate.suppressions import hidden, without_shellcheck_directives
from tools.validate.tool import Verdict, ask

NAME = "shellcheck"
PROGRAMS: tuple[str, ...] = ("shellcheck",)
TAKES = MANY
# SC1091 says that a sourced file was not followed, which is about us and not about the script.
FLAGS = ["--norc", "--format=json1", "--color=never", "--exclude=SC1091"]
# A job's variables come from GitLab, and what it sets may be for the programs it calls.
START = "set -eo pipefail"
JOB_FLAGS = ["--norc", "--format=json1", "--color=never", "--exclude=SC1091,SC2034,SC2154", "--shell=bash"]


def applies(source: Source) -> bool:
    """Shell scripts, by shebang or ending, and GitLab pipelines."""
    return dialect(source) is not None or is_pipeline(source)


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """The levels are shellcheck's own. No rc file is read; what `disable` comments hide is `suppressed`."""
    scripts_alone = [each for each in sources if not is_pipeline(each)]
    said = await _check_scripts(scripts_alone, bench) if scripts_alone else {}
    for each in sources:
        if is_pipeline(each):
            said[each.path] = await _check_jobs(each, bench)
    return [said[each.path] for each in sources]


async def _check_scripts(sources: Sequence[Source], bench: Bench) -> dict[str, Validation]:
    arguments = [*FLAGS, "--", "{path}"]
    verdict = await ask(NAME, arguments, sources, bench)
    shown = _findings(verdict)
    said = {each.path: verdict.judged(each, shown[each.path]) for each in sources}
    unarmed = {each.path: without_shellcheck_directives(each.content) for each in sources}
    silencing = [each for each in sources if unarmed[each.path]]
    if silencing:
        for each in silencing:
            bench.write(each.path, unarmed[each.path] or each.content)
        everything = _findings(await ask(NAME, arguments, silencing, bench))
        for each in silencing:
            silent = hidden(shown[each.path], everything[each.path])
            said[each.path] = verdict.judged(each, shown[each.path], suppressed=silent)
    return said


async def _check_jobs(source: Source, bench: Bench) -> Validation:
    """Every job's script at once; the runner stops at the first command that fails, so does the script."""
    found = scripts(source.text)
    folder = PurePosixPath(source.path).parent
    # A pipeline of nothing but triggers and includes has no script: an empty one is judged in its place.
    jobs = {f"{folder / f'job-{number}.bash'}": script for number, script in enumerate(found or [JobScript("")])}
    contents = {name: "\n".join([START, *script.lines, ""]).encode() for name, script in jobs.items()}
    for name, content in contents.items():
        bench.write(name, content)
    verdict = await ask(NAME, [*JOB_FLAGS, "--", *jobs], [source], bench)
    shown = _job_findings(verdict, jobs)
    unarmed = {name: without_shellcheck_directives(content) for name, content in contents.items()}
    if not any(unarmed.values()):
        return verdict.judged(source, shown)
    for name, disarmed in unarmed.items():
        bench.write(name, disarmed or contents[name])
    everything = _job_findings(await ask(NAME, [*JOB_FLAGS, "--", *jobs], [source], bench), jobs)
    return verdict.judged(source, shown, suppressed=hidden(shown, everything))


def _job_findings(verdict: Verdict, jobs: Mapping[str, JobScript]) -> list[Finding]:
    return [
        Finding(
            rule=f"SC{told['code']}",
            line=_line(jobs[told["file"].removeprefix("./")], told["line"]),
            severity=told["level"],
            message=f"{jobs[told['file'].removeprefix('./')].job}: {told['message']}",
        )
        for told in verdict.json()["comments"]
    ]


def _line(script: JobScript, number: int) -> int | None:
    """The line of the pipeline that line `number` of the written script comes from; the first one is ours."""
    index = min(max(number - 2, 0), len(script.places) - 1)
    return script.places[index] if script.places else None


def _findings(verdict: Verdict) -> dict[str, list[Finding]]:
    told = verdict.by_file(verdict.json()["comments"], lambda each: str(each["file"]))
    return {path: [_finding(each) for each in some] for path, some in told.items()}


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(
        rule=f"SC{told['code']}",
        line=told["line"],
        column=told["column"],
        severity=told["level"],
        message=told["message"],
    )
