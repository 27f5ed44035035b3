"""Everything that people reach is reached over TLS."""

from resources.catalogue import _
from tools.standards.repository import Repository
from tools.standards.standing import Evidence, Standing, failed, passed, unknown

NAME = "tls"
OLD = r"ssl_protocols\b.*\b(SSLv\d|TLSv1(\.1)?\b(?!\.))|minimum_protocol_version\s*=\s*\"(SSLv3|TLSv1(\.1)?(_\d+)?)\"|ELBSecurityPolicy-2016"
CLEAR = r"protocol\s*=\s*\"HTTP\"|viewer_protocol_policy\s*=\s*\"allow-all\""
GOOD = (
    r"listen\s+.*\b443\b|ssl_certificate\b|secretName:.*tls|cert-manager\.io|certificate_arn|certresolver"
    r"|certificatesresolvers|^\s*acme:|\bacme[-_.](?:challenge|certificate|json)"
)


def check(repository: Repository) -> Standing:
    """Old protocols, listeners in clear, public addresses without https."""
    found = repository.grep(OLD, "nginx", "terraform")
    found += [each for each in repository.grep(CLEAR, "terraform") if not _redirects(repository, each)]
    found += [
        Evidence(path="devops.yaml", says=f"{each.name}: {each.url}")
        for each in repository.brief.context.environments
        if each.url and each.url.startswith("http://")
    ]
    for text in repository.of("nginx"):
        if text.grep(r"listen\s+(\[::\]:)?80\b") and not text.grep(r"return\s+30[18]\s+https") and not text.grep(GOOD):
            found += text.grep(r"listen\s+(\[::\]:)?80\b")
    for text in repository.of("kubernetes"):
        if text.grep(r"^kind:\s*Ingress\b") and not text.grep(r"^\s*tls:"):
            found.append(Evidence(path=text.path, says=_("an Ingress without tls")))
    if found:
        return failed(NAME, found, _("TLS 1.2 or newer with a certificate that renews itself; port 80 only redirects."))
    # A collector or a client has `tls:` too: only what people reach says that they reach it so.
    reached = [each for each in repository.of("kubernetes") if each.grep(r"^kind:\s*(Ingress|Gateway)")]
    reached += repository.of("traefik", "caddy")
    good = [*repository.grep(GOOD), *(found for text in reached for found in text.grep(r"^\s*tls:"))]
    return (
        passed(NAME, good) if good else unknown(NAME, _("Nothing here terminates TLS: name what does in devops.yaml."))
    )


def _redirects(repository: Repository, found: Evidence) -> bool:
    text = next(each for each in repository.texts if each.path == found.path)
    return bool(text.grep(r"status_code\s*=\s*\"HTTP_301\""))
