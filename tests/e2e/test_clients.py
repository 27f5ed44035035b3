"""What other people's clients are given: judged by their own tools where those are installed, and never out of date."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "clients"
CLAUDE = shutil.which("claude")
MCPB = shutil.which("mcpb")


def _run(*argv: str, home: Path, cwd: Path = ROOT) -> str:
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": str(ROOT), "DISABLE_AUTOUPDATER": "1"}
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, env=environment, cwd=cwd, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_every_manifest_names_the_version_that_is_built() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    for name in ("claude-code/.claude-plugin/plugin.json", "claude-desktop/manifest.json", "server.json"):
        assert json.loads((CLIENTS / name).read_text())["version"] == version


def test_the_subagent_is_the_card_word_for_word_and_acts_through_the_guard_alone() -> None:
    card = (ROOT / "resources/prompts/fr/devops.md").read_text().split("---\n", 2)[2]
    head, body = (CLIENTS / "claude-code/agents/devops.md").read_text().split("---\n", 2)[1:]
    assert body == card
    refused = next(line for line in head.splitlines() if line.startswith("disallowedTools:"))
    assert {"Bash", "Write", "Edit"} <= set(refused.partition(":")[2].replace(",", " ").split())


@pytest.mark.skipif(CLAUDE is None, reason="Claude Code is not installed (npm: @anthropic-ai/claude-code)")
def test_claude_code_accepts_the_plugin(tmp_path: Path) -> None:
    assert "passed" in _run(str(CLAUDE), "plugin", "validate", str(CLIENTS / "claude-code"), home=tmp_path)


@pytest.mark.skipif(CLAUDE is None, reason="Claude Code is not installed (npm: @anthropic-ai/claude-code)")
def test_claude_code_connects(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    server = [sys.executable, "-m", "server", "serve", "--workspace", str(project)]
    _run(str(CLAUDE), "mcp", "add", "devops", "--", *server, home=tmp_path, cwd=project)
    assert "Connected" in _run(str(CLAUDE), "mcp", "list", home=tmp_path, cwd=project)


@pytest.mark.skipif(MCPB is None, reason="mcpb is not installed (npm: @anthropic-ai/mcpb)")
def test_the_bundle_of_claude_desktop_is_valid(tmp_path: Path) -> None:
    _run(str(MCPB), "validate", str(CLIENTS / "claude-desktop/manifest.json"), home=tmp_path)
