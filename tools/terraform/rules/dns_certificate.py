"""Names and certificates: a wrong record or a missing certificate takes every user down at once."""

import re
from collections.abc import Iterator
from functools import lru_cache

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.plan_change import Change
from tools.terraform.risk_report import PlanRisk

_DNS = re.compile(
    r"route53_(?:record|zone|resolver|delegation)|(?:^|_)dns(?:_|$)|private_dns|_dns_|dnsimple|_domain_name$|_zone_record$|"
    r"^(?:cloudflare|digitalocean|hcloud|ovh|gandi|scaleway)_\w*(?:record|zone|domain)"
)
_CERTIFICATE = re.compile(
    r"certificate|(?:^|_)ssl_cert|managed_ssl|(?:^|_)acme_|_tls_|cert_manager|^tls_(?:cert|locally|self)"
)


def check(change: Change) -> Iterator[PlanRisk]:
    """High where a name or certificate goes, medium where it changes, low where it is new."""
    if not change.managed or change.kind not in {"create", "update", "replace", "destroy"}:
        return
    what = _kind(change.type)
    if what is None:
        return
    name = what == "dns_change"
    if change.kind == "update" and set(change.changed) <= {
        "tags",
        "tags_all",
        "labels",
        "terraform_labels",
        "effective_labels",
    }:
        return
    level: Severity = {"create": "low", "update": "medium"}.get(change.kind, "high")  # type: ignore[assignment]
    message = _("A DNS name changes.") if name else _("A certificate changes.")
    evidence = {"actions": ", ".join(change.actions)}
    if change.kind == "update":
        evidence["changed"] = change.scrub(", ".join(change.changed[:20]))
        for attribute in ("records", "rrdatas", "record", "ttl", "value"):
            if attribute in change.changed:
                evidence |= change.evidence(attribute)
                break
    yield change.risk(what, level, message, **evidence)


@lru_cache(maxsize=4096)
def _kind(kind: str) -> str | None:
    if _DNS.search(kind):
        return "dns_change"
    return "certificate_change" if _CERTIFICATE.search(kind) else None
