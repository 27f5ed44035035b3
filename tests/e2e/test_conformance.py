"""The official conformance suite against our HTTP server; what it may not pass is listed, each with its reason."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUITES = {
    "2026-07-28": ("CONFORMANCE_BIN", "0.2.0-alpha.12", ["--requirements", "2026-07-28"]),
    "2025-11-25": ("CONFORMANCE_2025_BIN", "0.1.16", []),
}
"""By revision: the variable that says where its suite is, the suite's version, and what it is told."""


@pytest.mark.parametrize("revision", SUITES)
def test_the_official_suite_finds_nothing_that_is_not_explained(revision: str, tmp_path: Path) -> None:
    variable, version, told = SUITES[revision]
    suite = os.environ.get(variable)
    if suite is None:
        pytest.skip(f"the suite is not installed (npm: @modelcontextprotocol/conformance@{version}, {variable})")
    baseline = Path(__file__).with_name(f"conformance-{revision}.yml")
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    argv = [sys.executable, "-m", "server", "serve", "--http", "127.0.0.1:0", "--workspace", str(tmp_path)]
    with subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            found = re.search(r"http://\S+/mcp", server.stderr.readline())
            assert found
            command = [suite, "server", "--url", found[0], *told]
            command += ["--expected-failures", str(baseline), "--output-dir", str(tmp_path / "out")]
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=240, env=env, cwd=tmp_path, check=False
            )
        finally:
            server.terminate()
            server.wait(20)
    assert done.returncode == 0, done.stdout[-3000:]
