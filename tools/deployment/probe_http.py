"""Asks a URL several times and judges status, body, redirects and how long it takes."""

import asyncio
import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from resources.catalogue import _
from tools.deployment.address import parse_url
from tools.deployment.checks import CheckResult, DeploymentCheck
from tools.deployment.reachable import reach

MOST_REDIRECTS = 5
MOST_BYTES = 200_000
SECONDS = 10.0
"""For a whole answer: one byte every nine seconds is no answer."""


@dataclass(frozen=True)
class Answer:
    """What a server said to one request."""

    status: int
    body: str
    seconds: float
    location: str | None


async def probe_http(check: DeploymentCheck, named: Collection[str], probes: int) -> CheckResult:
    """Ask `probes` times; each must answer as expected."""
    seen: list[tuple[int, float]] = []
    evidence: dict[str, Any] = {}
    wrong = ""
    for _probe in range(probes):
        answer, seconds, chain = await _follow(check.target, named)
        seen.append((answer.status, seconds * 1e3))
        if len(chain) > 1:
            evidence["redirects"] = chain
        if answer.status != check.status:
            wrong = _("status {status} instead of {wanted}", status=answer.status, wanted=check.status)
        elif check.text not in answer.body:
            wrong = _("the body does not hold “{text}”", text=check.text)
    times = sorted(milliseconds for _status, milliseconds in seen)
    evidence |= {
        "statuses": [status for status, _milliseconds in seen],
        **{f"p{share}_ms": round(percentile(times, share), 1) for share in (50, 95, 99)},
    }
    if not wrong and 0 < check.max_ms < percentile(times, 95):
        wrong = _("95th percentile {found} ms, over {wanted} ms", found=evidence["p95_ms"], wanted=check.max_ms)
    verdict = "fail" if wrong else "pass"
    return CheckResult(kind=check.kind, target=check.target, verdict=verdict, reason=wrong, evidence=evidence)


async def probe_redirect(check: DeploymentCheck, named: Collection[str]) -> CheckResult:
    """Ask once, without following."""
    answer = await ask(check.target, named)
    found = None if answer.location is None else urljoin(check.target, answer.location)
    fits = 300 <= answer.status < 400 and found is not None and leads(found, check.expect)
    evidence = {"status": answer.status, "location": found}
    reason = ""
    if not fits:
        wanted = check.expect or "…"
        reason = _("it leads to {found}, not to {wanted}", found=found or answer.status, wanted=wanted)
    verdict = "pass" if fits else "fail"
    return CheckResult(kind=check.kind, target=check.target, verdict=verdict, reason=reason, evidence=evidence)


def leads(found: str, wanted: str) -> bool:
    """Whether `found` is `wanted`, or lies below it; nothing wanted is any place; pure."""
    return not wanted or found == wanted or found.startswith(wanted.rstrip("/") + "/")


def percentile(times: list[float], share: int) -> float:
    """The nearest-rank percentile of sorted `times`; pure."""
    rank = max(1, -(-len(times) * share // 100))
    return times[rank - 1]


async def ask(url: str, named: Collection[str]) -> Answer:
    """One GET to the address that was looked at.

    The body is read as it comes, its beginning only: what unpacks to gigabytes is never unpacked.
    """
    import httpx  # noqa: PLC0415 - cold start

    asked = parse_url(url)
    found = await reach(asked.host, asked.port, named)
    headers = {
        "Host": asked.authority,
        "User-Agent": "astreinte-verify",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
    }
    # Proxies and credentials of the environment have no part in this; the name is proved by its certificate.
    async with (
        asyncio.timeout(SECONDS),
        httpx.AsyncClient(verify=ssl.create_default_context(), trust_env=False, timeout=SECONDS) as client,
    ):
        extensions = {"sni_hostname": asked.host}
        request = client.build_request("GET", asked.at(found.address), headers=headers, extensions=extensions)
        began = time.perf_counter()
        answer = await client.send(request, stream=True)
        try:
            body = b""
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) >= MOST_BYTES:
                    break
        finally:
            await answer.aclose()
        seconds = time.perf_counter() - began
    text = body[:MOST_BYTES].decode("utf-8", errors="replace")
    return Answer(answer.status_code, text, seconds, answer.headers.get("location"))


async def _follow(url: str, named: Collection[str]) -> tuple[Answer, float, list[str]]:
    chain = [url]
    total = 0.0
    while True:
        answer = await ask(chain[-1], named)
        total += answer.seconds
        if not (300 <= answer.status < 400 and answer.location) or len(chain) > MOST_REDIRECTS:
            return answer, total, chain
        chain.append(urljoin(chain[-1], answer.location)[:2_000])
