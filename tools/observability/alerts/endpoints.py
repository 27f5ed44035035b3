"""The public addresses, asked from outside as a user would: do they answer, and for how long is their certificate good."""

import shlex

from resources.catalogue import _
from tools.observability.alert import Alert, Group, Look, Proof
from tools.observability.alerts.requests import probe_job
from tools.observability.console import console
from tools.observability.promql import quoted
from tools.observability.watched import Watch, host_of

DAY = 86_400


def endpoints(watch: Watch) -> list[Group]:
    """One group when any environment has an address."""
    if not any(host_of(each) for each in watch.brief.context.environments):
        return []
    job = quoted(probe_job(watch))
    url = watch.production.url or "https://example.com"
    host = host_of(watch.production) or "example.com"
    commands = console(watch)
    certificate = (
        Look(_("the certificate that is served"),
             f"openssl s_client -connect {host}:443 -servername {host} </dev/null | openssl x509 -noout -dates -issuer"),
    )  # fmt: skip
    renew = (
        _("Whoever renews it has failed: cert-manager, certbot or the cloud's manager. Its own log says why (DNS, HTTP-01, "
          "quota, permission)."),
        _("Renew by hand, reload whatever serves it, and look at the dates again."),
    )  # fmt: skip
    expiry = f"probe_ssl_earliest_cert_expiry{{job={job}}}"
    sample = f'{{job={job}, instance="https://example.com/"}}'
    return [
        Group(
            name="endpoints",
            purpose=_("What users reach: addresses and certificates, seen from outside."),
            alerts=(
                Alert(
                    name="EndpointDown",
                    expr=f"probe_success{{job={job}}} == 0",
                    wait="3m",
                    severity="critical",
                    summary=_("{{ $labels.instance }} does not answer its users"),
                    description=_("The probe has failed for 3 minutes: name, network, certificate or answer."),
                    because=_("Six failed probes in a row; one that gets lost wakes nobody."),
                    look=(
                        Look(_("what a user sees"),
                             f"curl --silent --show-error --output /dev/null --write-out '%{{http_code}} %{{time_total}}s\\n' {shlex.quote(url)}"),
                        Look(_("what the name leads to"), f"dig +short {host}"),
                        *commands.look(),
                    ),
                    act=(
                        _("The components are well: look at what lies before them (DNS, load balancer, certificate, network)."),
                        _("A deployment in the last hour: take it back."),
                        f"`{commands.undo}`",
                    ),
                    proof=Proof({f"probe_success{sample}": "0+0x20"}, {f"probe_success{sample}": "0+0x1 1+0x20"}, "10m"),
                ),
                Alert(
                    name="CertificateExpiresSoon",
                    expr=f"({expiry} - time()) / {DAY} < 14\nand ({expiry} - time()) / {DAY} >= 3",
                    wait="1h",
                    severity="warning",
                    summary=_("The certificate of {{ $labels.instance }} ends in less than 14 days"),
                    description=_("It ends in {{ $value | humanize }} days and should have been renewed by now."),
                    because=_("Certificates of 90 days are renewed 30 days before their end, of 45 days 15 before: at 14 something has failed."),
                    look=certificate,
                    act=renew,
                    proof=Proof({f"probe_ssl_earliest_cert_expiry{sample}": f"{10 * DAY}+0x180"},
                                {f"probe_ssl_earliest_cert_expiry{sample}": f"{60 * DAY}+0x180"}, "2h"),
                ),
                Alert(
                    name="CertificateExpiresNow",
                    expr=f"({expiry} - time()) / {DAY} < 3",
                    wait="15m",
                    severity="critical",
                    summary=_("The certificate of {{ $labels.instance }} ends in less than 3 days"),
                    description=_("It ends in {{ $value | humanize }} days; from then on no client accepts it."),
                    because=_("The ticket was not done: now a weekend lies between this and the end."),
                    look=certificate,
                    act=renew,
                    proof=Proof({f"probe_ssl_earliest_cert_expiry{sample}": f"{2 * DAY}+0x60"},
                                {f"probe_ssl_earliest_cert_expiry{sample}": f"{10 * DAY}+0x60"}, "40m"),
                ),
            ),
        )
    ]  # fmt: skip
