"""How the machine of an Nginx gets its certificate: HTTP-01, DNS-01, or not at all behind a load balancer."""

from resources.catalogue import _
from tools.brief import Brief, Provider
from tools.delivery import Command, VariableToSet

RELOAD = "--deploy-hook 'systemctl reload nginx'"
RFC2136 = "/etc/letsencrypt/rfc2136.ini"
# The plug-in of certbot that writes the record, and its package; without a cloud any server with dynamic updates.
DNS: dict[Provider | None, tuple[str, str]] = {
    "aws": ("--dns-route53", "python3-certbot-dns-route53"),
    "gcp": ("--dns-google", "python3-certbot-dns-google"),
    None: (f"--dns-rfc2136 --dns-rfc2136-credentials {RFC2136}", "python3-certbot-dns-rfc2136"),
}


def first(brief: Brief, host: str) -> list[Command]:
    """What fetches the certificate, before the site is in place."""
    if brief.context.certificates == "acm":
        return []
    if brief.context.certificates == "dns_01":
        plugin, package = DNS.get(brief.context.platform.provider, DNS[None])
        return [
            Command(
                run=f"sudo apt-get install --yes certbot {package}",
                purpose=_("certbot, and what writes its proof into the DNS."),
            ),
            Command(
                run=f"sudo certbot certonly {plugin} --domain {host} {RELOAD}",
                purpose=_("Fetch the first certificate; certbot's timer renews it and reloads Nginx (DNS-01)."),
            ),
        ]
    return [
        Command(
            run=f"sudo certbot certonly --standalone --domain {host}",
            purpose=_("Fetch the first certificate; from then on certbot's timer renews it (HTTP-01)."),
        )
    ]


def renewal(brief: Brief, host: str) -> list[Command]:
    """What renews it once Nginx answers on port 80."""
    if brief.context.certificates != "http_01":
        return []
    return [
        Command(
            run=f"sudo certbot reconfigure --cert-name {host} --webroot --webroot-path /var/www/acme {RELOAD}",
            purpose=_("Renew through Nginx from now on, and reload it with each new certificate."),
        )
    ]


def variables(brief: Brief) -> list[VariableToSet]:
    """What certbot must be told to write into the DNS; a cloud's machine has its role for that."""
    if brief.context.certificates != "dns_01" or brief.context.platform.provider in {"aws", "gcp"}:
        return []
    return [
        VariableToSet(
            name=name,
            secret=name.endswith("secret"),
            where=_("file {path} on the machine, mode 0600", path=RFC2136),
            purpose=_("read by the DNS provider {provider} of DNS-01", provider="rfc2136"),
        )
        for name in ("dns_rfc2136_server", "dns_rfc2136_name", "dns_rfc2136_secret", "dns_rfc2136_algorithm")
    ]
