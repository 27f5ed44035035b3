"""The tool that writes a whole text file: confined, atomic, restorable, through the gate."""

from typing import Annotated

import anyio.to_thread
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from resources.catalogue import _
from tools.context import Deps, Given
from tools.files.change import FileChange, carry_out, question
from tools.files.proposal import Proposal
from tools.files.text_form import TextForm, decoded
from tools.guard.errors import NotFoundError
from tools.guard.gate import Consent
from tools.guard.landing import Content, StaleViewError, current, stale


async def consent_to_write(
    deps: Given, path: str, content: str, sha256: str | None, executable: bool, approval: str | None
) -> Elicit[Consent] | Consent | None:
    """Ask the person, where the guard wants that and the client can."""
    return await question(deps, await _proposal(deps, path, content, sha256, executable=executable), approval)


async def write(
    deps: Given,
    consent: Annotated[ElicitationResult[Consent], Resolve(consent_to_write)],
    path: Annotated[str, Field(description="File, relative to the workspace.")],
    content: Annotated[str, Field(description="The whole text.")],
    sha256: Annotated[
        str | None, Field(description="Digest that read gave for the file you replace; null only for a new file.")
    ] = None,
    executable: Annotated[bool, Field(description="Make a new file executable.")] = False,
    approval: Annotated[str | None, Field(description="Id a person approved.")] = None,
) -> FileChange:
    """Write a text file of the workspace; `restore` undoes it. Keeps the old one's mode, line ends, byte order mark.

    Refuses a stale view (the file is not what `sha256` says), secrets in versioned files, and the guard's own files.
    Files that pipelines or people's tools run need a person's approval.
    """
    proposal = await _proposal(deps, path, content, sha256, executable=executable)
    return await carry_out(deps, proposal, approval=approval, consent=consent)


async def _proposal(deps: Deps, path: str, content: str, sha256: str | None, *, executable: bool) -> Proposal:
    return await anyio.to_thread.run_sync(lambda: _propose(deps, path, content, sha256, executable=executable))


def _propose(deps: Deps, path: str, content: str, sha256: str | None, *, executable: bool) -> Proposal:
    workspace = deps.place
    where = workspace.relative(workspace.resolve(path))
    before = current(workspace, where)
    if before is None and sha256:
        raise NotFoundError(
            _("There is no file {path} in the workspace.", path=where), _("Leave sha256 out to create it.")
        )
    if before is not None and not sha256:
        raise StaleViewError(
            _("The file {path} exists already and you have not said which version you saw.", path=where),
            _("Read it, then pass its sha256."),
        )
    if before is not None and sha256 and before.sha256 != sha256.lower().removeprefix("sha256:"):
        raise stale(where)
    form = decoded(before.data)[1] if before else TextForm()
    mode = before.mode if before else (0o755 if executable else 0o644)
    after = Content(form.encode(form.adopt(content)), mode)
    proposal = Proposal.of(deps.guard, workspace, "write", where, before, after)
    if before is not None and _not_utf8(before, form):
        return proposal.warned(_("{path} was not UTF-8; it is now.", path=where))
    return proposal


def _not_utf8(content: Content, form: TextForm) -> bool:
    try:
        content.data[len(form.bom) :].decode(form.encoding)
    except UnicodeDecodeError:
        return True
    return False
