"""What other people's clients are given: judged by their own tools where those are installed, and never out of date."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "clients"
# Clients from npm, where .ci/run has put them; a machine's own will do.
PLACES = os.pathsep.join(filter(None, (os.environ.get("CLIENTS_BIN"), os.environ.get("PATH"))))
# The snippets name the installed command; the tests' own is the one of this environment.
OURS = Path(sys.executable).parent
SNIPPETS = {
    "vscode": ("vscode/mcp.json", "servers"),
    "cursor": ("cursor/mcp.json", "mcpServers"),
    "gemini": ("gemini-cli/settings.json", "mcpServers"),
    "claude": ("claude-code/.mcp.json", "mcpServers"),
    "opencode": ("opencode/opencode.json", "mcp"),
    "codex": ("codex/config.toml", "mcp_servers"),
}


def _client(name: str, package: str) -> str:
    found = shutil.which(name, path=PLACES)
    if found is None:
        pytest.skip(f"{name} is not installed (npm: {package})")
    return found


def _run(*argv: str, home: Path, cwd: Path = ROOT) -> str:
    environment = {
        **os.environ, "HOME": str(home), "DISABLE_AUTOUPDATER": "1", "GEMINI_CLI_TRUST_WORKSPACE": "true",
        "PATH": f"{OURS}{os.pathsep}{PLACES}", "NO_COLOR": "1",
    }  # fmt: skip
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        timeout=110,
        env=environment,
        cwd=cwd,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder as a person opens it in their client."""
    folder = tmp_path / "project"
    folder.mkdir()
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    return folder


@pytest.mark.parametrize("name", SNIPPETS)
def test_every_snippet_starts_our_server(name: str) -> None:
    path, key = SNIPPETS[name]
    text = (CLIENTS / path).read_text()
    server = (tomllib.loads(text) if path.endswith(".toml") else json.loads(text))[key]["devops"]
    command = server["command"] if isinstance(server["command"], list) else [server["command"], *server["args"]]
    assert command[:3] == ["astreinte", "serve", "--workspace"]
    assert command[3] in {".", "${workspaceFolder}", "${CLAUDE_PROJECT_DIR:-.}"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_installation_page_shows_the_snippets_as_they_are(language: str) -> None:
    page = (ROOT / "docs" / language / "install.md").read_text()
    for path, _key in SNIPPETS.values():
        if not path.startswith("claude"):
            assert (CLIENTS / path).read_text() in page, path


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


def test_claude_code_accepts_the_plugin(tmp_path: Path) -> None:
    claude = _client("claude", "@anthropic-ai/claude-code")
    told = _run(claude, "plugin", "validate", str(CLIENTS / "claude-code"), home=tmp_path)
    assert "passed" in told


def test_claude_code_connects(tmp_path: Path, project: Path) -> None:
    claude = _client("claude", "@anthropic-ai/claude-code")
    _run(claude, "mcp", "add", "devops", "--", "astreinte", "serve", "--workspace", ".", home=tmp_path, cwd=project)
    assert "Connected" in _run(claude, "mcp", "list", home=tmp_path, cwd=project)


def test_gemini_cli_connects(tmp_path: Path, project: Path) -> None:
    gemini = _client("gemini", "@google/gemini-cli")
    (project / ".gemini").mkdir()
    shutil.copy(CLIENTS / "gemini-cli/settings.json", project / ".gemini/settings.json")
    told = _run(gemini, "mcp", "list", home=tmp_path, cwd=project)
    assert "Connected" in told.split("devops", 1)[1]


def test_opencode_connects(tmp_path: Path, project: Path) -> None:
    opencode = _client("opencode", "opencode-ai")
    shutil.copy(CLIENTS / "opencode/opencode.json", project)
    told = _run(opencode, "mcp", "list", home=tmp_path, cwd=project)
    assert "connected" in told.split("devops", 1)[1]


def test_codex_takes_the_snippet(tmp_path: Path, project: Path) -> None:
    codex = _client("codex", "@openai/codex")
    (tmp_path / ".codex").mkdir()
    shutil.copy(CLIENTS / "codex/config.toml", tmp_path / ".codex")
    told = _run(codex, "mcp", "get", "devops", "--json", home=tmp_path, cwd=project)
    assert json.loads(told[told.index("{") : told.rindex("}") + 1])["transport"]["args"][0] == "serve"


def test_the_bundle_of_claude_desktop_is_packed(tmp_path: Path) -> None:
    mcpb = _client("mcpb", "@anthropic-ai/mcpb")
    _run(mcpb, "validate", str(CLIENTS / "claude-desktop/manifest.json"), home=tmp_path)
    _run(mcpb, "pack", str(CLIENTS / "claude-desktop"), str(tmp_path / "astreinte.mcpb"), home=tmp_path)
    assert "manifest.json" in zipfile.ZipFile(tmp_path / "astreinte.mcpb").namelist()
