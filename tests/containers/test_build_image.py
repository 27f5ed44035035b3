"""The tool `build_image` on a real engine, through the in-memory client."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp_types import ElicitRequestParams, ElicitResult

from server.app import build_server
from server.settings import Settings
from tests.containers.private_dockerd import Engine

MULTI_STAGE = """\
FROM base:1 AS build
WORKDIR /src
COPY . .
RUN mkdir /out && cat a.txt > /out/b.txt
FROM base:1
COPY --from=build /out/ /srv/
USER 10001
EXPOSE 8080
HEALTHCHECK CMD true
CMD ["cat", "/srv/b.txt"]
"""
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


async def yes(context: object, params: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="accept", content={"approve": True})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "shop"
    place.mkdir()
    (place / "a.txt").write_text("hello\n")
    (place / "Dockerfile").write_text(MULTI_STAGE)
    (place / ".dockerignore").write_text(".git\n")
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], cwd=place, check=True)
    return place


@pytest.fixture
def settings(root: Path, tmp_path: Path) -> Settings:
    return Settings(workspace=root, language="en", state=tmp_path / "state")


async def build(settings: Settings, told: list[str] | None = None, **arguments: Any) -> dict[str, Any]:
    async def note(progress: float, total: float | None, message: str | None) -> None:
        if told is not None:
            told.append(f"{progress:g}/{total:g} {message}" if total else str(message))

    async with Client(build_server(settings), elicitation_callback=yes) as client:
        result = await client.call_tool("build_image", {"network": "none", **arguments}, progress_callback=note)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def refused(settings: Settings, **arguments: Any) -> str:
    async with Client(build_server(settings), elicitation_callback=yes) as client:
        result = await client.call_tool("build_image", {"network": "none", **arguments})
    assert result.is_error
    return str(getattr(result.content[0], "text", ""))


async def test_a_multi_stage_build_is_tagged_by_commit_and_reported(
    settings: Settings, root: Path, engine: Engine
) -> None:
    told: list[str] = []
    answer = await build(settings, told)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True).stdout.strip()
    image = answer["image"]
    assert image["tags"] == [f"shop:sha-{commit[:12]}"]
    assert image["labels"]["org.opencontainers.image.revision"] == commit
    assert (answer["builder"], image["user"], image["exposed_ports"]) == ("classic", "10001", ["8080/tcp"])
    assert (image["healthcheck"], image["command"]) == (True, ["cat", "/srv/b.txt"])
    assert any(layer["instruction"].startswith("COPY") and layer["size"] > 0 for layer in image["layers"])
    assert "4/11 RUN mkdir /out && cat a.txt > /out/b.txt" in told
    assert engine.docker("run", "--rm", "--network", "none", image["tags"][0]) == "hello"
    assert answer["context"] == {
        "files": 3, "bytes": answer["context"]["bytes"], "ignored": 1, "ignore_file": ".dockerignore",
        "largest": answer["context"]["largest"],
    }  # fmt: skip


async def test_the_second_build_comes_from_the_cache_under_the_same_tag(settings: Settings, engine: Engine) -> None:
    first = await build(settings)
    second = await build(settings)
    assert second["image"]["tags"] == first["image"]["tags"]
    assert second["image"]["id"] == first["image"]["id"]
    assert second["cached"] > first["cached"] or first["cached"] == second["cached"] > 0
    assert second["cached"] >= 6


async def test_what_is_not_committed_shows_in_the_tag(settings: Settings, root: Path, engine: Engine) -> None:
    (root / "a.txt").write_text("changed\n")
    tag = (await build(settings))["image"]["tags"][0]
    assert "-dirty-" in tag
    assert (await build(settings))["image"]["tags"] == [tag]
    (root / "a.txt").write_text("changed again\n")
    assert tag not in (await build(settings))["image"]["tags"]


async def test_buildkit_is_chosen_and_said_when_the_dockerfile_needs_it(
    settings: Settings, root: Path, engine: Engine
) -> None:
    (root / "Dockerfile").write_text("FROM base:1\nRUN --mount=type=cache,target=/c echo made > /srv/x\n")
    told: list[str] = []
    answer = await build(settings, told)
    assert answer["builder"] != "classic"
    assert answer["chosen_because"] == ["RUN --mount"]
    assert any("RUN --mount=type=cache" in each for each in told)
    assert engine.docker("run", "--rm", "--network", "none", answer["image"]["tags"][0], "cat", "/srv/x") == "made"
    assert (await build(settings))["cached"] >= 1


async def test_a_build_secret_reaches_the_build_and_no_layer(
    settings: Settings, root: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPM_TOKEN", TOKEN)
    (root / "Dockerfile").write_text("FROM base:1\nRUN --mount=type=secret,id=npm wc -c < /run/secrets/npm > /srv/n\n")
    answer = await build(settings, secrets={"npm": "NPM_TOKEN"})
    name = answer["image"]["tags"][0]
    assert engine.docker("run", "--rm", "--network", "none", name, "cat", "/srv/n") == str(len(TOKEN))
    saved = root.parent / "image.tar"
    engine.docker("save", "--output", str(saved), name)
    assert TOKEN.encode() not in saved.read_bytes()
    assert TOKEN not in engine.docker("history", "--no-trunc", name)
    assert TOKEN not in json.dumps(answer)


@pytest.mark.parametrize("buildkit", [False, True], ids=["classic", "buildkit"])
async def test_a_failing_build_names_the_instruction_and_what_it_printed(
    settings: Settings, root: Path, engine: Engine, buildkit: bool
) -> None:
    mount = "--mount=type=tmpfs,target=/x " if buildkit else ""
    (root / "Dockerfile").write_text(f"FROM base:1\nRUN {mount}echo 'no such library' && exit 7\nRUN true\n")
    text = await refused(settings)
    assert "exit 7" in text
    assert "no such library" in text
    assert "7" in text.split("`")[-1]


@pytest.mark.parametrize("buildkit", [False, True], ids=["classic", "buildkit"])
async def test_a_cancelled_build_really_stops(settings: Settings, root: Path, engine: Engine, buildkit: bool) -> None:
    mount = "--mount=type=tmpfs,target=/x " if buildkit else ""
    mark = f"71.{time.monotonic_ns() % 10_000:04d}"
    (root / "Dockerfile").write_text(f"FROM base:1\nRUN {mount}sleep {mark}\n")

    async def sleeps() -> bool:
        def look() -> bool:
            for each in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    if each.read_bytes().split(b"\0")[:2] == [b"sleep", mark.encode()]:
                        return True
                except OSError:
                    continue
            return False

        return await anyio.to_thread.run_sync(look)

    async with Client(build_server(settings), elicitation_callback=yes) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.call_tool, "build_image", {"network": "none"})
        with anyio.fail_after(30):
            while not await sleeps():
                await anyio.sleep(0.05)
        tasks.cancel_scope.cancel()
    with anyio.fail_after(30):
        while await sleeps():
            await anyio.sleep(0.05)
    with anyio.fail_after(30):
        while engine.docker("ps", "--quiet"):
            await anyio.sleep(0.05)


async def test_secrets_are_kept_out_of_the_context_and_the_arguments(
    settings: Settings, root: Path, engine: Engine
) -> None:
    (root / ".env").write_text("A=b\n")
    assert ".env" in await refused(settings)
    (root / ".dockerignore").write_text(".env\n.git\n")
    assert "secret" in await refused(settings, args={"NPM_TOKEN": "x"})
    assert TOKEN not in await refused(settings, args={"VERSION": TOKEN})
    assert (await build(settings, args={"VERSION": "1.2"}))["status"] == "done"


async def test_the_bill_of_materials_lists_what_the_package_manager_left(settings: Settings, engine: Engine) -> None:
    async with Client(build_server(settings), elicitation_callback=yes) as client:
        result = await client.call_tool("build_image", {"network": "none"})
        answer = result.structured_content
        assert isinstance(answer, dict)
        bill = json.loads(str((await client.read_resource(answer["sbom"])).contents[0].text))  # type: ignore[union-attr]
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert [each["purl"] for each in bill["components"]] == ["pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12"]
    assert answer["packages"] == 1
    assert answer["vulnerabilities"]["status"] in {"scanned", "not_scanned"}


async def test_a_client_that_cannot_ask_gets_an_approval_to_wait_for(
    settings: Settings, root: Path, engine: Engine
) -> None:
    async with Client(build_server(settings)) as client:
        result = await client.call_tool("build_image", {})
        answer = result.structured_content
        assert isinstance(answer, dict)
        assert answer["status"] == "approval_required"
        first = answer["approval_required"]["digest"]
        (root / "a.txt").write_text("something else\n")
        again = (await client.call_tool("build_image", {})).structured_content
        assert isinstance(again, dict)
        assert again["approval_required"]["digest"] != first
    assert "shop" not in engine.docker("ps", "--all", "--format", "{{.Image}}")


async def test_without_an_engine_the_error_says_how_to_get_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    text = await refused(settings)
    assert "/nonexistent/docker.sock" in text
    assert "DOCKER_HOST" in text


async def test_without_buildkit_nothing_is_built_in_a_lesser_way(
    settings: Settings, root: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "Dockerfile").write_text("FROM base:1\nRUN --mount=type=cache,target=/c true\n")
    monkeypatch.setenv("PATH", str(root))
    text = await refused(settings)
    assert "BuildKit" in text
    assert "RUN --mount" in text
