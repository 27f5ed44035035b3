"""An HTTP server of ours in this process, and what tests send it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from server.http import http_app
from server.settings import Settings

PORT = 8765
ADDRESS = f"http://127.0.0.1:{PORT}"


@dataclass
class Caller:
    """A client with one token, or none."""

    http: httpx.AsyncClient
    token: str | None = None

    async def post(self, method: str, params: dict[str, Any] | None = None) -> httpx.Response:
        headers = {"Accept": "application/json, text/event-stream"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        return await self.http.post("/mcp", json=body, headers=headers)

    async def ask(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await self.post(method, params)
        assert answer.status_code == 200, answer.text
        lines = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: ")]
        result: dict[str, Any] = json.loads(lines[-1] if lines else answer.text)["result"]
        return result

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        return await self.ask("tools/call", {"name": tool, "arguments": arguments})

    async def tools(self) -> set[str]:
        return {each["name"] for each in (await self.ask("tools/list"))["tools"]}

    def holding(self, token: str) -> "Caller":
        return Caller(self.http, token)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Caller]:
    application = http_app(settings, "127.0.0.1", PORT)
    transport = httpx.ASGITransport(app=application)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url=ADDRESS, timeout=60) as http,
    ):
        yield Caller(http)
