"""A private copy of a configuration, so that what was judged is what runs, whatever changes meanwhile."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from resources.catalogue import _
from tools.guard.errors import ExpectedError

MOST_FILES = 20_000
MOST_BYTES = 300_000_000
SKIPPED = frozenset({".git", ".terraform", "node_modules", ".venv", "__pycache__", ".terragrunt-cache"})
STATES = (".tfstate", ".tfstate.backup", ".tfplan")
OVERRIDE = "zz_astreinte_override.tf"


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
            if name.endswith(STATES) or name == "terraform.tfstate.d":
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
            if files > MOST_FILES or size > MOST_BYTES:
                raise TooLargeError(
                    _("More than {files} files or {size} MB lie around the configuration.", files=MOST_FILES,
                      size=MOST_BYTES // 10**6),
                    _("Start the server with --workspace at the folder of the infrastructure alone."),
                )  # fmt: skip
            shutil.copy2(path, to / name)
        folders[:] = [each for each in folders if not Path(parent, each).is_symlink() and each != "terraform.tfstate.d"]
    return skipped


def keep_state_in(copy: Path, original: Path, path: str | None) -> None:
    """Point the local backend of the copy at the state beside the original: a copy must never grow its own."""
    state = original / (path or "terraform.tfstate")
    quoted = json.dumps(str(state)).replace("${", "$${").replace("%{", "%%{")
    spaces = json.dumps(str(original / "terraform.tfstate.d")).replace("${", "$${").replace("%{", "%%{")
    text = f'terraform {{\n  backend "local" {{\n    path          = {quoted}\n    workspace_dir = {spaces}\n  }}\n}}\n'
    (copy / OVERRIDE).write_text(text, encoding="utf-8")
