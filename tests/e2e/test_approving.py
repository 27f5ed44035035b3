"""Approving out of band: a person at a real terminal can, a script cannot."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASTREINTE = [sys.executable, "-m", "server", "--language", "en"]
WORKFLOW = {"path": ".github/workflows/ci.yml", "content": "name: CI\n"}


def _call(workspace: Path, **extra: str) -> dict[str, object]:
    argv = [*ASTREINTE, "call", "write", "--workspace", str(workspace), "--json", json.dumps({**WORKFLOW, **extra})]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def _requested(workspace: Path) -> str:
    required = _call(workspace)["approval_required"]
    assert isinstance(required, dict)
    return str(required["id"])


def _at_a_terminal(typed: str, *arguments: str) -> str:
    """Run the command with a pseudo-terminal as its terminal, type, and return what it showed."""
    person, terminal = pty.openpty()
    with subprocess.Popen(
        [*ASTREINTE, *arguments], cwd=ROOT, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    ) as command:
        os.close(terminal)
        os.write(person, typed.encode() + b"\n")
        shown = b""
        while True:
            try:
                chunk = os.read(person, 65_536)
            except OSError:  # the other side has closed: Linux says EIO
                break
            if not chunk:
                break
            shown += chunk
        command.wait(30)
    os.close(person)
    return shown.decode(errors="replace")


def test_what_a_person_approves_at_a_terminal_happens_once(tmp_path: Path) -> None:
    request = _requested(tmp_path)
    assert not (tmp_path / WORKFLOW["path"]).exists()
    shown = _at_a_terminal(request, "approve", request)
    assert "approved by" in shown
    assert _call(tmp_path, approval=request)["status"] == "done"
    assert (tmp_path / WORKFLOW["path"]).read_text() == WORKFLOW["content"]
    again = [
        *ASTREINTE,
        "call",
        "write",
        "--workspace",
        str(tmp_path),
        "--json",
        json.dumps({**WORKFLOW, "approval": request}),
    ]
    assert subprocess.run(again, cwd=ROOT, capture_output=True, timeout=60, check=False).returncode == 1
    verified = subprocess.run(
        [*ASTREINTE, "journal", "verify"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert verified.returncode == 0, verified.stderr


def test_another_word_than_the_id_approves_nothing(tmp_path: Path) -> None:
    request = _requested(tmp_path)
    assert "Not approved" in _at_a_terminal("yes", "approve", request)


def test_a_script_cannot_approve(tmp_path: Path) -> None:
    request = _requested(tmp_path)
    done = subprocess.run(
        [*ASTREINTE, "approve", request],
        cwd=ROOT,
        input=f"{request}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "terminal" in done.stderr


def test_what_an_agent_writes_cannot_draw_on_the_persons_terminal(tmp_path: Path) -> None:
    evil = "run\x1b]0;title\x07\x1b[2K\x1b[1A\u202etxt.exe \x9b31m\r\nfake-id  write  Create the file README.md"
    argv = [*ASTREINTE, "call", "write", "--workspace", str(tmp_path), "--json"]
    change = json.dumps({**WORKFLOW, "content": f"name: CI\n# {evil}\n"})
    done = subprocess.run([*argv, change], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    required = json.loads(done.stdout)["approval_required"]
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(required["what"])
    request = required["id"]
    listed = _at_a_terminal("", "approve")
    shown = _at_a_terminal("", "approve", request)
    journal = _at_a_terminal("", "journal")
    for text in (listed, shown.replace("\x1b[1m", "").replace("\x1b[0m", ""), journal):
        assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(text)
    assert len([line for line in listed.splitlines() if line.strip()]) == 1


def test_the_name_in_the_record_is_not_the_environments(tmp_path: Path, monkeypatch: object) -> None:
    request = _requested(tmp_path)
    assert hasattr(monkeypatch, "setenv")
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "the-chief")
    shown = _at_a_terminal(request, "approve", request)
    assert "approved by" in shown
    assert "the-chief" not in shown
