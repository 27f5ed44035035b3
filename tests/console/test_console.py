"""The console's door and forms: who gets in, what a form needs, what an answer never carries."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from server.console.console import Console
from server.identity.principal import Role
from server.identity.static_tokens import StaticTokens
from server.settings import Settings
from tests.identity.http_server import ADDRESS, serving
from tools.guard.action import Action
from tools.guard.approval import Approvals, Request
from tools.guard.decision import Decision, Reason, Span
from tools.guard.journal import Journal
from tools.guard.state import State, default_directory
from tools.runs.run_store import RunStore

HOST = "127.0.0.1:8765"
COMMAND = "terraform apply && rm -rf build"


def _action(command: str = COMMAND) -> Action:
    return Action(tool="bash", target="/shop", arguments={"command": command}, what=f"Run {command}", undo="Nothing.")


def _decision(command: str = COMMAND) -> Decision:
    reasons = []
    if "rm" in command:
        start = command.index("rm -rf") if "rm -rf" in command else 0
        span = Span(start=start, end=len(command), text=command[start:])
        reasons = [Reason(rule="rm.recursive", verdict="ask", message="It removes files.", span=span)]
    return Decision(decision="ask", reasons=reasons)


@pytest.fixture
def state() -> State:
    return State.at(default_directory())


async def _waiting(state: State, command: str = COMMAND, who: str = "agent via test") -> Request:
    action = _action(command)
    return await Approvals(state).ask(action.digest, action, _decision(command), who)


@asynccontextmanager
async def _browser(console: Console, *, enter: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Starlette(routes=[console.routes()]))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", follow_redirects=True) as http:
        if enter:
            assert (await http.get(console.one_time_link())).status_code == 200
        yield http


@pytest.fixture
def console(state: State) -> Console:
    return Console(state, "en", hosts={HOST})


def _token(text: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', text)
    assert found, text
    return found[1]


async def test_the_link_lets_in_once(console: Console) -> None:
    async with _browser(console, enter=False) as http, _browser(console, enter=False) as other:
        link = console.one_time_link()
        assert (await http.get(link)).status_code == 200
        assert (await other.get(link)).status_code == 403
        assert "Sign in" in (await other.get("/console/")).text


@pytest.mark.parametrize("path", ["/", "/approvals", "/approvals/x", "/runs", "/runs/x", "/journal", "/parts/now"])
async def test_nobody_sees_a_page_without_a_session(console: Console, path: str) -> None:
    async with _browser(console, enter=False) as http:
        answer = await http.get(f"/console{path}")
    assert answer.url.path == "/console/sign-in"


async def test_a_forged_or_foreign_cookie_is_nobody(console: Console, tmp_path: Path) -> None:
    stranger = Console(State.at(tmp_path / "other"), "en", hosts={HOST})
    async with _browser(stranger) as theirs, _browser(console, enter=False) as http:
        for value in (theirs.cookies["astreinte_console"].strip('"'), "x.y", "e30=.00", ""):
            http.cookies.set("astreinte_console", value, path="/console")
            assert (await http.get("/console/")).url.path == "/console/sign-in"


async def test_a_person_approves_exactly_what_they_saw(console: Console, state: State) -> None:
    asked = await _waiting(state)
    async with _browser(console) as http:
        page = await http.get(f"/console/approvals/{asked.id}")
        form = {"form_token": _token(page.text), "digest": asked.digest, "word": "approve", "reason": "looks right"}
        await http.post(f"/console/approvals/{asked.id}", data=form)
        again = await http.post(f"/console/approvals/{asked.id}", data=form)
    decided = Approvals(state).get(asked.id)
    assert (decided.state, decided.reason) == ("approved", "looks right")
    assert decided.decided_by
    assert decided.decided_by.endswith("via console")
    assert again.status_code == 409
    record = Journal(state).records()[-2].body
    assert (record["tool"], record["approval"]) == ("approve", asked.id)
    await Approvals(state).use(asked.id, _action())


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"form_token": ""}, 403),
        ({"form_token": "0" * 64}, 403),
        ({"digest": "0" * 64}, 409),
        ({"word": "perhaps"}, 409),
        ({"word": ""}, 409),
    ],
)
async def test_a_form_that_is_not_right_decides_nothing(
    console: Console, state: State, change: dict[str, str], status: int
) -> None:
    asked = await _waiting(state)
    async with _browser(console) as http:
        page = await http.get(f"/console/approvals/{asked.id}")
        form = {"form_token": _token(page.text), "digest": asked.digest, "word": "approve", **change}
        answer = await http.post(f"/console/approvals/{asked.id}", data=form)
    assert answer.status_code == status
    assert Approvals(state).get(asked.id).state == "pending"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_of_another_site_is_refused(console: Console, state: State, headers: dict[str, str]) -> None:
    asked = await _waiting(state)
    async with _browser(console) as http:
        page = await http.get(f"/console/approvals/{asked.id}")
        form = {"form_token": _token(page.text), "digest": asked.digest, "word": "approve"}
        answer = await http.post(f"/console/approvals/{asked.id}", data=form, headers=headers)
    assert answer.status_code == 403
    assert Approvals(state).get(asked.id).state == "pending"


async def test_a_rebound_name_is_not_answered(console: Console) -> None:
    async with _browser(console) as http:
        assert (await http.get("/console/", headers={"Host": "evil.example"})).status_code == 421


async def test_every_answer_forbids_scripts_and_frames_of_others(console: Console) -> None:
    async with _browser(console) as http:
        for path in ("/console/", "/console/static/console.css", "/console/approvals/none"):
            headers = (await http.get(path)).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-frame-options"] == "DENY"
            assert headers["cache-control"] == "no-store"
    cookie = next(each for each in http.cookies.jar if each.name == "astreinte_console")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "strict"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "a\u202eb\x1b[2J"]
)
async def test_what_the_agent_writes_is_shown_and_never_run(console: Console, state: State, text: str) -> None:
    asked = await _waiting(state, f"echo {text}", who=f"{text} via x")
    call = await Journal(state).opened({"tool": text, "who": text, "target": text, "decision": "ask"})
    run = RunStore(state).begin("k", text, text)
    async with _browser(console) as http:
        for path in ("/", "/approvals", f"/approvals/{asked.id}", "/runs", f"/runs/{run.id}", f"/journal?words={call}"):
            page = (await http.get(f"/console{path}")).text
            assert "<script>alert" not in page
            assert "<img" not in page
            assert "\u202e" not in page
            assert "\x1b" not in page


async def test_the_judged_piece_of_a_command_is_marked(console: Console, state: State) -> None:
    asked = await _waiting(state)
    async with _browser(console) as http:
        page = (await http.get(f"/console/approvals/{asked.id}")).text
    assert "terraform apply &amp;&amp; <mark" in page
    assert ">rm -rf build</mark>" in page


async def test_the_journal_is_searched_and_verified(console: Console, state: State) -> None:
    await Journal(state).opened({"tool": "bash", "target": "one%thing"})
    await Journal(state).opened({"tool": "bash", "target": "another"})
    async with _browser(console) as http:
        found = (await http.get("/console/journal", params={"words": "e%t"})).text
        page = await http.get("/console/journal")
        chain = (await http.post("/console/journal/verify", data={"form_token": _token(page.text)})).text
    assert "one%thing" in found
    assert "another" not in found
    assert "intact, 2 records" in chain


async def test_a_run_is_cancelled_from_its_page(console: Console, state: State) -> None:
    run = RunStore(state).begin("k", "bash", "agent")
    async with _browser(console) as http:
        page = await http.get(f"/console/runs/{run.id}")
        await http.post(f"/console/runs/{run.id}/cancel", data={"form_token": _token(page.text)})
    assert RunStore(state).get(run.id).cancelled


async def test_the_console_speaks_french(state: State) -> None:
    async with _browser(Console(state, "fr", hosts={HOST})) as http:
        page = (await http.get("/console/")).text
    assert '<html lang="fr">' in page
    assert "Rien n’attend d’approbation" in page


@pytest.mark.parametrize(
    ("role", "decides"), [("viewer", False), ("operator", False), ("approver", True), ("admin", True)]
)
async def test_in_a_team_only_approvers_decide_and_never_about_their_own(
    tmp_path: Path, state: State, role: Role, decides: bool
) -> None:
    token = StaticTokens(state).add("carol", role, 1)
    theirs = await _waiting(state, who="alice via claude")
    own = await _waiting(state, "rm x", who="carol via claude")
    async with serving(Settings(workspace=tmp_path, language="en")) as anybody:
        http = anybody.http
        http.follow_redirects = True
        assert (await http.post("/console/sign-in", data={"token": "wrong"})).status_code == 403
        signed = await http.post("/console/sign-in", data={"token": token})
        assert "carol" in signed.text
        for asked in (theirs, own):
            form = {"form_token": _token(signed.text), "digest": asked.digest, "word": "approve"}
            await http.post(f"{ADDRESS}/console/approvals/{asked.id}", data=form)
        assert Approvals(state).get(theirs.id).state == ("approved" if decides else "pending")
        assert Approvals(state).get(own.id).state == "pending"
        StaticTokens(state).revoke("carol")
        StaticTokens(state).add("carol2", "viewer", 1)
        assert "Sign in" in (await http.get("/console/")).text
