"""Keeps the version of a file that a change replaces, so that one call brings it back; bounded."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from resources.catalogue import _
from tools.guard.errors import NotFoundError
from tools.guard.landing import Content
from tools.guard.state import State
from tools.guard.workspace import Workspace

MOST_VERSIONS = 5_000
MOST_BYTES = 512 * 1024 * 1024
LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True)
class Version:
    """One change of one file: what stood there before it (None: no file) and what it left (None: no file)."""

    id: int
    path: str
    at: str
    before_sha256: str | None
    after_sha256: str | None
    mode: int


@dataclass(frozen=True)
class Versions:
    """The previous versions kept in a state directory."""

    state: State

    def keep(self, workspace: Workspace, path: str, before: Content | None, after: Content | None, call: str) -> int:
        """Keep `before` as the version that `after` replaces; returns the version's number. Blocking."""
        if before is not None:
            self._store(before)
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        row = (
            str(workspace.root), path, at, before and before.sha256, after and after.sha256,
            before.mode if before else 0o644, call,
        )  # fmt: skip
        with self.state.local.transaction() as db:
            number = db.execute(
                "INSERT INTO versions (workspace, path, at, before_sha256, after_sha256, mode, call)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid
        self._bound()
        return number or 0

    def forget(self, number: int) -> None:
        """Drop a version whose change did not happen. Blocking."""
        with self.state.local.transaction() as db:
            db.execute("DELETE FROM versions WHERE id = ?", (number,))

    def find(self, workspace: Workspace, path: str, number: int | None) -> Version:
        """The version `number` of `path`, or its latest. Blocking.

        Raises:
            NotFoundError: no such version is kept.
        """
        if number is not None:
            number = min(max(number, -1), LARGEST_NUMBER)  # no version has a number that the database cannot hold
        with self.state.local.reading() as db:
            row = db.execute(
                "SELECT id, path, at, before_sha256, after_sha256, mode FROM versions"
                " WHERE workspace = ? AND path = ? AND (? IS NULL OR id = ?) ORDER BY id DESC LIMIT 1",
                (str(workspace.root), path, number, number),
            ).fetchone()
        if row is None:
            raise NotFoundError(
                _("No previous version of {path} is kept.", path=path),
                _("Only what write, edit and restore replaced can be restored."),
            )
        return Version(*row)

    def content(self, version: Version) -> Content | None:
        """What stood there before that change; None when there was no file. Blocking.

        Raises:
            NotFoundError: it was dropped to bound the store, or damaged.
        """
        if version.before_sha256 is None:
            return None
        try:
            data = (self.state.directory / "versions" / version.before_sha256).read_bytes()
        except FileNotFoundError:
            data = b""
        if hashlib.sha256(data).hexdigest() != version.before_sha256:
            raise NotFoundError(
                _("The version {number} of {path} is not kept any more.", number=version.id, path=version.path)
            )
        return Content(data, version.mode)

    def _store(self, content: Content) -> None:
        folder = self.state.directory / "versions"
        folder.mkdir(mode=0o700, exist_ok=True)
        kept = folder / content.sha256
        if kept.exists():
            return
        fresh = folder / f"{content.sha256}.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        with fresh.open("wb") as stream:
            stream.write(content.data)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(kept)

    def _bound(self) -> None:
        """Forget the oldest versions beyond the limits, and the contents that no version needs."""
        folder = self.state.directory / "versions"
        with self.state.local.transaction() as db:
            db.execute(
                "DELETE FROM versions WHERE id <= (SELECT id FROM versions ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (MOST_VERSIONS,),
            )
            if not folder.is_dir():
                return
            sizes = {entry.name: entry.stat().st_size for entry in os.scandir(folder)}
            total = sum(sizes.values())
            if total <= MOST_BYTES and len(sizes) <= MOST_VERSIONS:
                return
            for number, digest in db.execute("SELECT id, before_sha256 FROM versions ORDER BY id").fetchall():
                if total <= MOST_BYTES * 3 // 4:
                    break
                db.execute("DELETE FROM versions WHERE id = ?", (number,))
                total -= sizes.pop(digest, 0)
            needed = {row[0] for row in db.execute("SELECT DISTINCT before_sha256 FROM versions")}
            for entry in list(os.scandir(folder)):
                if entry.name not in needed:
                    (folder / entry.name).unlink(missing_ok=True)
