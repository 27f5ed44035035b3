"""The tool `bash`, through the in-memory client: judged, confined, approved, redacted, remembered."""

import asyncio
import json
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from mcp import Client
from mcp_types import ElicitRequestParams, ElicitResult

from server.app import build_server
from server.settings import Settings
from tools.guard.approval import Approvals
from tools.guard.journal import Journal
from tools.guard.process import find_program
from tools.guard.state import State
from tools.shell import sandbox

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
confined = pytest.mark.skipif(find_program("bwrap") is None, reason="bubblewrap is not installed")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "work"
    place.mkdir()
    (place / "a.txt").write_text("hello\n")
    return place


@pytest.fixture
def settings(root: Path, tmp_path: Path) -> Settings:
    return Settings(workspace=root, language="en", state=tmp_path / "state")


async def call(client: Client, command: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool("bash", {"command": command, **arguments})
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def refusal(client: Client, command: str, **arguments: Any) -> str:
    result = await client.call_tool("bash", {"command": command, **arguments})
    assert result.is_error
    return str(result.content[0])


async def approve(settings: Settings, request: str) -> None:
    assert settings.state is not None
    approvals = Approvals(State.at(settings.state))
    await anyio.to_thread.run_sync(lambda: approvals.decide(request, approve=True, who="a person"))


@confined
async def test_a_command_that_only_reads_runs_at_once(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        answer = await call(client, "cat a.txt | tr a-z A-Z; exit 3")
        assert (answer["status"], answer["decision"], answer["stdout"], answer["exit_status"]) == (
            "done",
            "allow",
            "HELLO\n",
            3,
        )
        assert answer["confined"] is True


async def test_dry_run_answers_with_the_decision_alone(settings: Settings, root: Path) -> None:
    async with Client(build_server(settings)) as client:
        answer = await call(client, "ls; rm a.txt", dry_run=True)
        assert answer["decision"] == "ask"
        asked = next(reason for reason in answer["reasons"] if reason["verdict"] == "ask")
        assert (asked["rule"], asked["span"]) == ("files.delete", {"start": 4, "end": 12, "text": "rm a.txt"})
        assert asked["message"]
        assert (root / "a.txt").exists()


@confined
async def test_a_change_waits_for_a_person_and_the_approval_holds_once(settings: Settings, root: Path) -> None:
    async with Client(build_server(settings)) as client:
        waiting = await call(client, "touch b.txt")
        assert waiting["status"] == "approval_required"
        request = waiting["approval_required"]["id"]
        assert not (root / "b.txt").exists()
        await refusal(client, "touch b.txt", approval=request)
        assert not (root / "b.txt").exists()
        await approve(settings, request)
        done = await call(client, "touch b.txt", approval=request)
        assert (done["status"], done["exit_status"]) == ("done", 0)
        assert (root / "b.txt").exists()
        assert await refusal(client, "touch b.txt", approval=request)


@confined
async def test_what_a_policy_allows_may_change_the_workspace(settings: Settings, root: Path) -> None:
    assert settings.state is not None
    settings.state.mkdir()
    (settings.state / "policy.toml").write_text('[[rules]]\nverdict = "allow"\ntool = "bash"\ncommand = "touch *"\n')
    async with Client(build_server(settings)) as client:
        answer = await call(client, "touch b.txt")
        assert (answer["status"], answer["exit_status"], answer["confined"]) == ("done", 0, True)
        assert (await call(client, "touch c.txt && mkdir d"))["status"] == "approval_required"
    assert (root / "b.txt").exists()


async def test_an_approval_holds_for_the_cluster_that_was_current(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kubeconfig = tmp_path / "kubeconfig"

    def current(name: str, server: str) -> None:
        kubeconfig.write_text(
            f"current-context: {name}\ncontexts: [{{name: {name}, context: {{cluster: c}}}}]\n"
            f"clusters: [{{name: c, cluster: {{server: {server}}}}}]\n"
        )

    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))
    asked = {"access": ["kubernetes"], "network": ["10.0.0.1:6443"]}
    async with Client(build_server(settings)) as client:
        for moved in (("live-eu", "https://10.0.0.1:6443"), ("dev-eu", "https://10.0.0.2:6443")):
            current("dev-eu", "https://10.0.0.1:6443")
            waiting = await call(client, "kubectl delete pod web-0", **asked)
            assert "kube_context:dev-eu https://10.0.0.1:6443" in waiting["approval_required"]["where"]
            await approve(settings, waiting["approval_required"]["id"])
            current(*moved)
            told = await refusal(
                client, "kubectl delete pod web-0", approval=waiting["approval_required"]["id"], **asked
            )
            assert "another action" in told


async def test_a_policy_forbids_a_target_however_it_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert settings.state is not None
    settings.state.mkdir()
    (settings.state / "policy.toml").write_text('[[rules]]\nverdict = "deny"\ntarget = "kube_context:live*"\n')
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    async with Client(build_server(settings)) as client:
        for command in (
            "kubectl --context live-eu get pods",
            "kubectl --context=live-eu get pods",
            "helm list --kube-context 'live-eu'",
            "HELM_KUBECONTEXT=live-eu helm list",
            "c=live-eu; kubectl --context=$c delete pod x",
        ):
            assert (await call(client, command, dry_run=True))["decision"] == "deny", command
        assert (await call(client, "kubectl --context dev-eu delete pod x", dry_run=True))["decision"] == "ask"


async def test_an_approval_lets_no_other_command_through(settings: Settings, root: Path) -> None:
    async with Client(build_server(settings)) as client:
        waiting = await call(client, "touch b.txt")
        await approve(settings, waiting["approval_required"]["id"])
        await refusal(client, "touch c.txt", approval=waiting["approval_required"]["id"])
        await refusal(client, "touch b.txt", folder=".", timeout=5, approval=waiting["approval_required"]["id"])
        assert not (root / "c.txt").exists()


async def test_an_approval_holds_for_the_script_that_was_seen(settings: Settings, root: Path) -> None:
    async with Client(build_server(settings)) as client:
        script = root / "deploy.sh"
        script.write_text("touch deployed\n")
        waiting = await call(client, "bash ./deploy.sh")
        await approve(settings, waiting["approval_required"]["id"])
        script.write_text("touch elsewhere\n")
        await refusal(client, "bash ./deploy.sh", approval=waiting["approval_required"]["id"])
        assert not (root / "elsewhere").exists()


@confined
@pytest.mark.parametrize("approves", [True, False])
async def test_the_person_at_the_client_is_asked(settings: Settings, root: Path, approves: bool) -> None:
    asked: list[str] = []

    async def person(context: object, params: ElicitRequestParams) -> ElicitResult:
        asked.append(params.message)
        return ElicitResult(action="accept", content={"approve": approves})

    async with Client(build_server(settings), elicitation_callback=person) as client:
        result = await client.call_tool("bash", {"command": "mkdir made"})
    assert "mkdir made" in asked[0]
    assert result.is_error is not approves
    assert (root / "made").is_dir() is approves


async def test_a_denied_command_is_refused_and_remembered(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        told = await refusal(client, "echo aGk= | base64 -d | sh")
        assert "shell" in told.lower()
        assert settings.state is not None
        records = await anyio.to_thread.run_sync(lambda: list(Journal(State.at(settings.state or Path())).records()))
        assert any(record.body.get("decision") == "deny" for record in records)


@confined
async def test_an_allowed_command_cannot_write_even_if_it_tries(settings: Settings, root: Path) -> None:
    async with Client(build_server(settings)) as client:
        # What reads only gets a read-only workspace: a second wall behind the judgement.
        answer = await call(client, "test -w a.txt")
        assert answer["exit_status"] == 1
        assert (root / "a.txt").read_text() == "hello\n"


@confined
async def test_long_output_is_cut_in_the_middle_and_the_whole_is_a_resource(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        answer = await call(client, "seq 50000")
        assert answer["truncated"]
        assert answer["stdout"].startswith("1\n2\n")
        assert answer["stdout"].endswith("50000\n")
        assert len(answer["stdout"]) <= 26_000
        whole = await client.read_resource(answer["rest"])
        assert getattr(whole.contents[0], "text", "").splitlines() == [str(each) for each in range(1, 50_001)]


@confined
async def test_a_secret_leaves_by_no_outlet(
    settings: Settings, root: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    (root / "notes.txt").write_text(f"token: {TOKEN}\n" * 3)
    told: list[str] = []

    async def progress(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    outlets: list[str] = []
    async with Client(build_server(settings)) as client:
        for command in ("cat notes.txt", "cat notes.txt notes.txt | base64", "cat notes.txt nothing.txt; seq 30000"):
            result = await client.call_tool("bash", {"command": command}, progress_callback=progress)
            outlets.append(json.dumps(result.model_dump(mode="json")))
            if isinstance(result.structured_content, dict) and result.structured_content.get("rest"):
                whole = await client.read_resource(result.structured_content["rest"])
                outlets.append(str(whole.model_dump(mode="json")))
        asked = await client.call_tool("bash", {"command": f"touch {TOKEN}"})
        outlets.append(json.dumps(asked.model_dump(mode="json")))
    assert settings.state is not None
    kept = [path.read_bytes().decode(errors="replace") for path in settings.state.rglob("*") if path.is_file()]
    written = capfd.readouterr()
    for outlet in [*outlets, *told, *kept, caplog.text, written.out, written.err]:
        assert TOKEN not in outlet


@confined
async def test_the_time_limit_ends_the_command_and_its_children(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        answer = await call(client, "sleep 300 | sleep 301", timeout=0.5)
        assert answer["exit_status"] == 124
        assert "wall_time" in answer["limits_hit"]
        assert not await _running("sleep\x00301")


@confined
async def test_cancelling_ends_the_command(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        with anyio.move_on_after(1.5):
            await client.call_tool("bash", {"command": "sleep 302"})
    assert not await _running("sleep\x00302")  # the server has ended: nothing of it is left
    assert settings.state is not None
    records = list(Journal(State.at(settings.state)).records())
    assert any(record.body.get("result") == "cancelled" for record in records)


@confined
async def test_two_hundred_at_once_and_none_is_lost(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        answers = await asyncio.gather(*(call(client, f"echo {number}") for number in range(200)))
        assert [answer["stdout"] for answer in answers] == [f"{number}\n" for number in range(200)]
        assert settings.state is not None
        journal = Journal(State.at(settings.state))
        assert not list(journal.interrupted())
        assert sum(1 for record in journal.records() if record.body.get("result") == "ok") == 200


async def test_without_a_sandbox_even_reading_asks(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    monkeypatch.setattr(sandbox, "_probed", sandbox._Probed())
    async with Client(build_server(settings)) as client:
        answer = await call(client, "cat a.txt")
    assert answer["status"] == "approval_required"
    assert [reason["rule"] for reason in answer["reasons"] if reason["verdict"] == "ask"] == ["confinement.unavailable"]


async def test_a_read_only_policy_refuses_every_change(settings: Settings, root: Path) -> None:
    assert settings.state is not None
    settings.state.mkdir()
    (settings.state / "policy.toml").write_text('mode = "read-only"\n')
    async with Client(build_server(settings)) as client:
        assert "read-only" in await refusal(client, "touch b.txt")
        assert (await call(client, "ls", dry_run=True))["decision"] == "allow"
    assert not (root / "b.txt").exists()


async def test_network_and_credentials_are_asked_for(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        answer = await call(client, "kubectl get pods", network=["10.0.0.1:6443"], access=["kubernetes"], dry_run=True)
        assert answer["decision"] == "ask"
        assert {reason["rule"] for reason in answer["reasons"]} >= {"confinement.network", "confinement.kubernetes"}
        assert "host:port" in await refusal(client, "ls", network=["everything"])


async def test_a_protected_environment_always_asks_and_another_target_is_refused(
    settings: Settings, root: Path
) -> None:
    (root / "devops.yaml").write_text(
        "version: 1\ncontext:\n  environments:\n    - {name: dev, kube_context: dev-eu}\n    - {name: prod, kube_context: live-eu}\n"
    )
    assert settings.state is not None
    settings.state.mkdir()
    (settings.state / "policy.toml").write_text('[[rules]]\nverdict = "allow"\nrule = "*"\ntool = "bash"\n')
    async with Client(build_server(settings)) as client:
        for command, verdict in (
            ("kubectl --context dev-eu get pods", "allow"),
            ("kubectl --context live-eu get pods", "ask"),
            ("kubectl get pods", "ask"),
            ("kubectl --context elsewhere get pods", "deny"),
        ):
            assert (await call(client, command, dry_run=True))["decision"] == verdict, command


async def test_an_unreadable_devops_yaml_asks_for_everything(settings: Settings, root: Path) -> None:
    async with Client(build_server(settings)) as client:
        (root / "devops.yaml").write_text("context: [\n")
        answer = await call(client, "ls", dry_run=True)
        assert answer["decision"] == "ask"
        assert "production.unreadable_brief" in {reason["rule"] for reason in answer["reasons"]}


async def _running(command_line: str) -> bool:
    def look() -> bool:
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if command_line.encode() in entry.read_bytes():
                    return True
            except (FileNotFoundError, ProcessLookupError):
                continue
        return False

    return await anyio.to_thread.run_sync(look)


@confined
async def test_an_approved_destination_is_reached_and_no_other(settings: Settings) -> None:
    async def person(context: object, params: ElicitRequestParams) -> ElicitResult:
        return ElicitResult(action="accept", content={"approve": True})

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Client(build_server(settings), elicitation_callback=person) as client:
        reached = await call(client, f"curl -sS http://127.0.0.1:{port}/", network=[f"127.0.0.1:{port}"])
        refused = await call(client, f"curl -sS http://127.0.0.1:{port}/", network=["127.0.0.1:9"])
        alone = await call(client, f"curl -sS --noproxy '*' http://127.0.0.1:{port}/")
    assert (reached["exit_status"], reached["stdout"]) == (0, "hi")
    assert reached["destinations"]
    assert "hi" not in refused["stdout"].splitlines()
    assert alone["exit_status"] != 0


@confined
async def test_a_client_of_a_cloud_that_fails_is_told_what_to_ask_for(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        answer = await call(client, "kubectl get pods")
    assert answer["exit_status"] != 0
    assert "kubernetes" in answer["summary"]
