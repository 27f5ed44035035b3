"""A real engine for the tests that need one."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.containers.private_dockerd import Engine, EngineUnavailableError, private_dockerd

DPKG = b"Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n"


@pytest.fixture(scope="session")
def running_engine() -> Iterator[Engine]:
    """One private daemon for each process of the test run, with one base image."""
    folder = Path(tempfile.mkdtemp(prefix="engine-", dir="/tmp"))  # a socket's path must be short
    try:
        with private_dockerd(folder) as engine:
            engine.import_base(
                "base:1", {"/etc/os-release": b"ID=debian\nVERSION_ID=12\n", "/var/lib/dpkg/status": DPKG}
            )
            yield engine
    except EngineUnavailableError as error:
        if os.environ.get("CI") and os.geteuid() == 0:  # where .ci/run has installed all it takes
            raise
        pytest.skip(str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def engine(running_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The daemon, as the one that the tools of this test find."""
    monkeypatch.setenv("DOCKER_HOST", running_engine.url)
    monkeypatch.setenv("DOCKER_CONFIG", "/nonexistent")
    return running_engine
