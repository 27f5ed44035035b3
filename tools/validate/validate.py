"""The tool that has files judged by the real checkers, and the function generators use for the same."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

import anyio.to_thread
from pydantic import Field

from resources.catalogue import _
from tools.context import Given
from tools.delivery import File, Mismatch, Validation
from tools.guard.workspace import Workspace
from tools.model import Model
from tools.validate.checker import Source


class ValidationReport(Model):
    """What each checker said of each file, ordered by file."""

    summary: str
    validations: list[Validation]
    mismatches: list[Mismatch] = Field(default=[], description="Where two of the files contradict each other.")
    unknown: list[str] = Field(default=[], description="Files that were named and that no checker knows.")
    skipped: list[str] = Field(default=[], description="What was not looked at (unreadable, too large, too many).")


async def validate(
    deps: Given,
    paths: Annotated[
        list[str] | None,
        Field(description="Files, folders or gitignore-style patterns. Default: every file a checker knows."),
    ] = None,
) -> ValidationReport:
    """Judge files of the workspace with the field's real tools: actionlint, zizmor, shellcheck, shfmt, schemas, …

    One result per file and tool: passed, failed with findings (rule, line, severity), or not_validated with the
    reason (the tool is absent), and where files contradict each other. The repository's own configuration cannot
    silence a tool.
    """
    from tools.consistency.contradictions import contradictions  # noqa: PLC0415 - the checkers are not needed to start
    from tools.validate.collect import collect, listed, read_file  # noqa: PLC0415
    from tools.validate.judge import judge  # noqa: PLC0415

    workspace = deps.place
    collected = await anyio.to_thread.run_sync(collect, workspace, paths or [])
    await deps.progress(0, None, _("{count} files to judge", count=len(collected.sources)))
    validations = await judge(collected.sources, lookup=partial(read_file, workspace), listing=listed(workspace))
    mismatches = await anyio.to_thread.run_sync(contradictions, collected.sources)
    failed = sum(each.status == "failed" for each in validations)
    unseen = sum(each.status == "not_validated" for each in validations)
    summary = _(
        "{files} files: {passed} checks passed, {failed} failed, {unseen} not validated; {mismatches} contradictions.",
        files=len(collected.sources),
        passed=len(validations) - failed - unseen,
        failed=failed,
        unseen=unseen,
        mismatches=len(mismatches),
    )
    return ValidationReport(
        summary=summary,
        validations=validations,
        mismatches=mismatches,
        unknown=collected.unknown[:100],
        skipped=collected.skipped[:100],
    )


async def validate_files(
    files: Sequence[File], *, workspace: Workspace | None = None, limit: float = 60.0
) -> list[Validation]:
    """What each checker says of generated files that are not on disk yet.

    `workspace` is the repository they will land in: a workflow that calls its actions is judged with them.
    """
    from tools.validate.collect import listed, read_file  # noqa: PLC0415 - the checkers are not needed to start
    from tools.validate.judge import judge  # noqa: PLC0415

    sources = [Source(file.path, file.content.encode()) for file in files]
    if workspace is None:
        return await judge(sources, limit=limit)
    return await judge(sources, lookup=partial(read_file, workspace), listing=listed(workspace), limit=limit)
