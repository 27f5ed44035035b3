"""Signing in at the organisation's provider: the right person gets in once, every bent answer lets nobody in."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.async_api import async_playwright, expect

from server.http import http_app
from server.settings import Settings
from tests.console.openid_provider import CLIENT, SECRET, OpenIDProvider, openid_provider
from tests.console.test_browser import CHROMIUM, ROOT

AUDIENCE = "https://devops.example.com/mcp"
ORIGIN = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def listening() -> Iterator[OpenIDProvider]:
    with openid_provider() as found:
        yield found


@pytest.fixture
def provider(listening: OpenIDProvider) -> OpenIDProvider:
    listening.claims, listening.discovery = {}, {}
    return listening


@pytest.fixture
def settings(provider: OpenIDProvider, tmp_path: Path) -> Settings:
    (tmp_path / "secret").write_text(SECRET + "\n")
    team = tmp_path / "team.toml"
    team.write_text(
        f'[oauth]\nissuer = "{provider.issuer}"\naudience = "{AUDIENCE}"\njwks = "{provider.address}/keys"\n'
        f'[oauth.sign_in]\nclient_id = "{CLIENT}"\nclient_secret_file = "{tmp_path}/secret"\n'
        '[roles]\nboard = "approver"\n'
    )
    return Settings(workspace=tmp_path, team=team, language="en")


@asynccontextmanager
async def _browser(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=http_app(settings, "127.0.0.1", 8765))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


async def _back(client: httpx.AsyncClient, **bent: str) -> httpx.Response:
    """From our page to the provider and back, with parts of its answer bent."""
    begun = await client.get("/console/sign-in/provider")
    assert begun.status_code == 303
    async with httpx.AsyncClient() as provider:
        sent = await provider.get(begun.headers["location"])
    assert sent.status_code == 302
    query = {name: value[0] for name, value in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    return await client.get("/console/sign-in/provider/callback", params={**query, **bent})


async def test_whom_the_provider_vouches_for_gets_in_with_their_role(settings: Settings) -> None:
    async with _browser(settings) as client:
        answer = await _back(client)
        assert answer.status_code == 200
        assert 'http-equiv="refresh"' in answer.text
        page = await client.get("/console/")
    assert "alice · approver" in page.text


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "of another question"}, {"aud": "another-client"}, {"aud": [CLIENT, "x"], "azp": "x"},
     {"iss": "https://evil.example"}, {"exp": 1}, {"groups": ["strangers"]}, {"sub": ""}],
)  # fmt: skip
async def test_an_identity_that_is_not_for_this_question_lets_nobody_in(
    settings: Settings, provider: OpenIDProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    async with _browser(settings) as client:
        answer = await _back(client)
        assert answer.status_code == 403
        assert (await client.get("/console/")).status_code == 303


@pytest.mark.parametrize(
    "bent", [{"state": "forged"}, {"state": ""}, {"iss": "https://evil.example"}, {"code": "guessed"}]
)
async def test_a_bent_answer_lets_nobody_in(settings: Settings, bent: dict[str, str]) -> None:
    async with _browser(settings) as client:
        answer = await _back(client, **bent)
        assert answer.status_code == 403
        assert (await client.get("/console/")).status_code == 303


async def test_an_answer_cannot_be_used_in_another_browser_or_twice(settings: Settings) -> None:
    async with _browser(settings) as victim, _browser(settings) as attacker:
        begun = await attacker.get("/console/sign-in/provider")
        async with httpx.AsyncClient() as provider:
            sent = await provider.get(begun.headers["location"])
        callback = urlsplit(sent.headers["location"])._replace(scheme="", netloc="").geturl()
        assert (await victim.get("/console/sign-in/provider")).status_code == 303  # has a question of its own
        assert (await victim.get(callback)).status_code == 403
        assert (await attacker.get(callback)).status_code == 200
        assert (await attacker.get(callback)).status_code == 403


@pytest.mark.parametrize(
    "discovery",
    [{"issuer": "http://localhost:1"}, {"token_endpoint": 7}, {"authorization_endpoint": "javascript:alert(1)"}],
)
async def test_a_provider_that_says_strange_things_of_itself_is_not_asked(
    settings: Settings, provider: OpenIDProvider, discovery: dict[str, Any]
) -> None:
    provider.discovery = discovery
    async with _browser(settings) as client:
        assert (await client.get("/console/sign-in/provider")).status_code == 502


async def test_without_a_provider_there_is_no_such_door(tmp_path: Path) -> None:
    team = tmp_path / "team.toml"
    team.write_text("")
    async with _browser(Settings(workspace=tmp_path, team=team, language="en")) as client:
        assert "organisation" not in (await client.get("/console/sign-in")).text
        assert (await client.get("/console/sign-in/provider")).status_code == 404
        assert (await client.get("/console/sign-in/provider/callback?code=x&state=y")).status_code == 404


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: chromium)")
async def test_a_real_browser_comes_back_from_another_site_and_is_in(settings: Settings) -> None:
    argv = [sys.executable, "-m", "server", "--language", "en", "serve", "--http", "127.0.0.1:0"]
    argv += ["--workspace", str(settings.workspace)]
    environment = {"ASTREINTE_TEAM": str(settings.team)}

    with subprocess.Popen(
        argv, cwd=ROOT, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    ) as process:
        try:
            assert process.stderr
            found = re.search(r"(http://\S+)/mcp", process.stderr.readline())
            assert found
            async with async_playwright() as player:
                browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                page = await browser.new_page()
                await page.goto(f"{found[1]}/console/")
                await page.get_by_role("link", name="Sign in with your organisation").click()
                await expect(page.get_by_text("alice · approver")).to_be_visible(timeout=20_000)
                assert page.url == f"{found[1]}/console/"
                await browser.close()
        finally:
            process.terminate()
            process.wait(15)
