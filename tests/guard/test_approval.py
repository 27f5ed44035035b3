"""An approval is one person's word on one exact action, once."""

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import anyio
import pytest

from tools.guard.action import Action
from tools.guard.approval import ApprovalError, Approvals
from tools.guard.decision import Decision
from tools.guard.state import State

ROOT = Path(__file__).resolve().parents[2]
ACTION = Action(tool="bash", target="/project", arguments={"command": "make deploy"}, what="Runs make.", undo="-")
DECISION = Decision(decision="ask", reasons=[])


@pytest.fixture
def approvals(tmp_path: Path) -> Approvals:
    return Approvals(State.at(tmp_path / "state"))


async def test_an_approved_action_may_be_done_once(approvals: Approvals) -> None:
    request = await approvals.ask(ACTION.digest, ACTION, DECISION)
    approvals.decide(request.id, approve=True, who="ada")
    assert (await approvals.use(request.id, ACTION)).decided_by == "ada"
    with pytest.raises(ApprovalError):
        await approvals.use(request.id, ACTION)


@pytest.mark.parametrize(
    "change",
    [
        {"arguments": {"command": "make deploy; rm -rf ."}},
        {"target": "/other"},
        {"tool": "write"},
        {"digests": {"a": "b"}},
        {"acts_on": ["kube_context:prod"]},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_an_approval_for_another_action_is_refused_and_stays_unused(
    approvals: Approvals, change: dict[str, object]
) -> None:
    request = await approvals.ask(ACTION.digest, ACTION, DECISION)
    approvals.decide(request.id, approve=True, who="ada")
    with pytest.raises(ApprovalError):
        await approvals.use(request.id, ACTION.model_copy(update=change))
    assert (await approvals.use(request.id, ACTION)).id == request.id


async def test_a_pending_or_refused_or_unknown_request_lets_nothing_through(approvals: Approvals) -> None:
    pending = await approvals.ask(ACTION.digest, ACTION, DECISION)
    refused = await approvals.ask(ACTION.digest, ACTION, DECISION)
    approvals.decide(refused.id, approve=False, who="ada", reason="not on a Friday")
    for request_id in (pending.id, refused.id, "0000000000000000", "", "' OR 1=1 --"):
        with pytest.raises(ApprovalError):
            await approvals.use(request_id, ACTION)


async def test_an_expired_approval_is_refused(approvals: Approvals) -> None:
    request = await approvals.ask(ACTION.digest, ACTION, DECISION)
    late = Approvals(approvals.state, lifetime=-1.0)  # the approval it gives has expired when it is given
    late.decide(request.id, approve=True, who="ada")
    with pytest.raises(ApprovalError):
        await approvals.use(request.id, ACTION)


async def test_an_expired_request_can_not_be_approved(approvals: Approvals) -> None:
    late = Approvals(approvals.state, lifetime=-1.0)
    request = await late.ask(ACTION.digest, ACTION, DECISION)
    with pytest.raises(ApprovalError):
        approvals.decide(request.id, approve=True, who="ada")


@pytest.mark.parametrize("column", ["state = 'approved'", "state = 'approved', expires = 9e9, decided_by = 'ada'"])
async def test_an_approval_written_into_the_database_without_the_key_is_void(approvals: Approvals, column: str) -> None:
    request = await approvals.ask(ACTION.digest, ACTION, DECISION)
    with sqlite3.connect(approvals.state.directory / "state.db") as db:
        db.execute(f"UPDATE approvals SET {column} WHERE id = ?", (request.id,))
    with pytest.raises(ApprovalError):
        await approvals.use(request.id, ACTION)


async def test_of_two_simultaneous_uses_exactly_one_wins(approvals: Approvals) -> None:
    request = await approvals.ask(ACTION.digest, ACTION, DECISION)
    approvals.decide(request.id, approve=True, who="ada")
    won: list[bool] = []
    gate = threading.Barrier(8)

    def use() -> None:
        gate.wait()
        try:
            approvals._use(request.id, ACTION)
            won.append(True)
        except ApprovalError:
            won.append(False)

    threads = [threading.Thread(target=use) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1


async def test_pending_requests_are_listed_with_what_a_person_needs_to_decide(approvals: Approvals) -> None:
    request = await approvals.ask(ACTION.digest, ACTION, DECISION)
    assert [each.id for each in approvals.pending()] == [request.id]
    assert approvals.pending()[0].action == ACTION


@pytest.mark.parametrize("back", [60.0, 86_400.0])
async def test_a_clock_that_was_put_back_lengthens_no_approval(
    approvals: Approvals, monkeypatch: pytest.MonkeyPatch, back: float
) -> None:
    given = await approvals.ask(ACTION.digest, ACTION, DECISION)
    approvals.decide(given.id, approve=True, who="a person")
    waiting = await approvals.ask(ACTION.digest, ACTION, DECISION)
    now = time.time
    monkeypatch.setattr("tools.guard.approval.time.time", lambda: now() - back)
    with pytest.raises(ApprovalError, match="expir"):
        await approvals.use(given.id, ACTION)
    with pytest.raises(ApprovalError, match="expir"):
        approvals.decide(waiting.id, approve=True, who="a person")


def test_of_many_processes_that_use_one_approval_exactly_one_wins(approvals: Approvals) -> None:
    script = """
import asyncio, sys
from pathlib import Path
from tools.guard.action import Action
from tools.guard.approval import ApprovalError, Approvals
from tools.guard.state import State
async def main():
    action = Action.model_validate_json(sys.argv[3])
    sys.stdin.readline()
    try:
        await Approvals(State.at(Path(sys.argv[1]))).use(sys.argv[2], action)
        print("used")
    except ApprovalError as error:
        print("refused")
asyncio.run(main())
"""
    request = anyio.run(approvals.ask, ACTION.digest, ACTION, DECISION)
    approvals.decide(request.id, approve=True, who="a person")
    argv = [sys.executable, "-c", script, str(approvals.state.directory), request.id, ACTION.model_dump_json()]
    rivals = [
        subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _each in range(4)
    ]
    said = [rival.communicate("go\n", timeout=60)[0].strip() for rival in rivals]
    assert sorted(said) == ["refused", "refused", "refused", "used"]
