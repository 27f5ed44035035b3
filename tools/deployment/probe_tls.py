"""Looks at the TLS of a host: chain, name, days left, and which versions of the protocol it accepts."""

import asyncio
import ssl
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from resources.catalogue import _
from tools.deployment.address import parse_endpoint
from tools.deployment.checks import CheckResult, DeploymentCheck
from tools.deployment.reachable import Reached, reach

SECONDS = 10.0
LEAST_DAYS = 14
OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)


async def probe_tls(check: DeploymentCheck, named: Collection[str]) -> CheckResult:
    """Shake hands as a browser does, then as an old client would."""
    found = await reach(*parse_endpoint(check.target), named)
    evidence: dict[str, Any] = {"address": found.address}
    try:
        told = await _shake(found, ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        reason = _("the certificate is refused: {reason}", reason=error.verify_message)
        return CheckResult(kind="tls", target=check.target, verdict="fail", reason=reason, evidence=evidence)
    certificate, version = told
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    left = (ends - datetime.now(UTC)).days
    evidence |= {
        "version": version,
        "valid_until": ends.isoformat(timespec="seconds"),
        "days_left": left,
        "names": [value for _kind, value in certificate.get("subjectAltName", ())][:50],
        "issuer": {key: value for part in certificate.get("issuer", ()) for key, value in part},
    }
    old = [each.name for each in OLD if await _accepts(found, each)]
    evidence["old_versions_accepted"] = old
    reason = ""
    if left < (int(check.expect) if check.expect else LEAST_DAYS):
        reason = _("it is valid for {left} days only", left=left)
    elif old:
        reason = _("old versions are accepted: {versions}", versions=", ".join(old))
    verdict = "fail" if reason else "pass"
    return CheckResult(kind="tls", target=check.target, verdict=verdict, reason=reason, evidence=evidence)


async def _shake(found: Reached, context: ssl.SSLContext) -> tuple[dict[str, Any], str]:
    async with asyncio.timeout(SECONDS):
        _reader, writer = await asyncio.open_connection(
            found.address, found.port, ssl=context, server_hostname=found.host
        )
    try:
        shaken = writer.get_extra_info("ssl_object")
        return shaken.getpeercert() or {}, str(shaken.version())
    finally:
        writer.close()


async def _accepts(found: Reached, version: ssl.TLSVersion) -> bool:
    import warnings  # noqa: PLC0415 - only for what follows

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():  # old versions are what is looked for
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    try:
        context.set_ciphers("ALL:@SECLEVEL=0")
        await _shake(found, context)
    except (OSError, TimeoutError):
        return False
    return True
