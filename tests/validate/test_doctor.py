"""The survey tells what is here, and what the absence of the rest costs."""

from pathlib import Path

import pytest

from resources.catalogue import speaking
from tools.guard.process import find_program
from tools.validate.doctor import survey
from tools.validate.registry import CHECKERS


async def test_present_programs_are_told_with_path_and_version() -> None:
    for engine in await survey():
        if engine.name in {"buildx", "docker compose"}:  # plug-ins of docker's client
            continue
        assert engine.present == (find_program(engine.name) is not None), engine.name
        if engine.present:
            assert engine.path is not None
            assert Path(engine.path).is_file()
    git = next(each for each in await survey() if each.name == "git")
    assert git.version
    assert git.version[0].isdigit()


async def test_every_program_of_the_registry_is_surveyed() -> None:
    names = {engine.name for engine in await survey()}
    assert {program for checker in CHECKERS for program in checker.PROGRAMS} <= names


async def test_absence_is_told_with_its_cost_and_a_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with speaking("en"):
        engines = await survey()
    assert not any(engine.present or engine.version or engine.path for engine in engines)
    assert all(engine.cost_of_absence.endswith(".") and engine.how_to_install for engine in engines)


async def test_a_program_that_fails_has_no_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shim = tmp_path / "helm"
    shim.write_text("#!/bin/sh\necho 'helm: command not found in 3.11.7' >&2\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    helm = next(each for each in await survey() if each.name == "helm")
    assert (helm.present, helm.version) == (True, None)
