"""What an admitted caller may do: the tools of the role, so many a minute, in the caller's own workspace."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.app import reading_tools
from server.identity.admission import Admission
from server.identity.principal import ForbiddenError, Principal
from server.identity.static_tokens import StaticTokens
from server.settings import Settings
from tests.identity.http_server import Caller, serving
from tools.guard.approval import ApprovalError, Approvals
from tools.guard.state import State, default_directory


@pytest.fixture
def tokens() -> StaticTokens:
    return StaticTokens(State.at(default_directory()))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "a.txt").write_text("hello\n")
    return Settings(workspace=tmp_path / "shop", language="en")


@pytest.mark.parametrize("role", ["viewer", "approver"])
async def test_who_does_not_act_is_told_so(settings: Settings, tokens: StaticTokens, role: str) -> None:
    text = tokens.add("eve", "viewer" if role == "viewer" else "approver", 1)
    async with serving(settings) as anybody:
        eve = anybody.holding(text)
        refused = await eve.call("write", path="b.txt", content="x")
        read = await eve.call("read", path="a.txt")
    assert refused["isError"]
    assert role in refused["content"][0]["text"]
    assert not read.get("isError")
    assert settings.workspace
    assert not (settings.workspace / "b.txt").exists()


async def test_a_tool_that_does_not_exist_is_not_let_through_either(settings: Settings, tokens: StaticTokens) -> None:
    text = tokens.add("eve", "viewer", 1)
    async with serving(settings) as anybody:
        assert (await anybody.holding(text).call("nothing"))["isError"]


async def test_more_calls_than_the_rate_are_refused_with_how_long_to_wait(
    settings: Settings, tokens: StaticTokens, tmp_path: Path
) -> None:
    team = tmp_path / "team.toml"
    team.write_text("calls_per_minute = 3\n[members.bob]\ncalls_per_minute = 100\n")
    alice_text, bob_text = tokens.add("alice", "operator", 1), tokens.add("bob", "operator", 1)
    async with serving(settings.model_copy(update={"team": team})) as anybody:
        alice, bob = anybody.holding(alice_text), anybody.holding(bob_text)
        answers = [await alice.call("read", path="a.txt") for _each in range(4)]
        other = await bob.call("read", path="a.txt")
    assert [bool(each.get("isError")) for each in answers] == [False, False, False, True]
    assert "3 calls a minute" in answers[-1]["content"][0]["text"]
    assert not other.get("isError")


async def test_a_member_works_in_their_own_directory(settings: Settings, tokens: StaticTokens, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "a.txt").write_text("mine\n")
    team = tmp_path / "team.toml"
    team.write_text(f'[members.alice]\nworkspace = "{own}"\n')
    alice_text, bob_text = tokens.add("alice", "operator", 1), tokens.add("bob", "operator", 1)
    async with serving(settings.model_copy(update={"team": team})) as anybody:
        hers = await anybody.holding(alice_text).call("read", path="a.txt")
        his = await anybody.holding(bob_text).call("read", path="a.txt")
    assert "mine" in str(hers)
    assert "hello" in str(his)


async def test_nobody_approves_what_they_asked_for(settings: Settings, tokens: StaticTokens) -> None:
    text = tokens.add("alice", "admin", 1)
    async with serving(settings) as anybody:
        request = await _pending_command(anybody.holding(text))
    approvals = Approvals(State.at(default_directory()))
    with pytest.raises(ApprovalError, match="alice"):
        approvals.decide(request, approve=True, who="alice via console", four_eyes=True)
    assert approvals.decide(request, approve=True, who="bob via console", four_eyes=True).state == "approved"


async def _pending_command(caller: Caller) -> str:
    answer = await caller.call("bash", command="touch b.txt")
    return str(answer["structuredContent"]["approval_required"]["id"])


def test_only_what_changes_nothing_counts_as_reading() -> None:
    assert not reading_tools() & {
        "write",
        "edit",
        "restore",
        "bash",
        "build_image",
        "plan_terraform",
        "apply_terraform",
    }


@given(calls=st.lists(st.floats(0, 90), max_size=60), limit=st.integers(1, 20))
def test_no_minute_holds_more_than_the_burst_and_the_refill(calls: list[float], limit: int) -> None:
    admission = Admission(frozenset())
    principal = Principal(name="a", role="operator", issuer="token", calls_per_minute=limit)
    times = sorted(calls)
    passed = []
    for now in times:
        try:
            admission.spend(principal, now)
        except ForbiddenError:
            continue
        passed.append(now)
    for begin in passed:
        window = [now for now in passed if begin <= now < begin + 60]
        assert len(window) <= 2 * limit + 1
