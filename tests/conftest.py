"""Every test has its own state directory: a person's journal and approvals are never touched. Slow tools are asked for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tools.guard.process import find_program

# A service of the pipeline, or a setting of whoever runs the tests, is no setting of a server under test.
for name in [each for each in os.environ if each.startswith("ASTREINTE_")]:
    del os.environ[name]

# The same examples for everybody: what random ones find is found by `python3 dev.py fuzz`, not by a stranger's change.
# How long an example takes says how busy the machine is: a time limit of each would fail one run in fifty.
settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.register_profile("random", print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("ASTREINTE_STATE", str(directory))
    return directory


@pytest.fixture
def checkov(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkov for this test. It takes seconds to start, so CI has it off PATH: who wants it says so."""
    apart = os.environ.get("CHECKOV_BIN")
    if apart:
        monkeypatch.setenv("PATH", f"{apart}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if find_program("checkov") is None:
        pytest.skip("checkov is not installed")
