"""Thinks a way back through: which commit is meant, and what planning it would run."""

import re

from resources.catalogue import _
from tools.containers.image_tag import QUIET
from tools.context import Deps
from tools.guard.errors import NotFoundError
from tools.guard.process import find_program, run
from tools.terraform.plan_intent import PlanIntent
from tools.terraform.revision_tree import revision_tree
from tools.terraform.think_plan import Wanted, think_plan

REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./~^-]{0,200}")


async def think_rollback(
    deps: Deps, path: str, workspace: str, var_files: tuple[str, ...], revision: str
) -> PlanIntent:
    """The judged intent of planning `revision`.

    Raises:
        NotFoundError: there is no repository, or no such commit in it.
    """
    git = find_program("git")
    if git is None or not REVISION.fullmatch(revision) or ".." in revision:
        raise NotFoundError(_("There is no commit {revision}.", revision=revision))
    said = await run(
        [git, *QUIET, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}"],
        cwd=deps.place.root,
        timeout=30,
    )
    commit = said.stdout.strip()
    if said.returncode or not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        raise NotFoundError(
            _("There is no commit {revision}.", revision=revision), _("See `git log` for those there are.")
        )
    wanted = Wanted(
        path=path,
        workspace=workspace,
        var_files=var_files,
        targets=(),
        refresh_only=False,
        destroy=False,
        engine="auto",
    )
    # What that commit would run is judged, not what the tree holds today.
    async with revision_tree(deps.guard.journal.state, deps.place.root, commit) as tree:
        return await think_plan(deps, wanted, revision=commit, tree=tree)
