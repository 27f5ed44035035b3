"""Turns what a caller changed into one commit on top of theirs: as a patch to read, or pushed as a new branch."""

from dataclasses import replace

import anyio.to_thread

from resources.catalogue import _
from tools.checkouts.checkout import Checkout
from tools.checkouts.draft_store import Draft
from tools.checkouts.git import token_header
from tools.checkouts.hand_in_intent import HandIn
from tools.checkouts.repository import is_revision
from tools.context import Deps
from tools.guard.action import Action
from tools.guard.decision import Decision, Reason
from tools.guard.errors import ExpectedError

FORMAT = ("format-patch", "-1", "--stdout", "--binary", "--full-index", "--no-renames", "--no-ext-diff",
          "--no-textconv", "--no-signature", "--ignore-submodules=all")  # fmt: skip
MOST_NAMED = 20
LARGEST = 16_000_000


class NoCheckoutError(ExpectedError):
    """The caller works in a directory, where changes are made at once."""


class BranchError(ExpectedError):
    """The branch is not one that changes may be pushed to."""


async def think_hand_in(deps: Deps, branch: str | None, message: str, *, discard: bool) -> HandIn | None:
    """What would be handed in; None when nothing was changed. Nothing has left yet.

    Raises:
        NoCheckoutError: the caller has no checkout.
        BranchError: nobody may push there.
    """
    root = deps.place.root
    checkout = deps.checkout
    if checkout is None or checkout.stands is None:
        raise NoCheckoutError(_("You work in the directory {path}: changes are made there at once.", path=root))
    draft = await anyio.to_thread.run_sync(checkout.drafts.get, checkout.who, checkout.mirror.repository)
    if not draft.patch:
        return None
    commit = await _commit(checkout, draft, message)
    patch = await checkout.git()(*FORMAT, commit, output=LARGEST)
    named = await checkout.git()(
        "diff-tree", "-r", "--name-only", "-z", "--no-renames", f"{draft.base}^{{tree}}", commit
    )
    files = [each for each in named.stdout.split("\0") if each]
    found = HandIn(checkout, draft, commit, patch.stdout, files)
    if discard:
        return _discarding(deps, found)
    return _pushing(deps, found, branch) if branch else found


async def push(found: HandIn, branch: str) -> None:
    """Push the commit as `branch`, which must be new or hold what was pushed last. Nothing else is moved.

    Raises:
        GitError: the host refuses, or somebody else pushed there.
    """
    checkout = found.checkout
    repository = checkout.mirror.repository
    secret = (
        token_header(repository.url, checkout.mirror.token)
        if checkout.mirror.token and repository.scheme == "https"
        else {}
    )
    git = replace(checkout.git(), scheme=repository.scheme, configuration={**secret, "push.recurseSubmodules": "no"})
    name = f"refs/heads/{branch}"
    expected = found.draft.pushed if found.draft.branch == branch else ""
    await git(
        "push", "--quiet", "--no-verify", "--no-follow-tags", f"--force-with-lease={name}:{expected}", "--",
        repository.url, f"{found.commit}:{name}", timeout=checkout.mirror.limits.seconds,
    )  # fmt: skip
    after = found.draft.model_copy(update={"pushed": found.commit, "branch": branch})
    await anyio.to_thread.run_sync(checkout.drafts.put, checkout.who, repository, found.draft, after)


async def forget(found: HandIn) -> None:
    """Forget the changes: the next call finds the commit as the repository has it."""
    checkout = found.checkout
    repository = checkout.mirror.repository
    await anyio.to_thread.run_sync(checkout.drafts.put, checkout.who, repository, found.draft, Draft())


async def _commit(checkout: Checkout, draft: Draft, message: str) -> str:
    """The same changes give the same commit, so that a person can approve it by its name."""
    who = "".join(each for each in checkout.who if each.isprintable() and each not in "<>").strip() or "unknown"
    when = f"{int(draft.updated)} +0000"
    git = checkout.git()
    named = {
        "GIT_AUTHOR_NAME": who,
        "GIT_AUTHOR_EMAIL": who if "@" in who else "unknown@localhost",
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_DATE": when,
    }
    text = message.strip() or _("Changes by {who}", who=who)
    tree = checkout.stands.tree if checkout.stands else ""
    made = await replace(git, extra={**git.extra, **named})(
        "commit-tree", tree, "-p", draft.base, "-F", "-", stdin=f"{text}\n".encode()
    )
    return made.stdout.strip()


def _pushing(deps: Deps, found: HandIn, branch: str) -> HandIn:
    repository = found.checkout.mirror.repository
    if not is_revision(branch) or branch in {"HEAD", "main", "master", repository.revision}:
        raise BranchError(
            _("Changes are not pushed to {name}.", name=branch[:100]), _("Name a new branch, such as devops/fix-ci.")
        )
    what = _("Push {count} changed files as the branch {branch}", count=len(found.files), branch=branch)
    action = Action(
        tool="propose_changes",
        target=repository.url,
        acts_on=[f"git_branch:{branch}"],
        arguments={"branch": branch, "commit": found.commit, "files": found.files[:MOST_NAMED]},
        digests={"base": found.draft.base},
        what=f"{what}: {', '.join(found.files[:MOST_NAMED])}",
        undo=_("Delete the branch {branch}; nothing else is changed.", branch=branch),
    )
    reason = Reason(rule="git.publish", verdict="ask", message=_("Others see it, and pipelines may run it."))
    return _judged(deps, found, action, reason)


def _discarding(deps: Deps, found: HandIn) -> HandIn:
    action = Action(
        tool="propose_changes",
        target=str(found.checkout.root),
        arguments={"discard": found.commit},
        digests={"base": found.draft.base},
        what=_("Forget the changes of {count} files: {names}", count=len(found.files),
               names=", ".join(found.files[:MOST_NAMED])),
        undo=_("Nothing: take the patch first."),
    )  # fmt: skip
    reason = Reason(rule="checkout.discard", verdict="ask", message=_("What was not handed in is lost."))
    return _judged(deps, found, action, reason)


def _judged(deps: Deps, found: HandIn, action: Action, reason: Reason) -> HandIn:
    decision = deps.guard.judge(action, Decision.of([reason]), changes=True)
    return replace(found, action=action, decision=decision)
