"""Runs every checker on the files it applies to: a few runs at once, in a fixed order, known content only once."""

import asyncio
import math
import os
import tempfile
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

import anyio.to_thread

from resources.catalogue import _, current_language
from tools.delivery import Validation
from tools.validate import shelf
from tools.validate.bench import Bench, Listing, Lookup, Repository, digest, empty, nowhere
from tools.validate.checker import Checker, Source
from tools.validate.registry import CHECKERS, LONGEST_FIRST
from tools.validate.shelf import Answer
from tools.validate.tool import NotJudgedError, fingerprint, unfinished

AT_ONCE = max(2, min(8, os.cpu_count() or 2))
TIME_LIMIT = 60.0
PATIENCE = 2
"""Times the limit: as long may the files of a failed run be taken up one by one."""
CACHE_SIZE = 4_096

Key = tuple[object, ...]
Pair = tuple[Checker, Source]


_cache: OrderedDict[Key, Answer] = OrderedDict()
_hand = threading.Lock()


def forget() -> None:
    """Remember nothing of what this process has judged; what the state directory keeps stays."""
    _cache.clear()


async def judge(
    sources: Sequence[Source],
    *,
    lookup: Lookup = nowhere,
    listing: Listing = empty,
    limit: float = TIME_LIMIT,
    only: str | None = None,
) -> list[Validation]:
    """What each checker, or the one called `only`, says of each of `sources`, by path and then as in the registry.

    `lookup` reads another file of the same repository, for the checker that follows a reference, and `listing`
    names those of a folder; the sources themselves are always found. `limit` is the seconds one program may take.
    """
    own = {source.path: source for source in sources}

    def find(path: str) -> bytes | None:
        return own[path].content if path in own else lookup(path)

    def names(prefix: str) -> Sequence[str]:
        return sorted({*(path for path in own if path.startswith(prefix)), *listing(prefix)})

    beside = Repository(find, names)

    # Recognising a file means searching it, and answers are files: not in the loop that serves everybody.
    every = await anyio.to_thread.run_sync(pairs, list(own.values()), only)
    said = await anyio.to_thread.run_sync(_known, every, beside)
    asked = [pair for pair, known in zip(every, said, strict=True) if known is None]
    fresh: dict[tuple[str, str], Validation] = {}
    with tempfile.TemporaryDirectory(prefix="astreinte-") as private:  # mode 0700
        runs = _Runs(Path(private), beside, limit)
        async with asyncio.TaskGroup() as group:
            tasks = [(crowd, group.create_task(runs.look(*crowd))) for crowd in _crowds(asked)]
    for (checker, crowd), task in tasks:
        fresh |= {(checker.NAME, source.path): each for source, each in zip(crowd, task.result(), strict=True)}
    return [known or fresh[checker.NAME, source.path] for known, (checker, source) in zip(said, every, strict=True)]


def pairs(sources: Sequence[Source], only: str | None = None) -> list[Pair]:
    """Every source with every checker that applies to it, in the order of the results."""
    checkers = [each for each in CHECKERS if only in {None, each.NAME}]
    ordered = sorted(sources, key=lambda each: each.path)
    return [(checker, source) for source in ordered for checker in checkers if checker.applies(source)]


def _crowds(every: Sequence[Pair]) -> Iterator[tuple[Checker, list[Source]]]:
    """The runs to make: no more files in one than its checker takes, the ones that take longest first."""
    waiting: defaultdict[str, list[Source]] = defaultdict(list)
    for checker, source in every:
        waiting[checker.NAME].append(source)
    rank = {name: number for number, name in enumerate(LONGEST_FIRST)}
    for checker in sorted(CHECKERS, key=lambda each: rank.get(each.NAME, len(rank))):
        crowd = waiting[checker.NAME]
        for start in range(0, len(crowd), checker.TAKES):
            yield checker, crowd[start : start + checker.TAKES]


class _Runs:
    """The runs of one call: each in a directory of its own, `AT_ONCE` at the same time."""

    def __init__(self, private: Path, beside: Repository, limit: float) -> None:
        self._private = private
        self._beside = beside
        self._limit = limit
        self._room = asyncio.Semaphore(AT_ONCE)
        self._number = count()

    async def look(self, checker: Checker, crowd: Sequence[Source]) -> list[Validation]:
        """What `checker` says of `crowd`; when it does not say it of all of them at once, of each alone."""
        said: Sequence[Validation | None] = [None] * len(crowd)
        if len(crowd) > 1:
            with suppress(NotJudgedError):
                said = await self._run(checker, crowd)
        until = asyncio.get_running_loop().time() + PATIENCE * self._limit
        async with asyncio.TaskGroup() as group:
            alone = {
                source.path: group.create_task(self._alone(checker, source, until))
                for source, each in zip(crowd, said, strict=True)
                if each is None
            }
        return [each or alone[source.path].result() for source, each in zip(crowd, said, strict=True)]

    async def _alone(self, checker: Checker, source: Source, until: float) -> Validation:
        try:
            (said,) = await self._run(checker, [source], until)
        except NotJudgedError as error:
            return error.validation  # not remembered: the next call may have more luck or time
        assert said is not None  # noqa: S101 - of a file alone there is no doubt which one is meant
        return said

    async def _run(
        self, checker: Checker, crowd: Sequence[Source], until: float = math.inf
    ) -> Sequence[Validation | None]:
        async with self._room:
            if asyncio.get_running_loop().time() > until:
                reason = _("{tool} did not get through its files in time.", tool=checker.NAME)
                raise NotJudgedError(unfinished(checker.NAME, crowd[0], reason))
            return await self._look_closely(checker, crowd)

    async def _look_closely(self, checker: Checker, crowd: Sequence[Source]) -> Sequence[Validation | None]:
        place = self._private / str(next(self._number))
        laid_out = crowd if checker.PROGRAMS else []  # what runs in this process has the bytes at hand
        bench = await anyio.to_thread.run_sync(Bench.prepare, place, laid_out, self._limit, self._beside)
        try:
            said = await checker.check(crowd, bench)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(bench.clear)
        answers = {
            _key(checker, source): Answer(each, dict(bench.brought[source.path]))
            for source, each in zip(crowd, said, strict=True)
            if each is not None
        }
        await anyio.to_thread.run_sync(_keep, answers)
        return said


def _known(every: Sequence[Pair], beside: Repository) -> list[Validation | None]:
    """What was said before of each pair and still holds; None when somebody must look."""
    said: list[Validation | None] = []
    for checker, source in every:
        key = _key(checker, source)
        known = _cache.get(key) or shelf.take(key)
        holds = known is not None and all(beside.digest(path) == then for path, then in known.brought.items())
        if known is not None and holds:
            _remember(key, known)
        said.append(known.validation if known is not None and holds else None)
    return said


def _keep(answers: dict[Key, Answer]) -> None:
    for key, answer in answers.items():
        _remember(key, answer)
        shelf.put(key, answer)


def _key(checker: Checker, source: Source) -> Key:
    # Findings are sentences: two languages are two results.
    return checker.NAME, source.path, digest(source.content), fingerprint(checker.PROGRAMS), current_language()


def _remember(key: Key, answer: Answer) -> None:
    with _hand:
        _cache[key] = answer
        _cache.move_to_end(key)
        if len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
