"""The state directory under bad luck: a full disk, removed or replaced while the server runs. Nothing is done unseen."""

import asyncio
import hashlib
import logging
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp.server.elicitation import AcceptedElicitation

from tools.context import Deps
from tools.files.write import write
from tools.guard.action import Action
from tools.guard.approval import Approvals
from tools.guard.decision import Decision
from tools.guard.gate import Consent, Gate, Granted, UnrecordedError
from tools.guard.journal import Journal
from tools.guard.policy import Policy
from tools.guard.redact import Redactor
from tools.guard.state import State, StateError
from tools.guard.workspace import Workspace

UNASKED: AcceptedElicitation[Consent] = AcceptedElicitation[Consent].model_construct(data=None)  # type: ignore[arg-type]
ALLOW = Decision(decision="allow", reasons=[])
ACTION = Action(tool="bash", target="/p", arguments={}, what="-", undo="-")


def _gate(directory: Path) -> Gate:
    state = State.at(directory)
    return Gate(Journal(state), Approvals(state), Policy(), Redactor())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of one megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def _fill(place: Path) -> Path:
    filler = place / "filler"
    with filler.open("wb", buffering=0) as stream:
        for size in (65_536, 4_096, 512):
            try:
                while True:
                    stream.write(b"x" * size)
            except OSError:
                continue
    return filler


async def test_on_a_full_disk_nothing_is_done_and_the_reason_is_told(small_disk: Path, tmp_path: Path) -> None:
    gate = _gate(small_disk / "state")
    work = tmp_path / "work"
    work.mkdir()
    deps = Deps(workspace=Workspace.at(work), language="en", gate=gate)
    assert (await write(deps, UNASKED, "a.txt", "one\n")).status == "done"
    filler = _fill(small_disk)
    with pytest.raises(StateError):
        for number in range(200):  # the pages of the database that are there already take a few records more
            await write(deps, UNASKED, f"b{number}.txt", "two\n")
    told = sum(record.body["tool"] == "write" for record in gate.journal.records() if record.kind == "opened")
    assert len(list(work.glob("*.txt"))) <= told
    filler.unlink()
    assert (await write(deps, UNASKED, "c.txt", "three\n")).status == "done"
    assert gate.journal.verify().intact


async def test_an_action_that_ends_on_a_full_disk_says_that_it_was_done(small_disk: Path) -> None:
    gate = _gate(small_disk / "state")
    with pytest.raises(UnrecordedError, match="bash") as told:
        async with gate.recorded(Granted(ACTION, ALLOW), who="tester") as entry:
            entry.details["output"] = "x" * 2_000_000
            _fill(small_disk)
    assert "journal" in str(told.value)


async def test_what_failed_first_is_what_the_caller_hears(small_disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    gate = _gate(small_disk / "state")
    with caplog.at_level(logging.ERROR), pytest.raises(KeyError):
        async with gate.recorded(Granted(ACTION, ALLOW), who="tester") as entry:
            entry.details["output"] = "x" * 2_000_000
            _fill(small_disk)
            raise KeyError("first")
    assert "not recorded" in caplog.text


@pytest.mark.parametrize("again", [False, True], ids=["removed", "replaced"])
async def test_a_state_directory_that_went_away_stops_everything(tmp_path: Path, again: bool) -> None:
    gate = _gate(tmp_path / "state")
    async with gate.recorded(Granted(ACTION, ALLOW), who="tester"):
        pass
    shutil.rmtree(tmp_path / "state")
    if again:
        other = _gate(tmp_path / "state")
        async with other.recorded(Granted(ACTION, ALLOW), who="another server"):
            pass
    with pytest.raises(StateError):
        async with gate.recorded(Granted(ACTION, ALLOW), who="tester"):
            pytest.fail("it was let act without being remembered")
    with pytest.raises(StateError):
        await gate.approvals.ask(ACTION.digest, ACTION, ALLOW)


async def test_a_database_that_is_none_is_a_clear_error(tmp_path: Path) -> None:
    state = State.at(tmp_path / "state")
    (state.directory / "state.db").write_bytes(os.urandom(8_192))
    with pytest.raises(StateError):
        await Journal(state).opened({})


@pytest.mark.parametrize("steps", range(0, 60, 2))
async def test_cancelled_at_any_moment_a_write_is_whole_and_remembered(tmp_path: Path, steps: int) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "a.txt").write_text("old\n")
    gate = _gate(tmp_path / "state")
    deps = Deps(workspace=Workspace.at(work), language="en", gate=gate)
    digest = hashlib.sha256(b"old\n").hexdigest()
    writing = asyncio.ensure_future(write(deps, UNASKED, "a.txt", "new\n", digest))
    for _step in range(steps):
        await asyncio.sleep(0 if steps % 4 else 0.001)
    writing.cancel()
    await asyncio.wait({writing})
    assert (work / "a.txt").read_text() in {"old\n", "new\n"}
    assert [path.name for path in work.iterdir()] == ["a.txt"]
    records = gate.journal.records()
    assert [each.call for each in records if each.kind == "opened"] == [
        each.call for each in records if each.kind == "closed"
    ]
    if (work / "a.txt").read_text() == "new\n":
        assert records[-1].body["version"]  # a cancelled write that was made says how it is undone
    assert gate.journal.verify().intact
