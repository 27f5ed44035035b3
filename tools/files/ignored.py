"""Tells whether git will leave a path out: ignored by the workspace's rules and not tracked already."""

from pathlib import Path, PurePosixPath

from tools.guard.workspace import Workspace

LARGEST_RULES = 262_144
LARGEST_INDEX = 64 * 1024 * 1024


def is_unversioned(workspace: Workspace, path: str) -> bool:
    """Whether `path` is ignored and not in git's index. When in doubt it counts as versioned."""
    return _ignored(workspace, path) and not _tracked(workspace, path)


def _ignored(workspace: Workspace, path: str) -> bool:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - cold start

    parts = PurePosixPath(path).parts
    rules: list[tuple[int, GitIgnoreSpec]] = []
    exclude = _lines(workspace.root / ".git" / "info" / "exclude")
    if exclude:
        rules.append((0, GitIgnoreSpec.from_lines(exclude)))
    for depth in range(len(parts)):
        lines = _lines(workspace.root.joinpath(*parts[:depth], ".gitignore"))
        if lines:
            rules.append((depth, GitIgnoreSpec.from_lines(lines)))
        inside = "/" if depth < len(parts) - 1 else ""
        for base, spec in reversed(rules):
            verdict = spec.check_file("/".join(parts[base : depth + 1]) + inside).include
            if verdict is not None:
                if verdict:
                    return True  # a folder or the file itself; nothing below an ignored folder comes back
                break
    return False


def _tracked(workspace: Workspace, path: str) -> bool:
    index = workspace.root / ".git" / "index"
    try:
        if index.stat().st_size > LARGEST_INDEX:
            return True
        data = index.read_bytes()
    except OSError:
        return False
    # Version 4 compresses paths: they cannot be looked up as text.
    return data[4:8] == b"\0\0\0\4" or path.encode("utf-8", "surrogateescape") + b"\0" in data


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_RULES).decode("utf-8", "replace").splitlines()
    except OSError:
        return []
