"""Replicas and workers as real processes, ended with the test."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def environment(settings: Settings, machine: str) -> dict[str, str]:
    """What makes a process one of this team's, on a machine of its own."""
    assert settings.database_url
    assert settings.secret_file
    assert settings.state
    assert settings.workspace
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("ASTREINTE_")},
        "ASTREINTE_LANGUAGE": "en",
        "ASTREINTE_STATE": str(settings.state.with_name(machine)),
        "ASTREINTE_DATABASE_URL": settings.database_url.get_secret_value(),
        "ASTREINTE_SECRET_FILE": str(settings.secret_file),
        "ASTREINTE_WORKSPACE": str(settings.workspace),
        "ASTREINTE_PATIENCE": str(settings.patience),
        "ASTREINTE_HEARTBEAT": "0.3",
    }


@contextmanager
def worker(
    settings: Settings, machine: str = "w1", queues: str = "terraform,build,shell,check"
) -> Iterator[subprocess.Popen[str]]:
    """A worker that has said what it serves."""
    argv = [sys.executable, "-m", "server", "worker", "--queues", queues]
    with subprocess.Popen(
        argv, cwd=ROOT, env=environment(settings, machine), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr
            line = process.stderr.readline()
            assert "Serving" in line, line + process.stderr.read()
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            finally:
                process.kill()


@contextmanager
def replica(settings: Settings, machine: str = "r1") -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A replica that listens; yields its address."""
    argv = [sys.executable, "-m", "server", "serve", "--http", "127.0.0.1:0"]
    with subprocess.Popen(
        argv, cwd=ROOT, env=environment(settings, machine), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr
            line = process.stderr.readline()
            found = re.search(r"http://\S+/mcp", line)
            assert found, line + process.stderr.read()
            yield found[0], process
        finally:
            process.terminate()
            try:
                process.wait(20)
            finally:
                process.kill()
