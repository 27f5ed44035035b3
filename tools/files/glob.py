"""The tool that finds files by name, leaving out what git ignores."""

from typing import Annotated

import anyio.to_thread
from pydantic import Field

from resources.catalogue import _
from tools.context import Given
from tools.guard.errors import ExpectedError
from tools.model import Model


class Paths(Model):
    """Matching files in alphabetical order. `next_offset` says where to go on; null at the end."""

    summary: str
    paths: list[str]
    total: int
    next_offset: int | None = Field(description="Pass as `offset` to go on; null at the end.")
    warnings: list[str] = []


class PatternError(ExpectedError):
    """A pattern that cannot be understood, or takes too long."""


async def glob(
    deps: Given,
    pattern: Annotated[
        str, Field(description="Gitignore-style pattern: '*.tf', 'src/**/Dockerfile*'.", max_length=500)
    ],
    path: Annotated[str, Field(description="Folder to look in.")] = ".",
    offset: Annotated[int, Field(ge=0, description="How many matches to skip.")] = 0,
) -> Paths:
    """Find files by name in the workspace. Files that git ignores, `.git` and installed dependencies are left out."""
    folder = deps.place.directory(path)
    prefix = "" if folder == deps.place.root else deps.place.relative(folder) + "/"

    def search() -> Paths:
        from tools.stacks.walk import walk  # noqa: PLC0415 - cold start

        found = walk(folder)
        matches = matching(found.files, pattern)
        return _page([prefix + each for each in matches], offset, deps.output_limit, found.warnings)

    return await anyio.to_thread.run_sync(search)


def matching(files: list[str], pattern: str) -> list[str]:
    """The files that `pattern` names, in alphabetical order.

    Raises:
        PatternError: the pattern is malformed.
    """
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - cold start
    from pathspec.patterns.gitignore import GitIgnorePatternError  # noqa: PLC0415

    try:
        spec = GitIgnoreSpec.from_lines([pattern])
    except GitIgnorePatternError as error:
        raise PatternError(
            _("The pattern {pattern} is malformed.", pattern=pattern), _("Example: src/**/*.py.")
        ) from error
    return sorted(spec.match_files(files))


def _page(paths: list[str], offset: int, characters: int, warnings: list[str]) -> Paths:
    kept: list[str] = []
    for each in paths[offset:]:
        characters -= len(each) + 4  # quotes, comma and line end of its JSON form
        if characters < 0 and kept:
            break
        kept.append(each)
    following = offset + len(kept)
    return Paths(
        summary=_("{shown} of {total} files.", shown=len(kept), total=len(paths)),
        paths=kept,
        total=len(paths),
        next_offset=following if following < len(paths) else None,
        warnings=warnings,
    )
