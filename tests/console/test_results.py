"""What came out, in the console: deliveries with files and pictures, plans, audits; nothing of it is ever run."""

import time
from pathlib import Path

import pytest

from resources.catalogue import set_language
from server.console.console import Console
from tests.console.test_console import HOST, _browser
from tools.delivery import Command, Delivery, Escalation, File, Risk, Rollback, Validation
from tools.guard.state import State, default_directory
from tools.pictures.draw import can_draw
from tools.runs.run_store import RunStore
from tools.standards.trend import keep, trends

EVIL = "<script>alert(1)</script>"
PAGE = '# shop\n\n## Architecture\n\n```mermaid\nflowchart LR\n  n1["a"] --> n2["b"]\n```\n'


@pytest.fixture
def state() -> State:
    set_language("en")
    return State.at(default_directory())


@pytest.fixture
def console(state: State) -> Console:
    return Console(state, "en", hosts={HOST})


def _delivery() -> Delivery:
    return Delivery(
        summary=f"Three files. {EVIL}",
        status="waiting",
        files=[
            File(path="docs/delivery.md", content=PAGE, purpose="shows it"),
            File(path=".github/workflows/a b.yml", content=f"on: push # {EVIL}\n", purpose=EVIL),
        ],
        commands=[Command(run="git push", purpose="ships")],
        rollback=[Rollback(strategy="the image before", commands=[], data="no data")],
        risks=[Risk(kind="downtime", level="high", message="It stops.", mitigation="At night.")],
        escalations=[Escalation(situation="budget", to="chef-equipe", reason="Too dear.")],
        validations=[
            Validation(path=".github/workflows/a b.yml", tool="actionlint", status="passed"),
            Validation(path="docs/delivery.md", tool="x", status="not_validated", reason="tool absent"),
        ],
    )


def kept_delivery(state: State, tool: str = "deliver") -> str:
    store = RunStore(state)
    run = store.begin("k", tool, "agent via test")
    store.end(run.id, "done", _delivery().model_dump(mode="json"))
    return run.id


async def test_a_delivery_is_read_whole_with_each_of_its_files(console: Console, state: State) -> None:
    run = kept_delivery(state)
    async with _browser(console) as browser:
        listed = await browser.get("/console/deliveries")
        whole = await browser.get(f"/console/deliveries/{run}")
        file = await browser.get(f"/console/deliveries/{run}/files/.github/workflows/a%20b.yml")
    assert f"/console/deliveries/{run}" in listed.text
    for text in ("git push", "the image before", "It stops.", "Too dear.", "tool absent", "waiting"):
        assert text in whole.text
    assert "files/.github/workflows/a%20b.yml" in whole.text
    assert "actionlint" in file.text
    for page in (listed, whole, file):
        assert EVIL not in page.text


@pytest.mark.skipif(not can_draw(), reason="the Mermaid engine is not installed")
async def test_a_picture_of_a_delivery_is_drawn_with_a_policy_of_its_own(console: Console, state: State) -> None:
    run = kept_delivery(state)
    async with _browser(console) as browser:
        whole = await browser.get(f"/console/deliveries/{run}")
        drawn = await browser.get(f"/console/deliveries/{run}/pictures/0.svg")
        missing = await browser.get(f"/console/deliveries/{run}/pictures/1.svg")
    assert f"/console/deliveries/{run}/pictures/0.svg" in whole.text
    assert drawn.text.startswith("<svg")
    assert drawn.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert missing.status_code == 404


@pytest.mark.parametrize(
    "path", ["deliveries/0000", "deliveries/{run}/files/no", "deliveries/{run}/files/../../etc/passwd", "plans/x/reach.svg",
             "plans/0123456789abcdef/reach.svg", "deliveries/{other}"],
)  # fmt: skip
async def test_what_is_not_there_is_said(console: Console, state: State, path: str) -> None:
    run, other = kept_delivery(state), kept_delivery(state, "bash")
    async with _browser(console) as browser:
        answer = await browser.get("/console/" + path.format(run=run, other=other))
    assert answer.status_code == 404


async def test_audits_show_where_each_repository_stands_and_stood(
    console: Console, state: State, tmp_path: Path
) -> None:
    for score, failed in [(0.5, ["backups", "tls"]), (0.75, ["tls"])]:
        keep(state, tmp_path / "shop", score, failed)
    keep(state, tmp_path / "once", 1.0, [])
    async with _browser(console) as browser:
        page = await browser.get("/console/audits")
    assert f"{tmp_path}/shop" in page.text
    assert "75 % of the standards hold." in page.text
    assert page.text.count("<polyline") == 1  # one audit is no curve
    assert ">tls<" in page.text
    assert ">backups<" not in page.text


def test_trends_come_latest_first_and_survive_what_another_version_wrote(state: State, tmp_path: Path) -> None:
    keep(state, tmp_path / "a", 0.1, [])
    keep(state, tmp_path / "b", 0.2, [])
    for path in (state.directory / "audits").glob("*.json"):
        if '"score":0.1' in path.read_text():
            path.write_text("[]")
    found = trends(state)
    assert [(each.root, each.last.score) for each in found] == [(str(tmp_path / "b"), 0.2)]
    keep(state, tmp_path / "a", 0.3, [])
    assert trends(state)[0].root == str(tmp_path / "a")
    assert trends(state)[0].last.at <= time.time()
