"""One repository a test, and the checkouts of one machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from resources.catalogue import speaking
from server.settings import Settings
from tests.checkouts.origin import Origin, origin_at
from tools.guard.process import find_program

if find_program("git") is None:
    pytest.skip("git is not installed", allow_module_level=True)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return origin_at(tmp_path / "origin")


@pytest.fixture
def settings(origin: Origin, tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "repository": origin.url,
            "language": "en",
            "state": tmp_path / "state",
            "checkouts": tmp_path / "checkouts",
            "git_protocols": ["file"],
        }
    )
