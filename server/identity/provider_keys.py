"""The identity provider's public keys: fetched when a token names an unknown one, never more often than allowed."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import anyio
import httpx
import jwt

TIMEOUT = 5.0
FRESH = 600.0
"""Seconds after which the keys are asked for again: a key that was withdrawn stops working."""
PATIENCE = 15.0
"""Seconds between two requests: tokens with invented key ids must not make us flood the provider."""
LARGEST = 1_000_000


class KeysUnavailableError(Exception):
    """The provider did not give its keys; tokens cannot be judged until it does."""


class ProviderKeys:
    """The keys at `source`, an address or a file."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked = float("-inf")
        self._read = float("-inf")
        self._lock = asyncio.Lock()

    async def get(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key a token names; of a single key the name may be missing.

        Raises:
            KeysUnavailableError: there are no keys, and the provider does not answer.
        """
        async with self._lock:
            now = time.monotonic()
            stale = now - self._read > FRESH or self._find(key_id) is None
            if stale and now - self._asked > PATIENCE:
                self._asked = now
                await self._refresh(now)
            if not self._keys:
                raise KeysUnavailableError(self._source)
            return self._find(key_id)

    def _find(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id or "")

    async def _refresh(self, now: float) -> None:
        try:
            found = jwt.PyJWKSet.from_dict(await self._document())
        except (OSError, ValueError, httpx.HTTPError, jwt.PyJWTError):
            if now - self._read > 2 * FRESH:  # what was withdrawn meanwhile must not work for ever
                self._keys = {}
            return
        self._keys = {each.key_id or "": each for each in found.keys if each.key_type in {"RSA", "EC", "OKP"}}
        self._read = now

    async def _document(self) -> dict[str, Any]:
        if not self._source.startswith(("http://", "https://")):
            return dict(json.loads(await anyio.Path(Path(self._source)).read_text()))
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
            answer = await client.get(self._source, headers={"Accept": "application/json"})
            answer.raise_for_status()
            if len(answer.content) > LARGEST:
                raise ValueError(len(answer.content))
            return dict(answer.json())
