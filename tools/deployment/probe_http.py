"""Asks a URL several times and judges status, body, redirects and how long it takes."""

import asyncio
import ssl
import time
from collections.abc import Collection
from typing import Any
from urllib.parse import urljoin, urlsplit

from resources.catalogue import _
from tools.deployment.checks import CheckResult, DeploymentCheck
from tools.deployment.reachable import reach
from tools.guard.errors import ExpectedError

MOST_REDIRECTS = 5
MOST_BYTES = 200_000
SECONDS = 10.0


class UrlError(ExpectedError):
    """The target is no URL that is asked."""


async def probe_http(check: DeploymentCheck, named: Collection[str], probes: int) -> CheckResult:
    """Ask `probes` times; each must answer as expected."""
    seen: list[tuple[int, float]] = []
    evidence: dict[str, Any] = {}
    wrong = ""
    for _probe in range(probes):
        status, body, seconds, chain = await _follow(check.target, named)
        seen.append((status, seconds * 1e3))
        if len(chain) > 1:
            evidence["redirects"] = chain
        if status != check.status:
            wrong = _("status {status} instead of {wanted}", status=status, wanted=check.status)
        elif check.contains is not None and check.contains not in body:
            wrong = _("the body does not hold “{text}”", text=check.contains)
    times = sorted(milliseconds for _status, milliseconds in seen)
    evidence |= {
        "statuses": [status for status, _milliseconds in seen],
        "p50_ms": round(percentile(times, 50), 1),
        "p95_ms": round(percentile(times, 95), 1),
    }
    if not wrong and check.max_ms is not None and percentile(times, 95) > check.max_ms:
        wrong = _("95th percentile {found} ms, over {wanted} ms", found=evidence["p95_ms"], wanted=check.max_ms)
    verdict = "fail" if wrong else "pass"
    return CheckResult(kind=check.kind, target=check.target, verdict=verdict, reason=wrong, evidence=evidence)


async def probe_redirect(check: DeploymentCheck, named: Collection[str]) -> CheckResult:
    """Ask once, without following."""
    status, _body, _seconds, location = await ask(check.target, named)
    wanted = check.location
    fits = 300 <= status < 400 and location is not None and (wanted is None or location == wanted)
    evidence = {"status": status, "location": location}
    reason = "" if fits else _("it leads to {found}, not to {wanted}", found=location or status, wanted=wanted or "…")
    verdict = "pass" if fits else "fail"
    return CheckResult(kind=check.kind, target=check.target, verdict=verdict, reason=reason, evidence=evidence)


def percentile(times: list[float], share: int) -> float:
    """The nearest-rank percentile of sorted `times`; pure."""
    rank = max(1, -(-len(times) * share // 100))
    return times[rank - 1]


async def ask(url: str, named: Collection[str]) -> tuple[int, str, float, str | None]:
    """One GET to the address that was looked at: status, body, seconds, and where it redirects."""
    import httpx  # noqa: PLC0415 - cold start

    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        raise UrlError(_("{url} is no http or https address.", url=url))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = await reach(parts.hostname, port, named)
    literal = f"[{found.address}]" if ":" in found.address else found.address
    target = parts._replace(netloc=f"{literal}:{port}", fragment="").geturl()
    # Proxies and credentials of the environment have no part in this; the name is proved by its certificate.
    async with httpx.AsyncClient(verify=ssl.create_default_context(), trust_env=False, timeout=SECONDS) as client:
        headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "astreinte-verify", "Accept": "*/*"}
        request = client.build_request("GET", target, headers=headers, extensions={"sni_hostname": parts.hostname})
        began = time.perf_counter()
        answer = await client.send(request, stream=True)
        try:
            body = b""
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) >= MOST_BYTES:
                    break
        finally:
            await answer.aclose()
        seconds = time.perf_counter() - began
    location = answer.headers.get("location")
    return answer.status_code, body[:MOST_BYTES].decode("utf-8", errors="replace"), seconds, location


async def _follow(url: str, named: Collection[str]) -> tuple[int, str, float, list[str]]:
    chain = [url]
    total = 0.0
    while True:
        async with asyncio.timeout(SECONDS * 2):
            status, body, seconds, location = await ask(chain[-1], named)
        total += seconds
        if not (300 <= status < 400 and location) or len(chain) > MOST_REDIRECTS:
            return status, body, total, chain
        chain.append(urljoin(chain[-1], location))
