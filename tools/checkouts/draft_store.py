"""What each caller changed and has not handed in: kept for all machines, as a patch against its commit."""

import base64
import hashlib
import hmac
import time
import zlib
from dataclasses import dataclass

from resources.catalogue import _
from tools.checkouts.repository import Repository
from tools.guard.errors import ExpectedError
from tools.guard.journal import canonical
from tools.guard.state import State
from tools.model import Model

LARGEST = 8_000_000
"""Bytes of a patch: files of that size belong elsewhere."""


class DraftError(ExpectedError):
    """The changes cannot be kept, or are not what was kept."""


class Draft(Model):
    """Changes against the commit `base`; none at all when `patch` is empty. Each version follows another."""

    base: str = ""
    version: int = 0
    patch: bytes = b""
    updated: float = 0.0
    pushed: str = ""
    """The commit that was pushed last, to the branch `branch`."""
    branch: str = ""


@dataclass(frozen=True)
class DraftStore:
    """The drafts of all callers. Everything here blocks."""

    state: State

    def get(self, who: str, repository: Repository) -> Draft:
        """The draft of `who`.

        Raises:
            DraftError: the database was changed by something that lacks the key.
        """
        with self.state.reading() as db:
            row = db.execute(
                "SELECT base, version, patch, updated, pushed, branch, seal FROM drafts"
                " WHERE who = ? AND url = ? AND revision = ?",
                (who, repository.url, repository.revision),
            ).fetchone()
        if row is None:
            return Draft()
        base, version, patch, updated, pushed, branch, seal = row
        if not hmac.compare_digest(seal, self._seal(who, repository, *row[:6])):
            raise DraftError(_("The changes that are kept for you were not written by this server."))
        content = zlib.decompress(base64.b64decode(patch)) if patch else b""
        return Draft(base=base, version=version, patch=content, updated=updated, pushed=pushed, branch=branch)

    def put(self, who: str, repository: Repository, before: Draft, after: Draft) -> Draft:
        """Replace `before` by `after`, which gets the next version.

        Raises:
            DraftError: it is too large, or another machine was faster.
        """
        if len(after.patch) > LARGEST:
            raise DraftError(
                _("The changes of this checkout are more than {limit} bytes: they are not kept.", limit=LARGEST),
                _("Leave out what is built or downloaded: name it in .gitignore."),
            )
        patch = base64.b64encode(zlib.compress(after.patch)).decode() if after.patch else ""
        version, updated = before.version + 1, round(time.time(), 3)
        values = (after.base, version, patch, updated, after.pushed, after.branch)
        seal = self._seal(who, repository, *values)
        with self.state.transaction() as db:
            found = db.execute(
                "SELECT version FROM drafts WHERE who = ? AND url = ? AND revision = ?",
                (who, repository.url, repository.revision),
            ).fetchone()
            if (found[0] if found else 0) != before.version:
                raise DraftError(
                    _("You changed this checkout on another machine at the same time: these changes are taken back."),
                    _("Look at what is there now, and do it again."),
                )
            db.execute(
                "DELETE FROM drafts WHERE who = ? AND url = ? AND revision = ?",
                (who, repository.url, repository.revision),
            )
            db.execute(
                "INSERT INTO drafts (who, url, revision, base, version, patch, updated, pushed, branch, seal)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (who, repository.url, repository.revision, *values, seal),
            )
        return after.model_copy(update={"version": version, "updated": updated})

    def _seal(self, who: str, repository: Repository, *values: object) -> str:
        message = canonical([who, repository.url, repository.revision, *values]).encode()
        return hmac.new(self.state.key("drafts.key"), message, hashlib.sha256).hexdigest()
