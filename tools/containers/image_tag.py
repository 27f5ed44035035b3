"""Tags that name what an image was built from: the commit, and a digest of what is not committed."""

import hashlib
import re
import stat
from pathlib import Path

from tools.containers.context import BuildContext
from tools.guard.process import find_program, run

# No hook, no file system monitor, no configuration of the repository's own may run for a question.
QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks")
LENGTH = 12


def context_digest(context: BuildContext, dockerfile: str) -> str:
    """SHA-256 of the Dockerfile and of every entry's path, mode, size and time: what an approval is bound to."""
    digest = hashlib.sha256(dockerfile.encode())
    for each in context.entries:
        digest.update(f"\0{each.path}\0{each.mode}\0{each.size}\0{each.mtime}\0{each.link}".encode(errors="replace"))
    return digest.hexdigest()


def content_digest(context: BuildContext, dockerfile: str) -> str:
    """SHA-256 of the Dockerfile and of every byte of the context: the same on another machine. Blocking."""
    digest = hashlib.sha256(dockerfile.encode())
    for each in context.entries:
        digest.update(f"\0{each.path}\0{stat.S_IMODE(each.mode) & 0o111}\0{each.link}\0".encode(errors="replace"))
        if stat.S_ISREG(each.mode):
            with (context.root / each.path).open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


async def revision(root: Path) -> tuple[str | None, bool]:
    """The commit of the tree around `root`, in full, and whether the tree differs from it. None without git."""
    git = find_program("git")
    if git is None:
        return None, True
    said = await run([git, *QUIET, "rev-parse", "HEAD"], cwd=root, timeout=30)
    if said.returncode != 0 or not re.fullmatch(r"[0-9a-f]{40,64}", said.stdout.strip()):
        return None, True
    status = [git, *QUIET, "status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=none", "--", "."]
    changed = await run(status, cwd=root, timeout=60)
    return said.stdout.strip(), changed.returncode != 0 or bool(changed.stdout.strip())


def tag(commit: str | None, digest: str, *, dirty: bool) -> str:
    """`sha-<commit>` for a clean tree; what is not committed adds `-dirty-` and a digest of the content. Pure."""
    if commit is None:
        return f"content-{digest[:LENGTH]}"
    return f"sha-{commit[:LENGTH]}" + (f"-dirty-{digest[:LENGTH]}" if dirty else "")
