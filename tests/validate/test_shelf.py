"""What checkers said outlives the process: only what was looked at, only while nothing has changed, never a secret."""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.delivery import Validation
from tools.guard.process import find_program
from tools.validate import judge, shelf, tool
from tools.validate.checker import Source

CLEAN = b'#!/bin/sh\necho "${1}"\n'
QUOTELESS = b"#!/bin/sh\nread -r token\necho $token hunter2hunter2\n"
pytestmark = pytest.mark.skipif(find_program("shellcheck") is None, reason="shellcheck is not installed")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(shelf, "_places", [])
    shelf.open_at(tmp_path)
    judge.forget()
    yield tmp_path / shelf.FOLDER
    judge.forget()


async def judged(content: bytes = CLEAN) -> Validation:
    """As a process would that has just begun."""
    judge.forget()
    (said,) = await judge.judge([Source("a.sh", content)], only="shellcheck")
    return said


def as_if_asked_before(kept: Path, duration: float = 99.0) -> None:
    """Mark the kept answer, to tell it from a new one."""
    (path,) = kept.iterdir()
    before = shelf._ANSWER.validate_json(path.read_bytes())
    marked = shelf.Answer(before.validation.model_copy(update={"duration": duration}), before.brought)
    path.write_bytes(shelf._ANSWER.dump_json(marked))


async def test_an_answer_outlives_the_process_and_is_private(kept: Path) -> None:
    assert (await judged()).status == "passed"
    assert [stat.S_IMODE(each.stat().st_mode) for each in kept.iterdir()] == [0o600]
    as_if_asked_before(kept)
    assert (await judged()).duration == 99.0
    assert (await judged(CLEAN + b"exit 0\n")).duration < 99.0


async def test_what_is_damaged_or_a_week_old_is_asked_anew(kept: Path) -> None:
    await judged()
    as_if_asked_before(kept)
    (path,) = kept.iterdir()
    os.utime(path, (time.time() - shelf.OLDEST - 60,) * 2)
    assert (await judged()).duration < 99.0
    path.write_bytes(b'{"validation": ')
    assert (await judged()).status == "passed"


async def test_another_program_is_another_answer(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await judged()
    as_if_asked_before(kept)
    real = find_program("shellcheck")
    assert real is not None
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "shellcheck").write_text(f'#!/bin/sh\nexec "{real}" "$@"\n')
    (folder / "shellcheck").chmod(0o755)
    monkeypatch.setattr(tool, "find_program", lambda name: str(folder / name))
    assert (await judged()).duration < 99.0


async def test_an_absent_tool_is_never_kept(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.validate import tool

    with monkeypatch.context() as without:
        without.setattr(tool, "find_program", lambda _name: None)
        assert (await judged()).status == "not_validated"
    assert list(kept.iterdir()) == []
    assert (await judged()).status == "passed"


async def test_findings_which_quote_the_file_stay_in_memory(kept: Path) -> None:
    assert (await judged(QUOTELESS)).status == "failed"
    assert list(kept.iterdir()) == []


async def test_the_oldest_make_room(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST", 2)
    for number in range(4):
        path = kept / f"{number}.json"
        path.write_text("{}")
        os.utime(path, (number, number))
    shelf.open_at(tmp_path)
    assert sorted(each.name for each in kept.iterdir()) == ["2.json", "3.json"]
