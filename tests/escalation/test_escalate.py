"""An escalation reaches who decides: with its four parts, without secrets, once, and never lost."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from server.app import build_server
from server.settings import Settings
from tools.escalation import send as sending
from tools.guard.journal import Journal
from tools.guard.state import State, default_directory

SECRET = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
GIVEN = {
    "situation": "budget",
    "reason": "The database doubles the bill.",
    "done_so_far": "The pipeline is ready.",
    "obstacle": "RDS Multi-AZ costs 140 EUR a month.",
    "options": ["Multi-AZ: +70 EUR, 99.95 %", "Single zone: 0 EUR, 99.5 %"],
    "files": ["infra/modules/rds/main.tf"],
}


class Receiver:
    """A server of ours that plays all the others; the first answers may be bad."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answers: list[int] = []
        self.url = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    played = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            played.heard.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(played.answers.pop(0) if played.answers else 201)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        played.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield played
        server.shutdown()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text("the-key\n")
    return path


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "FIRST_PAUSE", 0.01)


def _routes(text: str) -> None:
    State.at(default_directory())
    (default_directory() / "escalation.toml").write_text(text)


async def _escalate(workspace: Path, **more: Any) -> dict[str, Any]:
    async with Client(build_server(Settings(workspace=workspace, language="en"))) as client:
        result = await client.call_tool("escalate", {**GIVEN, **more})
    assert result.structured_content, result
    told: dict[str, Any] = result.structured_content
    return told


async def test_without_a_route_the_text_is_there_to_hand_over(tmp_path: Path) -> None:
    told = await _escalate(tmp_path)
    assert (told["status"], told["to"]) == ("not_configured", "chef-equipe")
    for part in ("pipeline is ready", "140 EUR", "99.95 %", "rds/main.tf"):
        assert part in told["text"]


@pytest.mark.parametrize(
    ("situation", "to"),
    [("secrets_or_network", "securite"), ("budget", "chef-equipe"), ("production_downtime", "chef-equipe"),
     ("incompatible_architecture", "architecte")],
)  # fmt: skip
async def test_the_table_of_the_card_decides_who_is_told(tmp_path: Path, situation: str, to: str) -> None:
    assert (await _escalate(tmp_path, situation=situation))["to"] == to


@pytest.mark.parametrize(
    ("kind", "route", "path", "header"),
    [
        ("webhook", 'url = "{url}/hook"\ntoken_file = "{key}"', "/hook", ("authorization", "Bearer the-key")),
        ("pagerduty", 'url = "{url}/v2/enqueue"\nrouting_key_file = "{key}"', "/v2/enqueue", None),
        (
            "opsgenie",
            'url = "{url}/v2/alerts"\napi_key_file = "{key}"',
            "/v2/alerts",
            ("authorization", "GenieKey the-key"),
        ),
        (
            "github",
            'url = "{url}"\nrepository = "acme/shop"\ntoken_file = "{key}"',
            "/repos/acme/shop/issues",
            ("authorization", "Bearer the-key"),
        ),
        (
            "gitlab",
            'url = "{url}"\nproject = "acme/shop"\ntoken_file = "{key}"',
            "/projects/acme%2Fshop/issues",
            ("private-token", "the-key"),
        ),
    ],
)
async def test_each_channel_is_spoken_to_in_its_own_words(
    tmp_path: Path, receiver: Receiver, key: Path, kind: str, route: str, path: str, header: tuple[str, str] | None
) -> None:
    _routes(f'[[chef-equipe]]\nkind = "{kind}"\n' + route.format(url=receiver.url, key=key))
    told = await _escalate(tmp_path)
    assert told["status"] == "sent", told
    where, headers, body = receiver.heard[0]
    assert where == path
    assert "doubles the bill" in json.dumps(body)
    if header:
        assert headers[header[0]] == header[1]
    kept = b"".join(each.read_bytes() for each in default_directory().rglob("*") if each.is_file())
    assert b"the-key" not in kept


async def test_slack_is_reached_at_the_address_in_its_file(tmp_path: Path, receiver: Receiver) -> None:
    (tmp_path / "slack").write_text(f"{receiver.url}/services/T0/B0/secret")
    _routes(f'[[chef-equipe]]\nkind = "slack"\nurl_file = "{tmp_path}/slack"\n')
    await _escalate(tmp_path)
    assert "doubles the bill" in receiver.heard[0][2]["text"]


async def test_the_same_escalation_is_told_once(tmp_path: Path, receiver: Receiver) -> None:
    _routes(f'[[chef-equipe]]\nkind = "webhook"\nurl = "{receiver.url}/hook"\n')
    first, second = await _escalate(tmp_path), await _escalate(tmp_path)
    assert [each["routes"][0]["status"] for each in (first, second)] == ["sent", "already_sent"]
    await _escalate(tmp_path, reason="Another one.")
    keys = [headers["idempotency-key"] for _path, headers, _body in receiver.heard]
    assert len(set(keys)) == len(keys) == 2


async def test_a_channel_that_is_unwell_is_tried_again(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answers = [503, 429, 201]
    _routes(f'[[chef-equipe]]\nkind = "webhook"\nurl = "{receiver.url}/hook"\n')
    assert (await _escalate(tmp_path))["status"] == "sent"
    assert len({headers["idempotency-key"] for _path, headers, _body in receiver.heard}) == 1


@pytest.mark.parametrize("answers", [[401], [500, 500, 500, 500]])
async def test_a_channel_that_refuses_keeps_nothing_from_the_others(
    tmp_path: Path, receiver: Receiver, answers: list[int]
) -> None:
    receiver.answers = answers
    _routes(
        f'[[chef-equipe]]\nkind = "webhook"\nurl = "{receiver.url}/hook"\n'
        f'[[chef-equipe]]\nkind = "file"\npath = "{tmp_path}/told.jsonl"\n'
    )
    told = await _escalate(tmp_path)
    assert told["status"] == "partly_sent"
    assert json.loads((tmp_path / "told.jsonl").read_text())["reason"] == GIVEN["reason"]
    assert receiver.url not in json.dumps(told["routes"])


async def test_no_secret_leaves(tmp_path: Path, receiver: Receiver) -> None:
    _routes(f'[[chef-equipe]]\nkind = "webhook"\nurl = "{receiver.url}/hook"\n')
    told = await _escalate(tmp_path, obstacle=f"login with {SECRET} fails")
    assert SECRET not in json.dumps(receiver.heard[0][2])
    assert SECRET not in json.dumps(told)


async def test_the_journal_says_who_was_told_what(tmp_path: Path) -> None:
    await _escalate(tmp_path)
    opened, closed = Journal(State.at(default_directory())).records()
    assert (opened.body["tool"], opened.body["target"]) == ("escalate", "chef-equipe")
    assert closed.body["result"] == "not_configured"


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "[[chef-equipe]]\nkind = 'pigeon'",
        "[[chef-equipe]]\nkind = 'webhook'\nurl = 'http://evil.example/x'",
        "[[patron]]\nkind = 'file'\npath = 'x'",
    ],
)
async def test_a_file_of_routes_that_is_wrong_is_said(tmp_path: Path, text: str) -> None:
    _routes(text)
    async with Client(build_server(Settings(workspace=tmp_path, language="en"))) as client:
        result = await client.call_tool("escalate", GIVEN)
    assert result.is_error
    assert "escalation.toml" in str(result.content)


async def test_what_a_delivery_escalates_is_sent_by_itself(tmp_path: Path, receiver: Receiver) -> None:
    (tmp_path / "requirements.txt").write_text("flask==3.1.2\ngunicorn==23.0.0\n")
    (tmp_path / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    _routes(f'[[chef-equipe]]\nkind = "webhook"\nurl = "{receiver.url}/hook"\n')
    async with Client(build_server(Settings(workspace=tmp_path, language="en"))) as client:
        brief = {"deliverables": ["observability"]}
        await client.call_tool("deliver", {"brief": brief})
        await client.call_tool("deliver", {"brief": brief})
    assert [body["situation"] for _path, _headers, body in receiver.heard] == ["production_downtime"]
