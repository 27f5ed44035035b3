"""Secrets of a repository: in files and in the past, named without being shown, accepted only with a reason."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from server.app import build_server
from server.settings import Settings

SECRET = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
OTHER = "ghp_" + "Z9y8X7w6V5u4T3s2R1q0P9o8N7m6L5k4J3i2"


async def _call(workspace: Path, **arguments: Any) -> Any:
    async with Client(build_server(Settings(workspace=workspace, language="en"))) as client:
        return await client.call_tool("scan_secrets", arguments)


async def _scan(workspace: Path, **arguments: Any) -> dict[str, Any]:
    result = await _call(workspace, **arguments)
    assert result.structured_content, result
    assert SECRET not in result.model_dump_json()
    assert OTHER not in result.model_dump_json()
    told: dict[str, Any] = result.structured_content
    return told


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


async def test_a_secret_is_named_by_file_line_and_rule_and_never_shown(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text(f"a: 1\ntoken: {SECRET}\n")
    told = await _scan(tmp_path)
    (leak,) = told["leaks"]
    assert (leak["path"], leak["line"], leak["certainty"]) == ("config.yml", 2, "certain")


async def test_what_git_ignores_is_not_versioned_and_not_told(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text(".env\n")
    (tmp_path / ".env").write_text(f"TOKEN={SECRET}\n")
    assert (await _scan(tmp_path))["leaks"] == []


async def test_what_was_removed_is_found_in_the_history_once(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q", "-b", "main")
    for number in range(3):
        (tmp_path / "config.yml").write_text(f"n: {number}\ntoken: {SECRET}\n")
        (tmp_path / "picture.bin").write_bytes(b"\0\xff\xfe" * (number + 1))
        _git(tmp_path, "add", ".")
        _git(tmp_path, "commit", "-qm", f"c{number}")
    (tmp_path / "config.yml").write_text("token: ${TOKEN}\n")
    _git(tmp_path, "commit", "-qam", "clean")
    _git(tmp_path, "checkout", "-qb", "side", "HEAD~1")
    (tmp_path / "side.yml").write_text(f"token: {OTHER}\n")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-qm", "side")
    _git(tmp_path, "checkout", "-q", "main")
    assert (await _scan(tmp_path))["leaks"] == []
    past = (await _scan(tmp_path, history=True))["leaks"]
    assert sorted(each["path"] for each in past) == ["config.yml", "side.yml"]
    assert all(each["blob"] and each["in_head"] is False for each in past)
    first = subprocess.run(
        ["git", "log", "--all", "--format=%H %aI", "--grep=^c0$"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    assert [past[0]["commit"], past[0]["date"]] == first


async def test_what_is_still_there_is_told_with_the_commit_that_brought_it(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q", "-b", "main")
    for number in range(3):
        (tmp_path / "config.yml").write_text(f"n: {number}\n" + (f"token: {SECRET}\n" if number else ""))
        _git(tmp_path, "add", ".")
        _git(tmp_path, "commit", "-qm", f"c{number}")
    second = subprocess.run(
        ["git", "rev-parse", "HEAD~1"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout.strip()
    (leak,) = (await _scan(tmp_path, history=True))["leaks"]
    assert (leak["commit"], leak["in_head"], leak["line"]) == (second, True, 2)
    (bare,) = (await _scan(tmp_path))["leaks"]
    assert bare["commit"] is None


async def test_a_repository_runs_nothing_while_it_is_read(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "a.txt").write_text("a\n")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-qm", "a")
    for name in ("core.fsmonitor", "diff.external", "core.pager", "core.sshCommand"):
        _git(tmp_path, "config", name, f"touch {tmp_path}/ran")
    await _scan(tmp_path, history=True)
    assert not (tmp_path / "ran").exists()


async def test_history_without_a_repository_is_an_error_that_says_so(tmp_path: Path) -> None:
    result = await _call(tmp_path, history=True)
    assert result.is_error
    assert "history" in str(result.content)


async def test_an_accepted_find_is_held_back_and_a_stale_entry_is_told(tmp_path: Path) -> None:
    (tmp_path / "fixture.yml").write_text(f"token: {SECRET}\n")
    found = (await _scan(tmp_path))["leaks"][0]["fingerprint"]
    (tmp_path / ".secrets.baseline.yaml").write_text(
        f"accepted:\n  - {{fingerprint: {found}, path: fixture.yml, reason: a revoked token of the tests}}\n"
        f"  - {{fingerprint: fp{'0' * 24}, path: gone.yml, reason: was removed long ago}}\n"
    )
    told = await _scan(tmp_path)
    assert (told["leaks"], told["accepted"]) == ([], 1)
    assert [each["path"] for each in told["stale"]] == ["gone.yml"]
    (tmp_path / "other.yml").write_text(f"token: {SECRET}\n")
    assert [each["path"] for each in (await _scan(tmp_path))["leaks"]] == ["other.yml"]


@pytest.mark.parametrize(
    "text",
    [
        "accepted: [{fingerprint: xyz, path: a, reason: because}]",
        "accepted: [{path: a}]",
        "a: [",
        f"accepted: [{{fingerprint: fp{'0' * 24}, path: a, reason: ok}}]",
    ],
)
async def test_a_baseline_without_reasons_holds_nothing_back(tmp_path: Path, text: str) -> None:
    (tmp_path / ".secrets.baseline.yaml").write_text(text)
    assert (await _call(tmp_path)).is_error


async def test_a_line_that_somebody_has_looked_at_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(f"token: {SECRET} # gitleaks:allow\n")
    assert (await _scan(tmp_path))["leaks"] == []


async def test_large_and_binary_files_are_said_to_be_unread(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_text(("x" * 100 + "\n") * 11_000)
    (tmp_path / "binary.dat").write_bytes(b"\0" * 100)
    told = await _scan(tmp_path)
    assert told["unread"] == ["big.txt", "binary.dat"]


async def test_links_lead_nowhere(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "key"
    outside.write_text(f"token: {SECRET}\n")
    (tmp_path / "link").symlink_to(outside)
    assert (await _scan(tmp_path))["leaks"] == []
