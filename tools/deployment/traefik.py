"""Traefik before the services: TLS, redirects, limits, headers, and two versions side by side."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief, Provider
from tools.containers.workloads import Workload, workloads
from tools.delivery import Check, Command, Delivery, File, Risk, Rollback, VariableToSet
from tools.deployment.nginx import BURST, HOST, RATE
from tools.deployment.routing import routes
from tools.deployment.shares import SHARES, share_files
from tools.deployment.strategy import WEIGHED, Sides, sides
from tools.project import Question

FOLDER = "deploy/traefik"
# Who answers DNS-01, and what it must be told. Without a cloud any server that takes dynamic updates will do.
DNS: dict[Provider | None, tuple[str, tuple[str, ...]]] = {
    "aws": ("route53", ("AWS_REGION", "AWS_HOSTED_ZONE_ID")),
    "gcp": ("gcloud", ("GCE_PROJECT",)),
    "azure": ("azuredns", ("AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP")),
    None: ("rfc2136", ("RFC2136_NAMESERVER", "RFC2136_TSIG_KEY", "RFC2136_TSIG_SECRET")),
}


@dataclass(frozen=True)
class Places:
    """Where things lie on the machine; the tests have their own."""

    dynamic: str = "/etc/traefik/dynamic"
    storage: str = "/var/lib/traefik/acme.json"
    logs: str = "/var/log/traefik"
    certificates: str | None = None
    """A certificate that lies there already, instead of Let's Encrypt's."""
    address: str = ""
    http: int = 80
    https: int = 443
    ping: int = 8082


def traefik(brief: Brief) -> Delivery:
    """What Traefik is told at its start, and one site for each environment that has an address."""
    versions = _versions(brief)
    files: list[File] = []
    questions: list[Question] = []
    commands: list[Command] = []
    checks: list[Check] = []
    for environment in brief.context.environments:
        host = (urlsplit(environment.url or "").hostname or "").lower()
        if not HOST.fullmatch(host):
            text = _("Under which address is {name} reached? Without it no route is made.", name=environment.name)
            questions.append(Question(field=f"context.environments.{environment.name}.url", question=text))
            continue
        content = site(brief, host, Places())
        if content is None:
            break
        path = f"{FOLDER}/{environment.name}.yml"
        files.append(File(path=path, content=content, purpose=_("Brings {host} to the services.", host=host)))
        purpose = _("Put the site of {name} in place; Traefik takes it over at once.", name=environment.name)
        commands.append(Command(run=f"sudo install -m 644 {path} {Places.dynamic}/site.yml", purpose=purpose))
        checks += _checks(brief, host)
    if not files:
        return Delivery(status="waiting" if questions else "done", questions=questions)
    files += [
        File(
            path=f"{FOLDER}/traefik.yml",
            content=start(brief, Places()),
            purpose=_("What Traefik is told at its start."),
        ),
        File(
            path=f"{FOLDER}/traefik.service",
            content=render("traefik/traefik.service.j2"),
            purpose=_("Runs Traefik under systemd."),
        ),
        *share_files(brief, versions),
    ]
    return Delivery(
        status="waiting" if questions else "done",
        files=files,
        commands=[*_installation(versions), *commands],
        variables=_variables(brief),
        checks=checks,
        rollback=[_rollback()],
        risks=[_hsts()],
        questions=questions,
    )


def start(brief: Brief, places: Places) -> str:
    """The static configuration."""
    way = brief.context.certificates
    return render(
        "traefik/traefik.yml.j2",
        project=brief.name,
        behind=way == "acm",
        dns=_dns(brief)[0] if way == "dns_01" else None,
        redirect="websecure" if places.https == Places.https else f":{places.https}",
        address=places.address,
        http=places.http,
        https=places.https,
        ping=places.ping,
        logs=places.logs,
        dynamic=places.dynamic,
        storage=places.storage,
    )


def site(brief: Brief, host: str, places: Places) -> str | None:
    """The dynamic configuration of `host`; None when nothing of the brief listens."""
    versions = _versions(brief)
    ways = routes(workloads(brief, overwrite=False))
    if not ways:
        return None
    return render(
        "traefik/site.yml.j2",
        host=host,
        behind=brief.context.certificates == "acm",
        resolver=places.certificates is None,
        certificates=places.certificates,
        rate=RATE,
        burst=BURST,
        routes=[
            {
                "name": each.name,
                "path": each.path,
                "service": f"{each.name}-shared" if each.name in versions.of else each.name,
            }
            for each in ways
        ],
        services=[_service(each) for each in workloads(versions.brief, overwrite=False) if each.published],
    )


def _versions(brief: Brief) -> Sides:
    target = brief.context.platform.target
    return sides(brief, "swarm" if target == "swarm" else "compose") if target in WEIGHED else Sides(brief, {})


def _service(each: Workload) -> dict[str, Any]:
    return {"name": each.subject.name, "port": each.published, "health": each.component.health_path}


def _dns(brief: Brief) -> tuple[str, tuple[str, ...]]:
    return DNS.get(brief.context.platform.provider, DNS[None])


def _variables(brief: Brief) -> list[VariableToSet]:
    if brief.context.certificates != "dns_01":
        return []
    provider, names = _dns(brief)
    return [
        VariableToSet(
            name=name,
            secret=name.endswith("SECRET"),
            where=_("file {path} on the machine, mode 0600", path="/etc/traefik/env"),
            purpose=_("read by the DNS provider {provider} of DNS-01", provider=provider),
        )
        for name in names
    ]


def _installation(versions: Sides) -> list[Command]:
    shares = f" && sudo install -m 644 {SHARES} {Places.dynamic}/shares.yml" if versions.of else ""
    return [
        Command(
            run="sudo useradd --system --home /var/lib/traefik --shell /usr/sbin/nologin traefik",
            purpose=_("A user of its own, once."),
        ),
        Command(
            run=f"sudo install -D -m 644 {FOLDER}/traefik.yml /etc/traefik/traefik.yml && "
            f"sudo install -d -m 755 {Places.dynamic}{shares}",
            purpose=_("Put what Traefik is told at its start in place."),
        ),
        Command(
            run=f"sudo install -m 644 {FOLDER}/traefik.service /etc/systemd/system/ && "
            "sudo systemctl daemon-reload && sudo systemctl enable --now traefik",
            purpose=_("Start it; it fetches its certificates and renews them by itself."),
        ),
    ]


def _checks(brief: Brief, host: str) -> list[Check]:
    answers = Check(
        name=_("{host} answers with its certificate", host=host),
        run=f"curl --silent --show-error --output /dev/null --write-out '%{{http_code}}' https://{host}/",
        expect="200",
    )
    if brief.context.certificates == "acm":
        return [answers]
    return [
        Check(
            name=_("{host} redirects to TLS", host=host),
            run=f"curl --silent --output /dev/null --write-out '%{{http_code}} %{{redirect_url}}' http://{host}/",
            expect=f"301 https://{host}/",
        ),
        answers,
    ]


def _rollback() -> Rollback:
    return Rollback(
        strategy=_("Traefik keeps the last site it could read; the one before is a file of git."),
        commands=[
            Command(run=f"git checkout HEAD~1 -- {FOLDER}", purpose=_("Take the change of the site back.")),
            Command(
                run=f"sudo install -m 644 {FOLDER}/ENVIRONMENT.yml {Places.dynamic}/site.yml",
                purpose=_("Put it in place again."),
            ),
        ],
        data=_("Nothing is stored here; certificates stay."),
    )


def _hsts() -> Risk:
    return Risk(
        kind="compatibility",
        level="low",
        message=_("HSTS: browsers that came once refuse plain HTTP for two years."),
        mitigation=_("Begin with stsSeconds: 300 where TLS is new to this name, and raise it after a week."),
    )
