"""A copy of an Nginx configuration that can be tried anywhere: what lies on the machine it is for is stood in for.

Lines stay where they are. What would load code, or read files that nobody has looked at, is refused.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from resources.catalogue import _
from tools.validate.nginx_words import Directive, directives

CERTIFICATE, KEY, EMPTY = "stand-in.pem", "stand-in.key", "empty"
# Directives of code: it runs while the configuration is read, whatever is then served.
_CODE = re.compile(r"load_module|perl(_.*)?|(.*_by_)?lua(_.*)?|(.*_)?by_lua(_.*)?|js_.*|passenger_.*|ssl_engine|eval.*")
_CERTIFICATES = frozenset(
    f"{side}{kind}"
    for side in ("", "proxy_", "grpc_", "uwsgi_")
    for kind in ("ssl_certificate", "ssl_trusted_certificate", "ssl_client_certificate")
)
_KEYS = frozenset(f"{side}ssl_certificate_key" for side in ("", "proxy_", "grpc_", "uwsgi_"))
_LEFT_OUT = frozenset({"ssl_dhparam", "ssl_password_file", "ssl_stapling_file", "ssl_session_ticket_key", "ssl_crl"})
# Files that every installation has, and that say nothing of their own.
_USUAL = re.compile(
    r"(/etc/nginx/)?((snippets/)?fastcgi-php\.conf|mime\.types|(fastcgi|uwsgi|scgi|proxy)_params|fastcgi\.conf)"
)
_PATTERN = re.compile(r"/etc/nginx/(?!.*\.\.)[\w./-]*\*[\w.-]*")
_PASSES = frozenset({"proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass", "server"})
_HOST = re.compile(r"^(?:\w+://)?([A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)(?=[:/]|$)")
_LOGGED = re.compile(r"syslog:server=([A-Za-z0-9.-]+)")
_OF_ALL = frozenset({"events", "http", "stream", "mail", "worker_processes"})
_OF_SERVER = frozenset({"location", "root", "return", "proxy_pass", "try_files"})


@dataclass(frozen=True)
class StandIn:
    """The copy, the whole configuration that takes it in, and the names that must lead somewhere."""

    content: str
    whole: str
    hosts: tuple[str, ...]


class RefusedError(Exception):
    """The configuration is not tried; the text says why."""


def stand_in(text: str, folder: str) -> StandIn:
    """The copy of `text`, whose stand-ins lie in `folder`.

    Raises:
        RefusedError: it loads code, or includes what nobody has looked at.
    """
    found = list(directives(text))
    changes: list[tuple[int, int, str]] = []
    hosts: set[str] = set()
    for each in found:
        if _CODE.fullmatch(each.name):
            raise RefusedError(_("it is not tried: {name} loads code.", name=each.name))
        if each.name == "include":
            changes += _included(each, folder)
        elif each.name in _CERTIFICATES or each.name in _KEYS:
            place = KEY if each.name in _KEYS else CERTIFICATE
            changes += [(word.start, word.end, f"{folder}/{place}") for word in each.words[1:]]
        elif each.name in _LEFT_OUT:
            # The lines it is written on stay: a finding must name the right one.
            changes.append((each.words[0].start, each.end, "\n" * text.count("\n", each.words[0].start, each.end)))
        hosts |= _hosts(each)
    content = text
    for start, end, new in reversed(changes):
        content = content[:start] + new + content[end:]
    return StandIn(content, _whole(found, folder), tuple(sorted(hosts)))


def _included(each: Directive, folder: str) -> Iterable[tuple[int, int, str]]:
    for word in each.words[1:]:
        if _PATTERN.fullmatch(word.text):  # what it brings elsewhere is judged where it lies; nothing is no error
            yield word.start, word.end, f"{folder}/{EMPTY}"
            continue
        if not _USUAL.fullmatch(word.text):
            raise RefusedError(_("it is not tried: it includes {path}, which is not judged here.", path=word.text))
        yield word.start, word.end, f"{folder}/{EMPTY}"


def _hosts(each: Directive) -> set[str]:
    if each.block:
        return set()
    told = each.arguments[:1] if each.name in _PASSES else []
    found = {match[1] for word in told if "$" not in word and (match := _HOST.match(word))}
    return found | {name for word in each.arguments for name in _LOGGED.findall(word)}


def _whole(found: Iterable[Directive], folder: str) -> str:
    """A site belongs into `http`, a piece of one into a server; what has both itself stands alone."""
    outermost = {each.name for each in found if not each.depth}
    if outermost & _OF_ALL:
        return ""
    inside = f"include {folder}/site.conf;"
    if outermost & _OF_SERVER and "server" not in outermost:
        inside = f"server {{ {inside} }}"
    return f"events {{ }}\nhttp {{ {inside} }}\n"


@cache
def certificate() -> tuple[bytes, bytes]:
    """A certificate that this process made for itself, and its key: good for being read, and for nothing else."""
    from cryptography import x509  # noqa: PLC0415 - cold start
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in.invalid")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    return made.public_bytes(pem), key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
