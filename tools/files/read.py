"""The tool that reads one text file of the workspace, a page of lines at a time."""

import hashlib
from io import BufferedReader, BytesIO
from typing import Annotated, BinaryIO

import anyio.to_thread
from pydantic import Field

from resources.catalogue import _
from tools.context import Given
from tools.files.in_memory import is_in_memory, is_local
from tools.guard.errors import UnreadableFileError
from tools.guard.redact import Redactor
from tools.model import Model

LARGEST_HASHED = 64 * 1024 * 1024
"""Beyond this many bytes a file is paged without a digest: hashing a gigabyte would hold the answer up."""
LARGEST_REDACTED = 2 * 1024 * 1024
LONGEST_LINE = 2_000


class FileView(Model):
    """A page of a text file. `next_line` says where to go on; null at the end."""

    summary: str
    path: str
    size: int = Field(description="Bytes in the whole file.")
    sha256: str | None = Field(description="Digest of the whole file, to hand to write or edit; null above 64 MiB.")
    first_line: int = Field(description="1-based number of the first line in content.")
    line_count: int = Field(description="Lines in content.")
    content: str
    next_line: int | None = Field(description="Pass as `line` to read on; null at the end of the file.")
    truncated_lines: int = Field(default=0, description="Lines that were cut because they are too long.")


async def read(
    deps: Given,
    path: Annotated[str, Field(description="File, relative to the workspace.")],
    line: Annotated[int, Field(ge=1, description="First line to return (1-based).")] = 1,
    limit: Annotated[int, Field(ge=1, le=100_000, description="Most lines to return.")] = 2_000,
) -> FileView:
    """Read a text file of the workspace. Long files come in pages: go on with `line` = `next_line`.

    Fails on a path outside the workspace, a directory, a device, or a binary file.
    """
    workspace = deps.place

    def page(stream: BufferedReader) -> FileView:
        return _page(stream, path, line, limit, deps.output_limit, deps.gate.redactor if deps.gate else None)

    near = is_local(workspace.root)
    with workspace.open(path) if near else await anyio.to_thread.run_sync(workspace.open, path) as stream:
        return page(stream) if near and is_in_memory(stream) else await anyio.to_thread.run_sync(page, stream)


def _page(
    stream: BufferedReader, path: str, line: int, limit: int, characters: int, redactor: Redactor | None
) -> FileView:
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(8_192)
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFileError(
            _("{path} is a binary file of {size} bytes.", path=path, size=size), _("Only text can be read.")
        )
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest() if size <= LARGEST_HASHED else None
    stream.seek(0)
    lines = _without_secrets(stream, size, redactor)
    kept: list[str] = []
    cut = 0
    room = characters
    longest = min(LONGEST_LINE, characters)  # a page must hold at least one line, or it would never be passed
    number = 0
    following: int | None = None
    # A bounded readline: one gigantic line must not be held in memory whole.
    while chunk := lines.readline(65_536):
        whole = chunk.endswith(b"\n")
        if number + 1 >= line:
            text = chunk.decode("utf-8", errors="replace")
            shown = text if len(text) <= longest else text[: longest - 2] + "…\n"
            if len(kept) >= limit or len(shown) > room:
                following = number + 1
                break
            cut += len(text) > longest or not (whole or len(chunk) < 65_536)
            kept.append(shown)
            room -= len(shown)
        while not whole and (rest := lines.readline(65_536)):
            whole = rest.endswith(b"\n")
        number += 1
    return FileView(
        summary=_summary(path, line, len(kept), following),
        path=path,
        size=size,
        sha256=digest,
        first_line=line,
        line_count=len(kept),
        content="".join(kept),
        next_line=following,
        truncated_lines=cut,
    )


def _without_secrets(stream: BufferedReader, size: int, redactor: Redactor | None) -> BinaryIO:
    """The file with its secrets taken out while the whole of it can be seen: a page may begin inside a key.

    Larger files leave as they are, and page by page lose what the last door before the client recognises.
    """
    if redactor is None or size > LARGEST_REDACTED:
        return stream
    text = stream.read().decode("utf-8", errors="replace")
    return BytesIO(redactor.text(text, keep_lines=True).encode())


def _summary(path: str, line: int, count: int, following: int | None) -> str:
    if not count:
        return _("{path}: there is nothing at line {line}.", path=path, line=line)
    last = line + count - 1
    if following is None:
        return _("{path}, lines {first} to {last} (end of file).", path=path, first=line, last=last)
    return _(
        "{path}, lines {first} to {last}; more from line {next}.", path=path, first=line, last=last, next=following
    )
