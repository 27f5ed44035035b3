"""`astreinte call` and its exit statuses, as a script would use them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _astreinte(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "server", "--language", "en", *arguments]
    return subprocess.run(argv, input=stdin, capture_output=True, text=True, cwd=ROOT, timeout=100, check=False)


def test_call_prints_the_structured_result(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.org/shop\n\ngo 1.25\n")
    (tmp_path / "main.go").write_text("package main\n\nfunc main() {}\n")
    done = _astreinte("call", "inspect_project", "--json", "{}", "--workspace", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["components"][0]["language"] == "go"


def test_call_exits_1_when_the_tool_reports_an_error(tmp_path: Path) -> None:
    done = _astreinte("call", "read", "--json", '{"path": "../../etc/passwd"}', "--workspace", str(tmp_path))
    assert done.returncode == 1
    assert not done.stdout
    assert "outside the workspace" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("call", "no_such_tool"),
        ("call", "read", "--json", "not json"),
        ("call", "read", "--json", "[1]"),
        ("call",),
        ("no-such-command",),
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_wrong_usage_exits_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert _astreinte(*arguments, *(["--workspace", str(tmp_path)] if arguments[0] == "call" else [])).returncode == 2


def test_call_reads_long_arguments_from_standard_input(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello\n")
    done = _astreinte(
        "call", "read", "--json", "-", "--workspace", str(tmp_path), stdin=json.dumps({"path": "notes.txt"})
    )
    assert done.returncode == 0, done.stderr
    assert "hello" in done.stdout


def test_the_root_of_the_file_system_is_refused_as_a_workspace() -> None:
    done = _astreinte("call", "glob", "--json", '{"pattern": "*"}', "--workspace", "/")
    assert done.returncode == 1
    assert "root of the file system" in done.stderr


def test_doctor_lists_checkers_with_versions_and_the_cost_of_absence() -> None:
    done = _astreinte("doctor", "--json")
    assert done.returncode == 0, done.stderr
    engines = {each["name"]: each for each in json.loads(done.stdout)}
    assert {"actionlint", "zizmor", "shellcheck", "shfmt", "docker", "terraform"} <= set(engines)
    for each in engines.values():
        assert each["version"] if each["present"] else each["cost_of_absence"]
