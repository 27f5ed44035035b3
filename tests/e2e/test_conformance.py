"""The official conformance suite against our HTTP server; what it may not pass is listed, each with its reason."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASELINE = Path(__file__).with_name("conformance-2026-07-28.yml")
CONFORMANCE = os.environ.get("CONFORMANCE_BIN") or shutil.which("conformance")


@pytest.mark.skipif(
    CONFORMANCE is None, reason="the suite is not installed (npm: @modelcontextprotocol/conformance@0.2.0-alpha.12)"
)
def test_the_official_suite_finds_nothing_that_is_not_explained(tmp_path: Path) -> None:
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    argv = [sys.executable, "-m", "server", "serve", "--http", "127.0.0.1:0", "--workspace", str(tmp_path)]
    with subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            found = re.search(r"http://\S+/mcp", server.stderr.readline())
            assert found
            command = [str(CONFORMANCE), "server", "--url", found[0], "--requirements", "2026-07-28"]
            command += ["--expected-failures", str(BASELINE), "--output-dir", str(tmp_path / "out")]
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=240, env=env, cwd=tmp_path, check=False
            )
        finally:
            server.terminate()
            server.wait(20)
    assert done.returncode == 0, done.stdout[-3000:]
