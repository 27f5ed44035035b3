"""How much a scan finds and how rarely it cries wolf, on a labelled corpus that is drawn anew."""

import random
import re

import pytest

from tests.secret_scan.corpus import SECRETS, Case, corpus, drawn
from tools.delivery import File
from tools.files.write_rules import judge_path
from tools.secrets.leak import Leak
from tools.secrets.scan_text import scan_text
from tools.validate.validate import validate_files


def found(case: Case) -> list[Leak]:
    return scan_text(case.path, case.text.encode()) or []


@pytest.mark.parametrize("seed", [8, 80])
def test_precision_and_recall_on_the_labelled_corpus(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    secrets, harmless = corpus(seed)
    assert len(secrets) >= 150
    assert len({case.kind for case in secrets}) >= 40
    assert len(harmless) >= 300
    missed = [case for case in secrets if not found(case)]
    alarms = [case for case in harmless if found(case)]
    hits = len(secrets) - len(missed)
    recall, precision = hits / len(secrets), hits / (hits + len(alarms))
    with capsys.disabled():
        print(f"\nseed {seed}: recall {recall:.3f}, precision {precision:.3f}")
    assert recall >= 0.95, [(case.kind, case.text) for case in missed]
    assert precision >= 0.95, [(case.kind, case.text) for case in alarms]


@pytest.mark.parametrize(("kind", "path", "shape"), SECRETS, ids=[each[0] for each in SECRETS])
def test_a_find_of_any_kind_holds_no_part_of_its_value(kind: str, path: str, shape: str) -> None:
    lot = random.Random(kind)
    text = "\n".join(drawn(shape, lot) for _draw in range(3))  # one in a hundred passwords has letters only
    told = " ".join(each.model_dump_json() for each in found(Case(kind, path, f"# first line\n{text}\n")))
    assert told
    words = text.replace('"', " ").replace("'", " ").split()
    long = [word for word in words if len(word) >= 14 and any(map(str.isdigit, word))]
    assert not [word for word in long if word[-10:] in told]


async def test_validate_refuses_a_configuration_that_holds_a_secret_and_does_not_show_it() -> None:
    value = "gh" + "p_" + "R7kQ2mWx9TzL4vNc8HbJ3sYd6FgA1pUe5XiO"
    said = await validate_files([File(path="config.yaml", content=f"a: 1\ntoken: {value}\n", purpose="x")])
    (refused,) = [each for each in said if each.tool == "scan_secrets"]
    assert (refused.status, refused.findings[0].line) == ("failed", 2)
    assert value[8:20] not in refused.model_dump_json()


def test_a_fingerprint_says_nothing_of_the_value_and_is_the_same_everywhere() -> None:
    secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    (first,), (second,) = (found(Case("github", path, f"token: {secret}\n")) for path in ("a.yml", "b.yml"))
    assert first.fingerprint == second.fingerprint
    assert re.fullmatch(r"fp[0-9a-f]{24}", first.fingerprint)
    assert secret not in first.model_dump_json()


def test_whoever_could_accept_their_own_finds_is_asked_first() -> None:
    assert judge_path("app/.secrets.baseline.yaml").verdict == "ask"


@pytest.mark.parametrize(
    "value", ["mySecretPass1!", "putItHere1999!", "testDrive#2031x", "enterTheV0id!", "Pa$$w0rd|x9Kq"]
)
@pytest.mark.parametrize("text", ["password: {}", "DB_PASSWORD={}"])
def test_a_password_that_begins_like_a_gap_or_holds_signs_of_code_is_found(text: str, value: str) -> None:
    assert found(Case("password", "config.yaml", text.format(value) + "\n"))


@pytest.mark.parametrize(
    "value", ["my-app-password", "your-password-here", "test-password", "changeme123!", "$DB_PASS1a"]
)
@pytest.mark.parametrize("text", ["password: {}", "DB_PASSWORD={}"])
def test_a_gap_and_a_reference_are_no_password(text: str, value: str) -> None:
    assert not found(Case("gap", "config.yaml", text.format(value) + "\n"))
