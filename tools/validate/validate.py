"""The tool that has files judged by the real checkers, and the function generators use for the same."""

import asyncio
import hashlib
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Annotated

import anyio.to_thread
from pydantic import Field

from resources.catalogue import _
from tools.context import Deps, Given
from tools.delivery import File, Validation
from tools.files.glob import matching
from tools.guard.errors import ExpectedError, NotFoundError
from tools.model import Model
from tools.stacks.walk import walk
from tools.validate.checker import Checker, Source
from tools.validate.registry import CHECKERS

AT_ONCE = 4
MOST_FILES = 500
LARGEST = 2_000_000
_CACHE_SIZE = 4_096
_cache: OrderedDict[tuple[str, str, str], Validation] = OrderedDict()


class ValidationReport(Model):
    """What each checker said of each file, ordered by file."""

    summary: str
    validations: list[Validation]
    unknown: list[str] = Field(default=[], description="Files that no checker knows.")
    skipped: list[str] = Field(default=[], description="Files not looked at: unreadable, too large or too many.")


async def validate(
    deps: Given,
    paths: Annotated[
        list[str] | None,
        Field(description="Files, folders or gitignore-style patterns. Default: every file a checker knows."),
    ] = None,
) -> ValidationReport:
    """Judge files of the workspace with the field's real tools: actionlint, zizmor, shellcheck, shfmt, schemas, …

    One result per file and tool: passed, failed with findings (rule, line, severity), or not_validated with the
    reason (the tool is absent). The repository's own configuration cannot silence a tool.
    """
    sources, unknown, skipped = await anyio.to_thread.run_sync(_collect, deps, paths)
    validations = await judge(sources)
    failed = sum(each.status == "failed" for each in validations)
    unseen = sum(each.status == "not_validated" for each in validations)
    summary = _(
        "{files} files: {passed} checks passed, {failed} failed, {unseen} not validated.",
        files=len(sources),
        passed=len(validations) - failed - unseen,
        failed=failed,
        unseen=unseen,
    )
    return ValidationReport(summary=summary, validations=validations, unknown=unknown, skipped=skipped[:100])


async def validate_files(files: Sequence[File]) -> list[Validation]:
    """What each checker says of generated files that are not on disk yet."""
    return await judge([Source(file.path, file.content.encode()) for file in files])


async def judge(sources: Sequence[Source]) -> list[Validation]:
    """Every checker on every file it applies to, a few at once; known content is not judged twice."""
    room = asyncio.Semaphore(AT_ONCE)
    with tempfile.TemporaryDirectory(prefix="astreinte-") as private:  # mode 0700
        tree = Path(private)
        await anyio.to_thread.run_sync(_lay_out, sources, tree)

        async def one(checker: Checker, source: Source) -> Validation:
            key = (checker.NAME, source.path, hashlib.sha256(source.content).hexdigest())
            if key in _cache:
                _cache.move_to_end(key)
                return _cache[key]
            async with room:
                said = await checker.check(source, tree)
            if said.status != "not_validated":  # the tool may be installed by the next call
                _cache[key] = said
                if len(_cache) > _CACHE_SIZE:
                    _cache.popitem(last=False)
            return said

        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(one(checker, source))
                for source in sorted(sources, key=lambda each: each.path)
                for checker in CHECKERS
                if checker.applies(source)
            ]
    return [task.result() for task in tasks]


def _lay_out(sources: Sequence[Source], tree: Path) -> None:
    for source in sources:
        if ".." in PurePosixPath(source.path).parts or PurePosixPath(source.path).is_absolute():
            raise ValueError(source.path)  # a generator's bug: workspace paths are resolved before they come here
        target = tree / source.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.content)


def _collect(deps: Deps, paths: list[str] | None) -> tuple[list[Source], list[str], list[str]]:
    workspace = deps.place
    named, explicit = _names(deps, paths)
    sources: list[Source] = []
    unknown: list[str] = []
    skipped: list[str] = []
    for name in named:
        if len(sources) >= MOST_FILES:
            skipped.append(name)
            continue
        try:
            with workspace.open(name) as stream:
                content = stream.read(LARGEST + 1)
        except ExpectedError:
            if name in explicit:
                raise
            skipped.append(name)
            continue
        source = Source(name, content)
        if not any(checker.applies(source) for checker in CHECKERS):
            unknown += [name] if name in explicit else []
        elif len(content) > LARGEST:
            skipped.append(name)
        else:
            sources.append(source)
    return sources, unknown, skipped


def _names(deps: Deps, paths: list[str] | None) -> tuple[list[str], set[str]]:
    """The files to look at, and those among them that were named one by one."""
    workspace = deps.place
    everything: list[str] | None = None
    names: set[str] = set()
    explicit: set[str] = set()
    for path in paths or ["."]:
        is_pattern = any(sign in path for sign in "*?[")
        target = None if is_pattern else workspace.resolve(path)
        if target is not None and not target.is_dir():
            explicit.add(workspace.relative(target))
            continue
        if everything is None:
            everything = sorted(walk(workspace.root).files)
        if target is None:
            names |= set(matching(everything, path))
        else:
            prefix = "" if target == workspace.root else workspace.relative(target) + "/"
            names |= {name for name in everything if name.startswith(prefix)}
    if not explicit and not names and paths:
        raise NotFoundError(
            _("No file matches {paths}.", paths=", ".join(paths)), _("Look with glob for what there is.")
        )
    return sorted(names | explicit), explicit
