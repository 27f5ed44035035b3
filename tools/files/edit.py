"""The tool that replaces a piece of a text file, everything else byte for byte as it was, through the gate."""

from collections.abc import Sequence
from typing import Annotated

import anyio.to_thread
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from resources.catalogue import _
from tools.context import Deps, Given
from tools.files.change import FileChange, carry_out, question
from tools.files.proposal import Proposal
from tools.files.text_form import decoded
from tools.guard.errors import ExpectedError, NotFoundError, UnreadableFileError
from tools.guard.gate import Consent
from tools.guard.landing import Content, current, stale
from tools.guard.redact import MARK


class NoMatchError(ExpectedError):
    """The text to replace is not in the file, or is in it more than once."""


async def consent_to_edit(
    deps: Given, path: str, old: str, new: str, sha256: str | None, replace_all: bool, approval: str | None
) -> Elicit[Consent] | Consent | None:
    """Ask the person, where the guard wants that and the client can."""
    return await question(deps, await _proposal(deps, path, old, new, sha256, replace_all=replace_all), approval)


async def edit(
    deps: Given,
    consent: Annotated[ElicitationResult[Consent], Resolve(consent_to_edit)],
    path: Annotated[str, Field(description="File, relative to the workspace.")],
    old: Annotated[str, Field(description="Exact text to replace; must occur once.", min_length=1)],
    new: Annotated[str, Field(description="Text to put in its place.")],
    sha256: Annotated[str | None, Field(description="Digest that read gave; refuses when the file changed.")] = None,
    replace_all: Annotated[bool, Field(description="Replace every occurrence.")] = False,
    approval: Annotated[str | None, Field(description="Id a person approved.")] = None,
) -> FileChange:
    """Replace text in a file of the workspace; `restore` undoes it. The same rules as for `write` hold."""
    proposal = await _proposal(deps, path, old, new, sha256, replace_all=replace_all)
    return await carry_out(deps, proposal, approval=approval, consent=consent)


async def _proposal(deps: Deps, path: str, old: str, new: str, sha256: str | None, *, replace_all: bool) -> Proposal:
    return await anyio.to_thread.run_sync(lambda: _propose(deps, path, old, new, sha256, replace_all=replace_all))


def _propose(deps: Deps, path: str, old: str, new: str, sha256: str | None, *, replace_all: bool) -> Proposal:
    workspace = deps.place
    where = workspace.relative(workspace.resolve(path))
    before = current(workspace, where)
    if before is None:
        raise NotFoundError(_("There is no file {path} in the workspace.", path=where), _("Create it with write."))
    if sha256 and before.sha256 != sha256.lower().removeprefix("sha256:"):
        raise stale(where)
    text, form = decoded(before.data)
    if "\0" in text:
        raise UnreadableFileError(_("{path} is a binary file; only text can be edited.", path=where))
    secrets = [(each.start, each.end) for each in deps.guard.redactor.find(text)]
    after = form.encode(replaced(text, old, new, where, replace_all=replace_all, secrets=secrets))
    return Proposal.of(deps.guard, workspace, "edit", where, before, Content(after, before.mode))


def replaced(
    text: str, old: str, new: str, path: str, *, replace_all: bool, secrets: Sequence[tuple[int, int]] = ()
) -> str:
    """`text` with `old` replaced by `new`; a client that writes LF may edit a file of CRLF lines.

    A place that cuts into one of `secrets` counts as absent: otherwise guesses would tell a secret letter by letter.

    Raises:
        NoMatchError: `old` is not there, or more than once without `replace_all`.
    """
    places = _places(text, old, secrets)
    if not places and "\r\n" in text and "\r" not in old:
        old, new = old.replace("\n", "\r\n"), new.replace("\r\n", "\n").replace("\n", "\r\n")
        places = _places(text, old, secrets)
    if not places:
        hint = (
            _("It contains a redaction mark; the file holds the real value there. Choose a text without it.")
            if MARK.search(old)
            else _("Read the file again and copy the text exactly, blanks included.")
        )
        raise NoMatchError(_("The text to replace is not in {path}.", path=path), hint)
    if len(places) > 1 and not replace_all:
        raise NoMatchError(
            _("The text to replace occurs {count} times in {path}.", count=len(places), path=path),
            _("Give more of its surroundings, or set replace_all."),
        )
    pieces: list[str] = []
    done = 0
    for place in places:
        pieces += (text[done:place], new)
        done = place + len(old)
    return "".join((*pieces, text[done:]))


def _places(text: str, old: str, secrets: Sequence[tuple[int, int]]) -> list[int]:
    places: list[int] = []
    at = text.find(old)
    while at >= 0:
        end = at + len(old)
        cut = any(start < end and at < stop and not (at <= start and stop <= end) for start, stop in secrets)
        if not cut:
            places.append(at)
        at = text.find(old, end)
    return places
