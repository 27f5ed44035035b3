"""A repository on this machine that tests clone, change and attack."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t@example.org",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@example.org",
}


def git(folder: Path, *arguments: str, stdin: str | None = None) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **ENVIRONMENT}, input=stdin, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@dataclass(frozen=True)
class Origin:
    """`bare` is what is cloned; `work` is where somebody else works on it."""

    bare: Path
    work: Path

    @property
    def url(self) -> str:
        return f"file://{self.bare}"

    def commit(self, files: dict[str, str | bytes], message: str = "more") -> str:
        for name, content in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        git(self.work, "add", "--all")
        git(self.work, "commit", "-qm", message)
        git(self.work, "push", "-q", "--force", str(self.bare), "HEAD:refs/heads/main")
        return git(self.work, "rev-parse", "HEAD")


def origin_at(folder: Path) -> Origin:
    """A repository with one commit on main."""
    made = Origin(folder / "shop.git", folder / "work")
    for each in (made.bare, made.work):
        each.mkdir(parents=True)
    git(made.bare, "init", "-q", "--bare", "-b", "main")
    git(made.work, "init", "-q", "-b", "main")
    made.commit({"app/main.py": "print('one')\n", "README.md": "# Shop\n", ".gitignore": "*.log\n"}, "first")
    return made
