"""Large things that outlive a call: sealed wherever they lie, whole or not there, gone in time."""

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from resources.catalogue import speaking
from server.cli import app
from tests.guard.s3 import serving_s3
from tools.guard import artefacts as rules
from tools.guard import sealing
from tools.guard.artefact_places import ArtefactError
from tools.guard.artefacts import DAY, Artefacts
from tools.guard.sealing import DamagedError, seal, unseal
from tools.guard.state import State, default_directory

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    pytest.importorskip("obstore")
    with serving_s3() as variables:
        yield variables


@pytest.fixture(params=["directory", "s3"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Artefacts]:
    where = str(tmp_path / "shared")
    if request.param == "s3":
        for name, value in request.getfixturevalue("s3").items():
            monkeypatch.setenv(name, value)
        where = f"s3://kept/{tmp_path.name}"
    with speaking("en"):
        yield State.at(tmp_path / "state", artefact_place=where).artefacts


def _sealed(content: bytes, name: str = "plans/a") -> bytes:
    target = io.BytesIO()
    seal(io.BytesIO(content), target, KEY, name)
    return target.getvalue()


def _unsealed(content: bytes, name: str = "plans/a") -> bytes:
    target = io.BytesIO()
    unseal(io.BytesIO(content), target, KEY, name)
    return target.getvalue()


@given(content=st.binary(max_size=200), at=st.integers(0, 400), bit=st.integers(1, 255), cut=st.integers(1, 80))
def test_what_was_sealed_comes_back_and_nothing_else_is_believed(content: bytes, at: int, bit: int, cut: int) -> None:
    before, sealing.PIECE = sealing.PIECE, 48  # several pieces, and little to wait for
    try:
        sealed = _sealed(content)
        assert _unsealed(sealed) == content
        changed = bytearray(sealed)
        changed[at % len(sealed)] ^= bit
        pieces = sealed[20:]
        size = sealing.PIECE + 16
        swapped = sealed[:20] + pieces[size : 2 * size] + pieces[:size] + pieces[2 * size :]
        for forged in (bytes(changed), sealed[:-cut], sealed + b"x", sealed[: 20 + size * (len(pieces) // size)]):
            if forged != sealed:
                with pytest.raises(DamagedError):
                    _unsealed(forged)
        if swapped != sealed:
            with pytest.raises(DamagedError):
                _unsealed(swapped)
        with pytest.raises(DamagedError):
            _unsealed(sealed, "plans/b")
    finally:
        sealing.PIECE = before


def test_an_artefact_is_had_again_and_lies_nowhere_in_clear(kept: Artefacts, tmp_path: Path) -> None:
    content = b"a password stands here" * 150_000
    source = tmp_path / "source"
    source.write_bytes(content)
    kept.put("plans/0123", source)
    kept.put("logs/0123", b"short")
    kept.put("logs/0123", b"anew")
    assert kept.get("plans/0123") == content
    assert kept.get("logs/0123") == b"anew"
    assert kept.get("logs/none") is None
    target = tmp_path / "target"
    assert kept.fetch("plans/0123", target)
    assert target.stat().st_mode & 0o777 == 0o600
    assert {each[0] for each in kept.names()} == {"plans/0123", "logs/0123"}
    raw = tmp_path / "raw"
    assert kept.place.read("plans/0123", raw)
    assert b"password" not in raw.read_bytes()
    assert list(kept.scratch.iterdir()) == []
    kept.remove("plans/0123")
    kept.remove("plans/0123")
    assert kept.get("plans/0123") is None


def test_what_was_swapped_or_sealed_elsewhere_is_not_believed(kept: Artefacts, tmp_path: Path) -> None:
    kept.put("plans/a", b"mine")
    raw = tmp_path / "raw"
    kept.place.read("plans/a", raw)
    kept.place.write("plans/b", raw)
    with pytest.raises(ArtefactError, match="was changed"):
        kept.get("plans/b")
    stranger = Artefacts(kept.place, bytes(32), kept.scratch)
    with pytest.raises(ArtefactError, match="another secret"):
        stranger.fetch("plans/a", tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_each_kind_goes_in_its_time_and_saved_states_stay(kept: Artefacts, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("plans/a", "logs/a", "states/a"):
        kept.put(name, b"x")
    left = kept.scratch / "left"
    left.write_text("of a process that was killed")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3 * DAY)
    assert kept.sweep(30 * DAY) == ["plans/a"]
    assert not left.exists()
    monkeypatch.setattr(time, "time", lambda: now + 31 * DAY)
    assert kept.sweep(30 * DAY) == ["logs/a"]
    assert [each[0] for each in kept.names()] == ["states/a"]


def test_a_directory_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = State.at(tmp_path / "state").artefacts
    monkeypatch.setattr(rules, "MOST_BYTES", 250)
    for number in range(4):
        kept.put(f"outputs/{number}", b"x" * 60)
        os.utime(tmp_path / f"state/artefacts/outputs/{number}", (number, time.time() - 100 + number))
    assert kept.sweep(DAY) == ["outputs/0", "outputs/1"]


@pytest.mark.parametrize("name", ["../x", "plans/../x", "plans/a/b", "/etc/passwd", "plans/", "PLANS/a", "plans/a b"])
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    kept = State.at(tmp_path / "state").artefacts
    with pytest.raises(ArtefactError):
        kept.put(name, b"x")
    with pytest.raises(ArtefactError):
        kept.get(name)


def test_a_store_that_does_not_answer_is_told_without_its_keys(
    s3: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**s3, "AWS_SECRET_ACCESS_KEY": "s3cr3t-key"}.items():
        monkeypatch.setenv(name, value)
    kept = State.at(tmp_path / "state", artefact_place="s3://no-such-bucket/x").artefacts
    with pytest.raises(ArtefactError) as told:
        kept.put("logs/a", b"x")
    assert "s3cr3t-key" not in str(told.value)
    assert "ASTREINTE_ARTEFACTS" in str(told.value)


def test_a_person_lists_and_fetches_from_the_command_line(tmp_path: Path) -> None:
    State.at(default_directory()).artefacts.put("states/abc", b"before")
    listed = CliRunner().invoke(app, ["--language", "en", "artefact", "list"])
    assert "states/abc" in listed.output
    target = tmp_path / "state.json"
    assert CliRunner().invoke(app, ["--language", "en", "artefact", "get", "states/abc", str(target)]).exit_code == 0
    assert target.read_bytes() == b"before"
    assert CliRunner().invoke(app, ["--language", "en", "artefact", "get", "states/abc", str(target)]).exit_code == 2
    assert (
        CliRunner().invoke(app, ["--language", "en", "artefact", "get", "states/x", str(tmp_path / "y")]).exit_code == 1
    )
