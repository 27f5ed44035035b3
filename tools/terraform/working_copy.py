"""A private copy of a configuration, so that what was judged is what runs, whatever changes meanwhile."""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from resources.catalogue import _
from tools.guard.errors import ExpectedError
from tools.terraform.backend import Backend, last_override

MOST_FILES = 20_000
MOST_BYTES = 300_000_000
SKIPPED = frozenset({".git", ".terraform", "node_modules", ".venv", "__pycache__", ".terragrunt-cache"})
STATE = ".tfstate"
STATES = (STATE, ".tfstate.backup", ".tfplan")
SPACES = "terraform.tfstate.d"


class TooLargeError(ExpectedError):
    """The tree around the configuration is beyond what is copied."""


@dataclass(frozen=True)
class WorkingCopy:
    """`root` is the copy of the workspace, `folder` the configuration in it, `skipped` links that led outside."""

    root: Path
    folder: Path
    skipped: tuple[str, ...]


def working_copy(base: Path, folder: Path, place: Path) -> WorkingCopy:
    """Copy `base` into the new private folder `place`, which the caller removes. Blocking.

    States and plans stay behind: their place is the backend. Links that lead out of `base` are left out.

    Raises:
        TooLargeError: more files than `MOST_FILES`, or more than `MOST_BYTES`.
    """
    place.mkdir(mode=0o700, parents=True)
    skipped = _copy(base, place)
    return WorkingCopy(place, place / folder.relative_to(base), tuple(skipped))


def _copy(base: Path, place: Path) -> list[str]:
    files = size = 0
    skipped: list[str] = []
    for parent, folders, names in os.walk(base, followlinks=False):
        folders[:] = [each for each in folders if each not in SKIPPED]
        to = place / Path(parent).relative_to(base)
        to.mkdir(mode=0o700, exist_ok=True)
        for name in [*names, *(each for each in folders if Path(parent, each).is_symlink())]:
            path = Path(parent, name)
            if name.endswith(STATES) or name == SPACES:
                continue
            if path.is_symlink():
                if path.resolve().is_relative_to(base.resolve()) and not path.readlink().is_absolute():
                    (to / name).symlink_to(path.readlink())
                else:
                    skipped.append(path.relative_to(base).as_posix())
                continue
            if not path.is_file():
                continue
            files, size = files + 1, size + path.stat().st_size
            _bounded(files, size)
            shutil.copy2(path, to / name)
        folders[:] = [each for each in folders if not Path(parent, each).is_symlink() and each != SPACES]
    return skipped


def keep_state_in(copy: Path, original: Path, backend: Backend) -> None:
    """Point the local backend of the copy at the state beside the original: a copy must never grow its own."""
    state = _quoted(original / (backend.path or "terraform.tfstate"))
    spaces = _quoted(original / (backend.workspace_dir or "terraform.tfstate.d"))
    text = f'terraform {{\n  backend "local" {{\n    path          = {state}\n    workspace_dir = {spaces}\n  }}\n}}\n'
    (copy / last_override(each.name for each in copy.iterdir())).write_text(text, encoding="utf-8")


def link_states(copy: WorkingCopy, base: Path, folder: Path) -> None:
    """Let `terraform_remote_state` read the states of its neighbours where they are. Blocking.

    `base` and `folder` are the originals. The configuration's own state is not linked: its backend names it.
    """
    for parent, folders, names in os.walk(base, followlinks=False):
        folders[:] = [each for each in folders if each not in SKIPPED and not Path(parent, each).is_symlink()]
        place = Path(parent)
        to = copy.root / place.relative_to(base)
        if not to.is_dir():
            folders.clear()
            continue
        own = place == folder
        for name in [*names, *folders]:
            if name == SPACES or name.endswith(STATE):
                path = place / name
                if not path.is_symlink() and not (own and name in {SPACES, "terraform.tfstate"}):
                    (to / name).symlink_to(path)
        folders[:] = [each for each in folders if each != SPACES]


def tree_digest(base: Path) -> str:
    """SHA-256 over all that would be copied: what a plan runs may lie in any file of it. Blocking.

    Raises:
        TooLargeError: as for the copy.
    """
    whole, files, size = hashlib.sha256(), 0, 0
    for parent, folders, names in os.walk(base, followlinks=False):
        folders[:] = sorted(each for each in folders if each not in SKIPPED and each != SPACES)
        for name in sorted([*names, *(each for each in folders if Path(parent, each).is_symlink())]):
            path = Path(parent, name)
            if name.endswith(STATES):
                continue
            whole.update(f"{path.relative_to(base).as_posix()}\0".encode())
            if path.is_symlink():
                whole.update(str(path.readlink()).encode())
            elif path.is_file():
                files, size = files + 1, size + path.stat().st_size
                _bounded(files, size)
                with path.open("rb") as stream:
                    whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def _bounded(files: int, size: int) -> None:
    if files > MOST_FILES or size > MOST_BYTES:
        raise TooLargeError(
            _("More than {files} files or {size} MB lie around the configuration.", files=MOST_FILES,
              size=MOST_BYTES // 10**6),
            _("Start the server with --workspace at the folder of the infrastructure alone."),
        )  # fmt: skip


def _quoted(path: Path) -> str:
    return json.dumps(str(path)).replace("${", "$${").replace("%{", "%%{")
