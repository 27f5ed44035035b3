"""The tool that brings back what write, edit or restore replaced: the previous text, or the absence of the file."""

from typing import Annotated

import anyio.to_thread
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from tools.context import Deps, Given
from tools.files.change import FileChange, carry_out, question
from tools.files.proposal import Proposal
from tools.files.versions import Versions
from tools.guard.gate import Consent
from tools.guard.landing import current, stale


async def consent_to_restore(
    deps: Given, path: str, version: int | None, approval: str | None
) -> Elicit[Consent] | Consent | None:
    """Ask the person, where the guard wants that and the client can."""
    return await question(deps, await _proposal(deps, path, version), approval)


async def restore(
    deps: Given,
    consent: Annotated[ElicitationResult[Consent], Resolve(consent_to_restore)],
    path: Annotated[str, Field(description="File, relative to the workspace.")],
    version: Annotated[
        int | None, Field(description="Undo this change and all later ones; default: only the latest.")
    ] = None,
    approval: Annotated[str | None, Field(description="Id a person approved.")] = None,
) -> FileChange:
    """Bring back what a file held before the latest write, edit or restore (or that it did not exist).

    Refuses when somebody else changed the file since, unless you name the `version` to go back to. A restore can
    itself be restored.
    """
    return await carry_out(deps, await _proposal(deps, path, version), approval=approval, consent=consent)


async def _proposal(deps: Deps, path: str, version: int | None) -> Proposal:
    return await anyio.to_thread.run_sync(_propose, deps, path, version)


def _propose(deps: Deps, path: str, number: int | None) -> Proposal:
    workspace = deps.place
    where = workspace.relative(workspace.resolve(path))
    versions = Versions(deps.guard.journal.state)
    version = versions.find(workspace, where, number)
    before = current(workspace, where)
    if number is None and (before.sha256 if before else None) != version.after_sha256:
        raise stale(where)
    return Proposal.of(deps.guard, workspace, "restore", where, before, versions.content(version))
