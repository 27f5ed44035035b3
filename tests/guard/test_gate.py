"""The gate: whatever happens to an action under way, the journal says it, and no secret passes any outlet."""

import asyncio
import logging
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mcp.server.elicitation import AcceptedElicitation

from server.logs import RedactingFormatter
from tools.context import Deps
from tools.files.edit import edit
from tools.files.write import write
from tools.guard.action import Action
from tools.guard.approval import Approvals
from tools.guard.decision import Decision, Reason
from tools.guard.errors import ExpectedError
from tools.guard.gate import ApprovalRequired, Consent, DeniedError, Gate, Granted
from tools.guard.journal import Journal
from tools.guard.policy import Policy
from tools.guard.redact import Redactor
from tools.guard.state import State
from tools.guard.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
ALLOW = Decision(decision="allow", reasons=[Reason(rule="x.read", verdict="allow", message="reads")])
ASK = Decision(decision="ask", reasons=[Reason(rule="x.write", verdict="ask", message="writes")])
UNASKED: AcceptedElicitation[Consent] = AcceptedElicitation[Consent].model_construct(data=None)  # type: ignore[arg-type]


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    state = State.at(tmp_path / "state")
    return Gate(Journal(state), Approvals(state), Policy(), Redactor())


def _action(number: int = 0, **more: object) -> Action:
    return Action(tool="bash", target="/p", arguments={"number": number, **more}, what="Runs it.", undo="-")


def _started(script: str, state: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", script, str(state)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


async def _fail(gate: Gate, action: Action) -> None:
    async with gate.recorded(Granted(action, ALLOW), who="tester") as entry:
        entry.details["output"] = TEXT
        raise RuntimeError(TEXT)


def _log_a_crash() -> None:
    try:
        raise_with(TEXT)
    except RuntimeError:
        logging.getLogger("leak").exception("failed on %s", TEXT)


def raise_with(text: str) -> None:
    raise RuntimeError(text)


def _results(gate: Gate) -> list[str]:
    return [record.body["result"] for record in gate.journal.records(limit=10_000) if record.kind == "closed"]


async def test_two_hundred_passes_at_once_lose_nothing(gate: Gate) -> None:
    async def one(number: int) -> None:
        admitted = await gate.admit(_action(number), ALLOW, who="tester")
        assert isinstance(admitted, Granted)
        async with gate.recorded(admitted, who="tester") as entry:
            entry.details["number"] = number

    await asyncio.gather(*(one(number) for number in range(200)))
    closed = [record.body for record in gate.journal.records(limit=10_000) if record.kind == "closed"]
    assert sorted(body["number"] for body in closed) == list(range(200))
    assert gate.journal.verify().intact


async def test_a_failure_and_a_cancellation_are_recorded_as_what_they_are(gate: Gate) -> None:
    granted = Granted(_action(), ALLOW)
    with pytest.raises(ExpectedError):
        async with gate.recorded(granted, who="tester"):
            raise ExpectedError("no")
    started = asyncio.Event()

    async def long() -> None:
        async with gate.recorded(granted, who="tester"):
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(long())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert _results(gate) == ["failed", "cancelled"]


async def test_a_call_cancelled_while_its_record_is_opened_is_still_closed(gate: Gate) -> None:
    async def act() -> None:
        async with gate.recorded(Granted(_action(), ALLOW), who="tester"):
            await asyncio.Event().wait()

    for turns in range(6):  # cancelled at each of the first steps of its life
        task = asyncio.create_task(act())
        for _turn in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    kinds = [record.kind for record in gate.journal.records()]
    assert kinds.count("opened") == kinds.count("closed")
    assert set(_results(gate)) <= {"cancelled"}


async def test_the_question_shows_what_would_hide_or_reorder_words(gate: Gate) -> None:
    hidden = "ls \u202etxt.exe\u200b \x1b[8mrm -rf ."
    question = gate.question(_action().model_copy(update={"what": hidden}), ASK).message
    assert "\\u202etxt.exe\\u200b \\u001b[8mrm -rf ." in question
    assert not {"\u202e", "\u200b", "\x1b"} & set(question)


async def test_a_denial_cannot_be_approved(gate: Gate) -> None:
    denied = Decision.of([Reason(rule="x", verdict="deny", message="never")])
    request = await gate.approvals.ask(_action().digest, _action(), denied)
    gate.approvals.decide(request.id, approve=True, who="ada")
    yes: AcceptedElicitation[Consent] = AcceptedElicitation(data=Consent(approve=True))
    with pytest.raises(DeniedError):
        await gate.admit(_action(), denied, who="tester", answer=yes, approval=request.id)
    assert _results(gate) == ["denied"]


async def test_a_killed_server_leaves_an_interrupted_record_and_a_valid_chain(gate: Gate) -> None:
    script = """
import asyncio, sys
from pathlib import Path
from tools.guard.action import Action
from tools.guard.approval import Approvals
from tools.guard.decision import Decision
from tools.guard.gate import Gate, Granted
from tools.guard.journal import Journal
from tools.guard.policy import Policy
from tools.guard.redact import Redactor
from tools.guard.state import State
async def main():
    state = State.at(Path(sys.argv[1]))
    gate = Gate(Journal(state), Approvals(state), Policy(), Redactor())
    action = Action(tool="apply", target="/p", arguments={}, what="-", undo="-")
    async with gate.recorded(Granted(action, Decision(decision="allow", reasons=[])), who="victim"):
        print("acting", flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""
    victims = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(gate.journal.state.directory)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _number in range(3)
    ]
    try:
        for victim in victims:
            assert victim.stdout
            assert victim.stdout.readline() == "acting\n"
        assert gate.journal.interrupted() == []
        for victim in victims[:2]:
            victim.send_signal(signal.SIGKILL)
            victim.wait(10)
        assert [record.body["tool"] for record in gate.journal.interrupted()] == ["apply", "apply"]
        assert _results(gate) == ["interrupted", "interrupted"]
    finally:
        for victim in victims:
            victim.kill()
            victim.communicate()
    assert gate.journal.verify().intact


SECRETS = {
    "known": "correct-horse-battery",  # no format gives it away: only the .env file does
    "github": "ghp_" + "Zk3Jq9Xw7Lm2Rt8Vb5Nc1Hd6Gf4Ps0YaQ1w2",
    "aws": "AKIA" + "IOSFODNN7EXAMPLE",
    "jwt": "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "pem": "MIIEpAIBAAKCAQEA7bq3ZkZk3Jq9Xw7Lm2Rt8Vb5Nc1Hd6Gf4Ps0Yax9Qw",
    "password": "Tr0ub4dor&3xyz",
}
TEXT = (
    f"x = {SECRETS['known']}\nt = {SECRETS['github']}\nid {SECRETS['aws']}\nj {SECRETS['jwt']}\n"
    f"-----BEGIN RSA PRIVATE{' '}KEY-----\n{SECRETS['pem']}\n-----END RSA PRIVATE{' '}KEY-----\n"
    f"DB_PASSWORD={SECRETS['password']}\n"
)


async def test_no_planted_secret_passes_any_outlet(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVER_API_TOKEN", "hidden-server-token")
    root = tmp_path / "work"
    root.mkdir()
    (root / ".gitignore").write_text(".env\nlocal.ini\n")
    (root / ".env").write_text(f"APP_SECRET={SECRETS['known']}\n")
    (root / "old.txt").write_text(TEXT + "port = 1\n")
    state = State.at(tmp_path / "state")
    gate = Gate(Journal(state), Approvals(state), Policy(), Redactor.of(root))
    deps = Deps(workspace=Workspace.at(root), language="en", gate=gate)
    outlets: dict[str, str] = {}

    change = await edit(deps, UNASKED, "old.txt", "port = 1", "port = 2")
    outlets["result"] = change.model_dump_json()
    with pytest.raises(DeniedError) as denied:
        await write(deps, UNASKED, "new.txt", TEXT)
    outlets["error"] = str(denied.value)
    waiting = await write(deps, UNASKED, "local.ini", TEXT + "hidden-server-token\n")
    outlets["approval required"] = waiting.model_dump_json()
    assert waiting.approval_required
    request = gate.approvals.get(waiting.approval_required.id)
    outlets["request"] = request.model_dump_json()
    action = Action(tool="bash", target="/p", arguments={"command": TEXT}, what=f"Runs {TEXT}", undo="-")
    outlets["question"] = gate.question(action, ASK).message
    required = await gate.admit(action, ASK, who="tester")
    assert isinstance(required, ApprovalRequired)
    outlets["shell approval"] = required.model_dump_json()
    with pytest.raises(RuntimeError):
        await _fail(gate, action)
    formatter = RedactingFormatter(gate.redactor)
    _log_a_crash()
    outlets["log"] = "\n".join(formatter.format(record) for record in caplog.records)
    for path in state.directory.glob("state.db*"):
        outlets[path.name] = path.read_bytes().decode("latin-1")

    for outlet, text in outlets.items():
        for name, secret in {**SECRETS, "environment": "hidden-server-token"}.items():
            assert secret not in text, f"{name} leaked through {outlet}"
            assert secret[4:20] not in text, f"a part of {name} leaked through {outlet}"
