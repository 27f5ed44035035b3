"""Replicas and workers as real processes, ended with the test."""

import json
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
    place = (
        {"ASTREINTE_WORKSPACE": str(settings.workspace)}
        if settings.repository is None
        else {
            "ASTREINTE_REPOSITORY": settings.repository,
            "ASTREINTE_CHECKOUTS": str(settings.checkouts),
            "ASTREINTE_GIT_PROTOCOLS": json.dumps(settings.git_protocols),
        }
    )
    if settings.artefacts:
        place["ASTREINTE_ARTEFACTS"] = settings.artefacts
    return {
        **place,
        **{name: value for name, value in os.environ.items() if not name.startswith("ASTREINTE_")},
        "ASTREINTE_LANGUAGE": "en",
        "ASTREINTE_STATE": str(settings.state.with_name(machine)),
        "ASTREINTE_DATABASE_URL": settings.database_url.get_secret_value(),
        "ASTREINTE_SECRET_FILE": str(settings.secret_file),
        "ASTREINTE_PATIENCE": str(settings.patience),
        "ASTREINTE_HEARTBEAT": "0.3",
    }


def _on(settings: Settings, machine: str, *argv: str) -> list[str]:
    """The command on a machine of its own: its checkouts lie at the same path as everybody's, and are not the same."""
    if settings.repository is None:
        return list(argv)
    assert settings.checkouts
    own = settings.checkouts.with_name(f"checkouts-of-{machine}")
    for each in (own, settings.checkouts):
        each.mkdir(mode=0o700, exist_ok=True)
    apart = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    return [
        *apart,
        "sh",
        "-c",
        'mount --bind "$0" "$1" && shift && exec "$@"',
        str(own),
        str(settings.checkouts),
        *argv,
    ]


@contextmanager
def worker(
    settings: Settings, machine: str = "w1", queues: str = "terraform,build,shell,check"
) -> Iterator[subprocess.Popen[str]]:
    """A worker that has said what it serves."""
    argv = _on(settings, machine, sys.executable, "-m", "server", "worker", "--queues", queues)
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
    argv = _on(settings, machine, sys.executable, "-m", "server", "serve", "--http", "127.0.0.1:0")
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
