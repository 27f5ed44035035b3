"""A repository as detectors see it: the list of its files and bounded, cached looks inside them."""

import os
import posixpath
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

from tools.guard.workspace import opened_inside
from tools.stacks.signs import SIGNS
from tools.stacks.walk import MAX_FILES, walk

MAX_READ = 1_000_000
"""Larger files are data or generated; no manifest or source worth reading is that long."""
MAX_KEPT = 64_000_000
"""Bytes the cache keeps; a file beyond that is read again when it is asked for again."""
MAX_SOURCES = 6_000
"""Source files looked into in one repository; manifests are not counted."""


@dataclass(frozen=True)
class Hit:
    """Where something was found. `match` gives the groups of the pattern."""

    path: str
    line: int
    match: re.Match[str]

    @property
    def evidence(self) -> str:
        """`file:line`, as every field of a component cites it."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Tree:
    """The files of a repository (sorted, relative, with `/`) and what is in them.

    Folders are written as in `Component.path`: '.' for the root, otherwise `a/b` without a final slash.
    """

    root: Path
    files: tuple[str, ...]
    links: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    _kept: dict[str, bytes | None] = field(default_factory=dict, repr=False, compare=False)
    _worth: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)
    _size: list[int] = field(default_factory=lambda: [0], repr=False, compare=False)

    @classmethod
    def of(cls, root: Path, max_files: int = MAX_FILES) -> Self:
        """Walk `root` once and freeze what was seen. Blocking: call it in a worker thread."""
        found = walk(root, max_files)
        return cls(
            root=Path(os.path.realpath(root)),
            files=tuple(sorted(found.files)),
            links=frozenset(found.links),
            warnings=tuple(found.warnings),
        )

    # --- which files there are -------------------------------------------------------------------------

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self.files)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for path in self.files:
            index.setdefault(path.rpartition("/")[2], []).append(path)
        return index

    def has(self, path: str) -> bool:
        """Whether there is a file `path`."""
        return path in self._all

    def first(self, folder: str, *names: str) -> str | None:
        """The first of `names` (in the order given) that is a file directly in `folder`."""
        return next((path for name in names if (path := join(folder, name)) in self._all), None)

    def named(self, *names: str) -> list[str]:
        """Every file whose own name is one of `names`, anywhere."""
        return sorted(path for name in set(names) for path in self._by_name.get(name, ()))

    def under(self, folder: str) -> tuple[str, ...]:
        """Every file in `folder` and below."""
        if folder in {"", "."}:
            return self.files
        # '0' is the character after '/': the two bounds enclose exactly the paths that start with `folder/`.
        low, high = bisect_left(self.files, folder + "/"), bisect_left(self.files, folder + "0")
        return self.files[low:high]

    @cached_property
    def _by_folder(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for path in self.files:
            index.setdefault(parent(path), []).append(path)
        return index

    def folders_under(self, folder: str) -> list[str]:
        """`folder` and every folder below it that holds a file."""
        folders = self._folders
        if folder in {"", "."}:
            return folders
        low, high = bisect_left(folders, folder + "/"), bisect_left(folders, folder + "0")
        return ([folder] if folder in self._by_folder else []) + folders[low:high]

    @cached_property
    def _folders(self) -> list[str]:
        return sorted(self._by_folder)

    def within(self, folder: str) -> list[str]:
        """The files directly in `folder`."""
        return self._by_folder.get(folder or ".", [])

    # --- what is in them -------------------------------------------------------------------------------

    def data(self, path: str) -> bytes | None:
        """The bytes of a file, or None when it is absent, too large, binary or cannot be read."""
        if path in self._kept:
            return self._kept[path]
        content = self._read(path) if path in self._all else None
        self._keep(path, content)
        return content

    def _keep(self, path: str, content: bytes | None) -> None:
        if self._size[0] < MAX_KEPT:
            self._kept[path] = content
            self._size[0] += len(content or b"") + 200

    def code(self, paths: Iterable[str], *suffixes: str) -> list[str]:
        """Those of `paths` that are source files in which something may be found (see `signs.py`).

        Each source file is read once, and at most `MAX_SOURCES` of them in a repository, the ones nearest to
        the top of what was asked first.
        """
        asked = [path for path in paths if path.endswith(suffixes)]
        new = [path for path in asked if path not in self._worth]
        room = MAX_SOURCES - len(self._worth)
        if len(new) > room:
            new = sorted(new, key=lambda path: (path.count("/"), path))[: max(room, 0)]
        by_folder: dict[str, list[str]] = {}
        for path in new:
            by_folder.setdefault(parent(path), []).append(path)
        for folder, inside in by_folder.items():
            for path, content in self._read_in(folder, inside):
                signs = SIGNS.get("." + path.rpartition(".")[2])
                self._worth[path] = content is not None and _has_one(content, signs)
                if self._worth[path]:
                    self._keep(path, content)
        return [path for path in asked if self._worth.get(path)]

    @property
    def sources_full(self) -> bool:
        """Whether some source files were not looked into because there are too many."""
        return len(self._worth) >= MAX_SOURCES

    def text(self, path: str) -> str | None:
        """A file's text: no byte order mark, `\\n` line ends, undecodable bytes replaced; None as in `data`."""
        content = self.data(path)
        if content is None:
            return None
        return content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")

    def search(self, path: str, pattern: str | re.Pattern[str], flags: int = re.MULTILINE) -> Hit | None:
        """The first place in a file where `pattern` matches."""
        return next(self.search_all([path], pattern, flags=flags), None)

    def search_all(
        self,
        paths: Iterable[str],
        pattern: str | re.Pattern[str],
        *,
        needle: re.Pattern[bytes] | bytes | None = None,
        flags: int = re.MULTILINE,
    ) -> Iterator[Hit]:
        """Every place in `paths` where `pattern` matches, in order.

        `needle` (bytes, or a pattern over bytes) is looked for first: files without it are not even decoded.
        """
        compiled = re.compile(pattern, flags) if isinstance(pattern, str) else pattern
        for path in paths:
            if needle is not None:
                content = self.data(path)
                if content is None:
                    continue
                if isinstance(needle, bytes) and needle not in content:
                    continue
                if isinstance(needle, re.Pattern) and not needle.search(content):
                    continue
            text = self.text(path)
            if text is None:
                continue
            line, counted = 1, 0
            for match in compiled.finditer(text):
                # `^\s*name` also takes the blank lines before it: cite the line where the words are.
                start = match.start() + len(match[0]) - len(match[0].lstrip())
                line += text.count("\n", counted, start)
                counted = start
                yield Hit(path, line, match)

    def line_of(self, path: str, text: str, *, after: int = 0) -> str:
        """Evidence `path:line` for the first line past line `after` that contains `text` (line 1 if none does)."""
        for number, line in enumerate((self.text(path) or "").split("\n"), start=1):
            if number > after and text in line:
                return f"{path}:{number}"
        return f"{path}:1"

    # --- reading -----------------------------------------------------------------------------------------

    def _read(self, path: str) -> bytes | None:
        """One file. A link inside the root is read where it leads."""
        if path in self.links:
            real = os.path.relpath(os.path.realpath(os.path.join(self.root, path)), self.root)  # noqa: PTH118
            return None if real.startswith("..") else next(self._read_in(parent(real), [real]))[1]
        return next(self._read_in(parent(path), [path]))[1]

    def _read_in(self, folder: str, paths: list[str]) -> Iterator[tuple[str, bytes | None]]:
        """Several files of one folder. The folder is opened once and proved to be inside the root, so that
        nothing swapped since the walk can lead out, and the system resolves one name a file, not a whole path.
        """
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            directory = os.open(os.path.join(self.root, folder), flags | os.O_DIRECTORY)  # noqa: PTH118
        except (OSError, ValueError):
            yield from ((path, None) for path in paths)
            return
        try:
            inside = opened_inside(directory, self.root)
            for path in paths:
                yield path, _content(directory, base(path), flags) if inside else None
        finally:
            os.close(directory)


def _content(directory: int, name: str, flags: int) -> bytes | None:
    """The bytes of a regular text file in an open folder; UTF-16, as some Windows tools write, becomes UTF-8."""
    try:
        descriptor = os.open(name, flags, dir_fd=directory)
    except (OSError, ValueError):
        return None
    try:
        size = os.fstat(descriptor).st_size
        content = os.read(descriptor, size + 1) if size <= MAX_READ else None
    except OSError:  # a folder, or a file system that fails
        return None
    finally:
        os.close(descriptor)
    if content is not None and content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    return None if content is None or b"\0" in content[:8192] else content


def _has_one(content: bytes, signs: tuple[bytes, ...] | None) -> bool:
    return signs is None or any(sign in content for sign in signs)


def join(folder: str, name: str) -> str:
    """`name` inside `folder`, where '.' is the root."""
    return name if folder in {"", "."} else f"{folder}/{name}"


def relative(path: str, folder: str) -> str:
    """`path` as seen from `folder`, both of the repository; never asks where the process runs, as relpath would."""
    return posixpath.relpath(f"/{path}", f"/{folder}")


def parent(path: str) -> str:
    """The folder a file or folder is in, '.' for the root."""
    return path.rpartition("/")[0] or "."


def base(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def contains(folder: str, path: str) -> bool:
    """Whether `path` is `folder` itself or lies below it."""
    return folder in {"", "."} or path == folder or path.startswith(folder + "/")
