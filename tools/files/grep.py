"""The tool that searches text in files, leaving out what git ignores, binary and huge files."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import anyio.to_thread
from pydantic import Field

from resources.catalogue import _
from tools.context import Given
from tools.files.glob import PatternError, matching
from tools.guard.errors import ExpectedError
from tools.guard.redact import Redactor
from tools.guard.workspace import Workspace
from tools.model import Model

LARGEST = 16 * 1024 * 1024
LONGEST_SHOWN = 300
TIME_LIMIT = 20.0
QUICK_LOOK = 0.1
_DEPENDS_ON_CUT = re.compile(r"\(\?|\(\*|\\[AZzGKbBmM]|[*+?}]\+")


class Match(Model):
    """One line that matches; a long line is shown around the match."""

    path: str
    line: int
    text: str


class Matches(Model):
    """Matching lines in the order of path and line. `next_offset` says where to go on; null at the end."""

    summary: str
    matches: list[Match]
    next_offset: int | None = Field(description="Pass as `offset` to go on; null at the end.")
    files_searched: int
    skipped: list[str] = Field(default=[], description="Files not searched: binary, too large or unreadable.")
    warnings: list[str] = []


async def grep(
    deps: Given,
    pattern: Annotated[str, Field(description="Regular expression (Python syntax).", min_length=1, max_length=1_000)],
    path: Annotated[str, Field(description="File or folder to search.")] = ".",
    include: Annotated[str | None, Field(description="Only files this gitignore-style pattern names.")] = None,
    ignore_case: Annotated[bool, Field(description="Match upper and lower case alike.")] = False,
    offset: Annotated[int, Field(ge=0, description="How many matches to skip.")] = 0,
) -> Matches:
    """Search text in the workspace's files. Files that git ignores, `.git` and installed dependencies are left out."""
    workspace = deps.place
    target = workspace.resolve(path)
    return await anyio.to_thread.run_sync(
        lambda: _search(
            workspace,
            target,
            pattern,
            include,
            ignore_case,
            offset,
            deps.output_limit,
            deps.gate.redactor if deps.gate else None,
        ),
        abandon_on_cancel=True,  # the search stops by itself at its time limit
    )


def _search(
    workspace: Workspace,
    target: Path,
    pattern: str,
    include: str | None,
    ignore_case: bool,
    offset: int,
    characters: int,
    redactor: Redactor | None,
) -> Matches:
    import regex  # noqa: PLC0415 - cold start; unlike re, its matching can be bounded in time

    try:
        compiled = regex.compile(pattern.encode(), regex.IGNORECASE if ignore_case else 0)
    except regex.error as error:
        raise PatternError(_("The pattern {pattern} is malformed: {reason}.", pattern=pattern, reason=error)) from error
    whole = regex.compile(pattern.encode(), compiled.flags | regex.MULTILINE) if _same_on_whole_files(pattern) else None
    files, warnings = _files(workspace, target, include)
    deadline = time.monotonic() + TIME_LIMIT
    skipped: list[str] = []
    kept: list[Match] = []
    seen = 0
    following: int | None = None
    for name in files:
        content = _text(workspace, name, skipped)
        if whole is not None and not _may_match(content, whole):
            if time.monotonic() > deadline:
                raise _too_slow()
            continue
        for match in _shown_matches(name, content, compiled, deadline, redactor):
            seen += 1
            if seen <= offset:
                continue
            characters -= len(match.text) + len(match.path) + 40
            if characters < 0 and kept:
                following = seen - 1
                break
            kept.append(match)
        if following is not None:
            break
    return Matches(
        summary=_("{count} matching lines in {files} files.", count=len(kept), files=len({each.path for each in kept})),
        matches=kept,
        next_offset=following,
        files_searched=len(files) - len(skipped),
        skipped=skipped[:50],
        warnings=warnings,
    )


def _files(workspace: Workspace, target: Path, include: str | None) -> tuple[list[str], list[str]]:
    if not target.is_dir():
        return [workspace.relative(target)], []
    from tools.stacks.walk import walk  # noqa: PLC0415 - cold start

    found = walk(target)
    names = matching(found.files, include) if include else sorted(found.files)
    prefix = "" if target == workspace.root else workspace.relative(target) + "/"
    return [prefix + name for name in names], found.warnings


def _text(workspace: Workspace, name: str, skipped: list[str]) -> bytes:
    try:
        with workspace.open(name) as stream:
            content = stream.read(LARGEST + 1)
    except ExpectedError:
        skipped.append(name)
        return b""
    if len(content) > LARGEST or b"\0" in content[:8_192]:
        skipped.append(name)
        return b""
    return content


def _same_on_whole_files(pattern: str) -> bool:
    """Whether a line that matches makes its whole file match, so that one search can rule a file out.

    Anchors to the text's ends, looking around and giving nothing back depend on where the text is cut.
    """
    return not _DEPENDS_ON_CUT.search(pattern.replace("(?:", "("))


def _may_match(content: bytes, whole: object) -> bool:
    import regex  # noqa: PLC0415

    assert isinstance(whole, regex.Pattern)  # noqa: S101 - the type has no public name to annotate with
    try:
        return whole.search(content, timeout=QUICK_LOOK) is not None
    except TimeoutError:
        return True  # slow on a whole file; line by line it may be quick


def _too_slow() -> PatternError:
    return PatternError(
        _("The search ran past {seconds} s.", seconds=TIME_LIMIT), _("Use a simpler pattern, or a narrower path.")
    )


def _shown_matches(
    name: str, content: bytes, compiled: object, deadline: float, redactor: Redactor | None
) -> Iterator[Match]:
    """The matches in the file as it may be shown.

    A line that matches only in a secret is no match: otherwise patterns would tell a secret letter by letter.
    """
    if redactor is None:
        yield from _matches(name, content, compiled, deadline)
        return
    if next(_matches(name, content, compiled, deadline), None) is None:
        return
    text = content.decode("utf-8", errors="surrogateescape")
    shown = redactor.text(text, keep_lines=True).encode("utf-8", errors="surrogateescape")
    yield from _matches(name, shown, compiled, deadline)


def _matches(name: str, content: bytes, compiled: object, deadline: float) -> Iterator[Match]:
    import regex  # noqa: PLC0415

    assert isinstance(compiled, regex.Pattern)  # noqa: S101 - the type has no public name to annotate with
    for number, line in enumerate(content.split(b"\n"), 1):
        left = deadline - time.monotonic()
        try:
            found = compiled.search(line, timeout=max(left, 0.001))
        except TimeoutError as error:
            raise _too_slow() from error
        if found:
            yield Match(path=name, line=number, text=_shown(line, found.start()))


def _shown(line: bytes, start: int) -> str:
    text = line.decode("utf-8", errors="replace").rstrip("\r")
    if len(text) <= LONGEST_SHOWN:
        return text
    at = len(line[:start].decode("utf-8", errors="replace"))
    first = max(0, at - LONGEST_SHOWN // 3)
    return ("…" if first else "") + text[first : first + LONGEST_SHOWN] + "…"
