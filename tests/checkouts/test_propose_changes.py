"""Tools in a checkout: what they change stays private until it is handed in, and is pushed only with a person's word."""

from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer
from mcp_types import ElicitRequestParams, ElicitResult

from server.app import build_server
from server.identity.static_tokens import StaticTokens
from server.settings import Settings
from tests.checkouts.origin import Origin, git
from tests.identity.http_server import serving
from tools.guard.journal import Journal
from tools.guard.process import find_program
from tools.guard.state import State


@pytest.fixture(autouse=True)
def _always_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.checkouts.mirror.FRESH", 0.0)


class Agent:
    """A client, and the person at it: `asked` is what they were shown."""

    def __init__(self, server: MCPServer[Any]) -> None:
        self.server = server
        self.asked: list[str] = []

    async def __call__(self, tool: str, *, agrees: bool | None = None, **arguments: Any) -> Any:
        """What the tool answers; nobody can be asked where it is not said whether they agree."""

        async def person(context: object, params: ElicitRequestParams) -> ElicitResult:
            self.asked.append(str(params.message))
            return ElicitResult(action="accept", content={"approve": agrees})

        async with Client(self.server, elicitation_callback=None if agrees is None else person) as client:
            result = await client.call_tool(tool, arguments)
        return result.structured_content if not result.is_error else str(result.content)


@pytest.fixture
def agent(settings: Settings) -> Agent:
    return Agent(build_server(settings))


async def test_what_is_written_is_read_again_handed_in_as_a_patch_and_pushed_once_a_person_agreed(
    settings: Settings, origin: Origin, agent: Agent
) -> None:
    assert (await agent("propose_changes"))["status"] == "nothing"
    await agent("write", path="docs/new.md", content="# New\n")
    assert "# New" in str(await agent("read", path="docs/new.md"))
    patch = await agent("propose_changes", message="Say what is new\n\nAnd why.")
    assert patch["files"] == ["docs/new.md"]
    assert git(origin.bare, "branch", "--list") == "* main"  # nothing has left
    git(origin.work, "am", stdin=patch["patch"])
    assert git(origin.work, "log", "-1", "--format=%s|%b") == "Say what is new|And why."
    assert (origin.work / "docs/new.md").read_text() == "# New\n"

    assert "refused" in await agent("propose_changes", agrees=False, branch="devops/new")
    assert "docs/new.md" in agent.asked[0]
    waiting = await agent("propose_changes", branch="devops/new")
    assert waiting["status"] == "approval_required"
    assert git(origin.bare, "branch", "--list") == "* main"
    pushed = await agent("propose_changes", agrees=True, branch="devops/new", message="Say what is new")
    assert pushed["commit"] == git(origin.bare, "rev-parse", "devops/new")
    assert git(origin.bare, "show", "devops/new:docs/new.md") == "# New"
    assert git(origin.bare, "rev-parse", "devops/new^") == pushed["base"] == git(origin.bare, "rev-parse", "main")

    # More of the same goes to the same branch; a branch of others is never moved.
    await agent("write", path="docs/more.md", content="# More\n")
    again = await agent("propose_changes", agrees=True, branch="devops/new")
    assert again["commit"] == git(origin.bare, "rev-parse", "devops/new")
    git(origin.bare, "branch", "devops/theirs", "main")
    assert "failed" in await agent("propose_changes", agrees=True, branch="devops/theirs")
    git(origin.bare, "update-ref", "refs/heads/devops/new", "main")
    assert "failed" in await agent("propose_changes", agrees=True, branch="devops/new")
    for name in ("main", "--mirror", "HEAD", "a..b"):
        assert "not pushed" in await agent("propose_changes", agrees=True, branch=name)

    assert (await agent("propose_changes", agrees=True, discard=True))["patch"]
    assert (await agent("propose_changes"))["status"] == "nothing"
    assert "no file" in await agent("read", path="docs/new.md")
    assert settings.state
    records = Journal(State.at(settings.state)).records()
    kept = [each.body for each in records if each.body.get("tool") == "propose_changes" and each.kind == "opened"]
    assert {each["decision"] for each in kept} == {"ask"}
    assert kept[1]["arguments"]["commit"] == pushed["commit"]


async def test_a_policy_may_forbid_every_push(settings: Settings, origin: Origin) -> None:
    assert settings.state
    settings.state.mkdir()
    (settings.state / "policy.toml").write_text(
        '[[rules]]\ntool = "propose_changes"\nrule = "git.publish"\nverdict = "deny"\n'
    )
    agent = Agent(build_server(settings))
    await agent("write", path="a.md", content="x\n")
    assert "refuses" in await agent("propose_changes", agrees=True, branch="devops/x")
    assert git(origin.bare, "branch", "--list") == "* main"


async def test_a_repository_is_stricter_with_itself_and_one_that_is_gone_fails_only_what_needs_it(
    origin: Origin, agent: Agent
) -> None:
    origin.commit({".astreinte/policy.toml": 'mode = "read-only"\n'})
    assert "read-only" in await agent("write", path="a.md", content="x\n")
    origin.bare.rename(origin.bare.with_name("gone"))
    assert "git fetch failed" in await agent("read", path="README.md")
    assert "no run" in await agent("run_status", run_id="0" * 16)


@pytest.mark.skipif(find_program("terraform") is None, reason="terraform is not installed")
async def test_a_plan_whose_state_would_stay_in_the_checkout_is_not_applied(
    settings: Settings, origin: Origin, agent: Agent
) -> None:
    origin.commit({"infra/main.tf": 'resource "terraform_data" "x" {\n  input = "y"\n}\n'})
    plan = await agent("plan_terraform", agrees=True, path="infra")
    assert plan["commit"] == git(origin.bare, "rev-parse", "main")
    assert "private checkout" in await agent("apply_terraform", agrees=True, plan_id=plan["plan_id"])


async def test_two_callers_over_http_see_only_their_own_changes(
    settings: Settings, origin: Origin, tmp_path: Path
) -> None:
    assert settings.state
    tokens = StaticTokens(State.at(settings.state))
    team = tmp_path / "team.toml"
    team.write_text(f'[members.bob]\nrepository = "{origin.url}"\nrevision = "main"\n')
    alice_text, bob_text = tokens.add("alice", "operator", 1), tokens.add("bob", "operator", 1)
    async with serving(settings.model_copy(update={"team": team})) as anybody:
        alice, bob = anybody.holding(alice_text), anybody.holding(bob_text)
        await alice.call("write", path="hers.md", content="hers\n")
        await bob.call("write", path="his.md", content="his\n")
        hers, his = await alice.call("propose_changes"), await bob.call("propose_changes")
        assert (await alice.call("read", path="his.md"))["isError"]
        ready = await anybody.http.get("/readyz")
    assert hers["structuredContent"]["files"] == ["hers.md"]
    assert his["structuredContent"]["files"] == ["his.md"]
    assert "From: bob <" in his["structuredContent"]["patch"]
    assert ready.status_code == 200


async def test_in_a_directory_there_is_nothing_to_hand_in_and_no_tool_for_it(tmp_path: Path) -> None:
    async with Client(build_server(Settings(workspace=tmp_path, language="en"))) as client:
        assert "propose_changes" not in {each.name for each in (await client.list_tools()).tools}
