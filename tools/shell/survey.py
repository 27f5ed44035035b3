"""Looks through a workspace for what a confined command must not read (secrets, sockets) or change (git's hooks).

Nothing is skipped, whatever its name: a folder that a former command moved into `node_modules` would otherwise
take its secrets out of sight. The walk follows no link, and beyond its bound it refuses instead of guessing.
"""

import os
import re
from dataclasses import dataclass, field
from fnmatch import translate
from pathlib import Path

from resources.catalogue import _
from tools.guard.errors import WorkspaceError

SECRET_FILES = (
    ".env*", "*.env", "*.env~", "*.env.sw[a-p]", ".netrc", "_netrc", ".git-credentials", ".pgpass", ".my.cnf",
    ".vault-token", ".pypirc", ".dockercfg", ".boto", ".s3cfg", "credentials.tfrc.json", ".terraformrc", "id_rsa",
    "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk", "kubeconfig", "kubeconfig.*", "*.kubeconfig",
    "application_default_credentials.json", "*.kdbx", ".htpasswd",
)  # fmt: skip
_SECRET_FILE = re.compile("|".join(map(translate, SECRET_FILES)))
# Written to be shared: the names of variables, not their values.
EXAMPLES = re.compile(r"(^|[._-])(example|sample|template|tmpl|dist|defaults?|schema|tpl)([._-]|$)")
LONGEST_PATH = 2_000
"""Bytes: half of what the kernel takes, for bubblewrap puts a path of its own before it."""
# Folders that hold nothing else; of `.aws` or `.docker` a project may keep task definitions and Dockerfiles.
SECRET_FOLDERS = {".ssh", ".gnupg", ".oci", ".password-store"}
SECRET_PLACES = (
    "/.config/gcloud", "/.aws/credentials", "/.aws/config", "/.aws/sso", "/.aws/cli", "/.kube/config", "/.kube/cache",
    "/.docker/config.json", "/.azure/accesstokens.json", "/.azure/msal_token_cache.json",
    "/.azure/msal_token_cache.bin",
)  # fmt: skip
# What git itself asks of a folder before it reads a configuration from it.
GIT_FOLDER_SIGNS = {"HEAD", "objects", "refs"}
WORKTREE_SIGNS = {"HEAD", "commondir"}


@dataclass
class Survey:
    """What was found. Paths are absolute and free of links."""

    secret_files: list[Path] = field(default_factory=list)
    secret_folders: list[Path] = field(default_factory=list)
    git_folders: list[Path] = field(default_factory=list)
    git_links: list[Path] = field(default_factory=list)
    """`.git` files of worktrees and submodules: they say where git finds its hooks."""
    entries: int = 0


def survey(root: Path, limit: int) -> Survey:
    """Everything under `root` that needs covering. Blocking: use it in a worker thread.

    Raises:
        WorkspaceError: there are more than `limit` entries.
    """
    found = Survey()
    pending = [str(root)]
    while pending:
        folder = pending.pop()
        try:
            listing = list(os.scandir(folder))
        except (FileNotFoundError, NotADirectoryError):
            continue  # what vanished needs no cover
        except OSError:
            # Closed, or too deep to be named: a command could open it again, or walk down, so it is covered unseen.
            found.secret_folders.append(_nameable(Path(folder)))
            continue
        found.entries += len(listing)
        if found.entries > limit:
            raise WorkspaceError(
                _(
                    "The workspace holds more than {limit} files: it cannot be searched for secrets to hide.",
                    limit=limit,
                ),
                _("Start the server in the folder of one project."),
            )
        names = {entry.name for entry in listing}
        if names >= GIT_FOLDER_SIGNS or names >= WORKTREE_SIGNS:
            found.git_folders.append(Path(folder))
        pending += [entry.path for entry in listing if _sort_in(entry, found)]
    return found


def _nameable(folder: Path) -> Path:
    """`folder`, or the one above it whose name is short enough to be mounted on."""
    return next((each for each in (folder, *folder.parents) if len(os.fsencode(each)) <= LONGEST_PATH), folder)


def is_secret_name(name: str) -> bool:
    """Whether a file of this name holds secrets by convention."""
    lowered = name.lower()
    return _SECRET_FILE.match(lowered) is not None and not EXAMPLES.search(lowered)


def _sort_in(entry: os.DirEntry[str], found: Survey) -> bool:
    """Note what `entry` is; whether to look inside it."""
    if entry.is_symlink():
        # Inside, a link shows what its target shows, so its target's own cover is enough. A linked secret under
        # another name (`.env -> config/production`) is covered where it lies.
        if is_secret_name(entry.name):
            target = Path(entry.path).resolve()
            if target.is_file():
                found.secret_files.append(target)
        return False
    if entry.is_dir(follow_symlinks=False):
        if entry.name in SECRET_FOLDERS or entry.path.lower().endswith(SECRET_PLACES):
            found.secret_folders.append(Path(entry.path))
            return False
        return True
    lowered = entry.path.lower()
    if not entry.is_file(follow_symlinks=False) or is_secret_name(entry.name) or lowered.endswith(SECRET_PLACES):
        # Sockets lead to services of the host, whatever the network walls; so do pipes and devices.
        found.secret_files.append(Path(entry.path))
    elif entry.name == ".git":
        found.git_links.append(Path(entry.path))
    return False
