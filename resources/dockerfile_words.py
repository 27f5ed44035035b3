"""Lays paths and commands into a Dockerfile so that nothing in them ends the instruction or starts another."""

import json
import posixpath
import re
from collections.abc import Sequence

PLAIN = re.compile(r"[\w./*@+:-]+", re.ASCII)


def copied(paths: Sequence[str]) -> str:
    """The operands of COPY: plain words where they are, the JSON form where a path has spaces."""
    tidy = [_tidy(path) for path in paths]
    if all(PLAIN.fullmatch(path) for path in tidy):
        return " ".join(tidy)
    return json.dumps(tidy, ensure_ascii=False)


def shell(command: str) -> str:
    """A command for RUN; one that a Dockerfile would read otherwise becomes the exec form."""
    if command.isprintable() and not command.endswith("\\") and not command.startswith(("[", "--", "<<", "#")):
        return command
    return json.dumps(["sh", "-c", command], ensure_ascii=False)


def _tidy(path: str) -> str:
    """`path` without `.` and doubled slashes; a slash at the end stays, it says that a folder is meant."""
    if path in {"./", "."}:
        return "./"
    tidied = posixpath.normpath(path)
    return f"{tidied}/" if path.endswith("/") and tidied != "/" else tidied
