"""Runs every checker on every file it applies to: a few at once, in a fixed order, known content only once."""

import asyncio
import os
import tempfile
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import anyio.to_thread

from resources.catalogue import current_language
from tools.delivery import Validation
from tools.validate import shelf
from tools.validate.bench import Bench, Lookup, Together, digest, nowhere
from tools.validate.checker import Checker, Source
from tools.validate.registry import CHECKERS, IN_ONE_RUN
from tools.validate.shelf import Answer
from tools.validate.tool import NotJudgedError, fingerprint

AT_ONCE = max(2, min(8, os.cpu_count() or 2))
TIME_LIMIT = 60.0
CACHE_SIZE = 4_096

Key = tuple[object, ...]


_cache: OrderedDict[Key, Answer] = OrderedDict()


def forget() -> None:
    """Remember nothing of what this process has judged; what the state directory keeps stays."""
    _cache.clear()


async def judge(
    sources: Sequence[Source], *, lookup: Lookup = nowhere, limit: float = TIME_LIMIT, only: str | None = None
) -> list[Validation]:
    """What each checker, or the one called `only`, says of each of `sources`, by path and then as in the registry.

    `lookup` reads another file of the same repository, for the checker that follows a reference; the sources
    themselves are always found. `limit` is the seconds one program may take.
    """
    own = {source.path: source.content for source in sources}
    room = asyncio.Semaphore(AT_ONCE)

    def find(path: str) -> bytes | None:
        return own[path] if path in own else lookup(path)

    every = [each for each in pairs(sources) if only in {None, each[0].NAME}]
    crowds: defaultdict[str, list[Source]] = defaultdict(list)
    for checker, source in every:
        crowds[checker.NAME].append(source)
    together = {name: Together(crowds[name]) for name in IN_ONE_RUN & crowds.keys()}
    with tempfile.TemporaryDirectory(prefix="astreinte-") as private:  # mode 0700
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(
                    _look(checker, source, Path(private) / str(number), find, limit, room, together.get(checker.NAME))
                )
                for number, (checker, source) in enumerate(every)
            ]
    return [task.result() for task in tasks]


def pairs(sources: Sequence[Source]) -> list[tuple[Checker, Source]]:
    """Every source with every checker that applies to it, in the order of the results."""
    ordered = sorted(sources, key=lambda each: each.path)
    return [(checker, source) for source in ordered for checker in CHECKERS if checker.applies(source)]


async def _look(
    checker: Checker,
    source: Source,
    place: Path,
    find: Lookup,
    limit: float,
    room: asyncio.Semaphore,
    together: Together | None,
) -> Validation:
    async with nullcontext() if together is not None else room:
        # Findings are sentences: two languages are two results.
        key: Key = (
            checker.NAME,
            source.path,
            digest(source.content),
            fingerprint(checker.PROGRAMS),
            current_language(),
        )
        known = _cache.get(key) or await anyio.to_thread.run_sync(shelf.take, key)
        holds = known is not None and await anyio.to_thread.run_sync(_still_holds, known, find)
        if known is not None and holds:
            _remember(key, known)
            return known.validation
        bench = await anyio.to_thread.run_sync(Bench.prepare, place, source, limit, find, together)
        try:
            said = await checker.check(source, bench)
        except NotJudgedError as error:
            return error.validation  # not remembered: the next call may have more luck or time
        finally:
            bench.clear()
        answer = Answer(said, dict(bench.brought))
        _remember(key, answer)
        await anyio.to_thread.run_sync(shelf.put, key, answer)
        return said


def _remember(key: Key, answer: Answer) -> None:
    _cache[key] = answer
    _cache.move_to_end(key)
    if len(_cache) > CACHE_SIZE:
        _cache.popitem(last=False)


def _still_holds(known: Answer, find: Lookup) -> bool:
    return all(digest(find(path)) == then for path, then in known.brought.items())
