"""Nginx before the services: TLS, redirects, limits, headers, a maintenance page, and its certificate's renewal."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief, Environment
from tools.containers.workloads import workloads
from tools.delivery import Check, Command, Delivery, File, Risk, Rollback
from tools.deployment.nginx_certificates import first, renewal, variables
from tools.deployment.routing import routes
from tools.project import Question

HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
BROTLI = "deploy/nginx/brotli.conf"
RATE, BURST = 20, 60
"""Requests a second of one client, and how many at once: a start, for nobody has measured yet."""


@dataclass(frozen=True)
class Places:
    """Where things lie on the machine; the tests have their own."""

    certificates: str = "/etc/letsencrypt/live"
    acme: str = "/var/www/acme"
    logs: str = "/var/log/nginx"
    maintenance: str = "/etc/nginx/maintenance.on"
    cache: str = "/var/cache"
    compression: str = "/etc/nginx/compression.d"
    http: int = 80
    https: int = 443
    address: str = "127.0.0.1:{port}"
    http2: str = "directive"
    """`directive` from Nginx 1.25.1 on; `listen` before it."""


def nginx(brief: Brief) -> Delivery:
    """One site for each environment that has an address, from the brief alone."""
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
        path = f"deploy/nginx/{environment.name}.conf"
        files.append(File(path=path, content=content, purpose=_("Brings {host} to the services.", host=host)))
        commands += _commands(brief, environment, host, path)
        checks += _checks(host, behind=brief.context.certificates == "acm")
    if files:
        files.append(
            File(
                path=BROTLI, content=render("nginx/brotli.conf.j2"), purpose=_("Brotli, where its module is installed.")
            )
        )
        commands = [*_compression(), *commands]
    return Delivery(
        status="waiting" if questions else "done",
        files=files,
        commands=commands,
        variables=variables(brief) if files else [],
        checks=checks,
        rollback=[_rollback()] if files else [],
        risks=[_hsts()] if files else [],
        questions=questions,
    )


def site(brief: Brief, host: str, places: Places) -> str | None:
    """The site of `host`; None when nothing of the brief listens."""
    ways = routes(workloads(brief, overwrite=False))
    if not ways:
        return None
    zone = brief.name.replace("-", "_")
    names = {way.name: way.name.replace("-", "_") for way in ways}
    return render(
        "nginx/site.conf.j2",
        host=host,
        zone=zone,
        rate=RATE,
        burst=BURST,
        upstreams=[{"name": names[way.name], "address": places.address.format(port=way.port)} for way in ways],
        routes=[
            {
                "location": way.path if way.path == "/" else f"{way.path}/",
                "upstream": names[way.name],
                "pages": way.path == "/",
            }
            for way in ways
        ],
        behind=brief.context.certificates == "acm",
        http_01=brief.context.certificates == "http_01",
        cache=f"{places.cache}/nginx-{zone}",
        compression=places.compression,
        http2=places.http2,
        certificate=f"{places.certificates}/{host}",
        acme=places.acme,
        logs=places.logs,
        maintenance=places.maintenance,
        ports={"http": places.http, "https": places.https},
    )


def _commands(brief: Brief, environment: Environment, host: str, path: str) -> list[Command]:
    target = f"/etc/nginx/conf.d/{brief.name}-{environment.name}.conf"
    opened = "sudo ufw allow 80/tcp"
    if brief.context.certificates != "acm":
        opened += " && sudo ufw allow 443/tcp"
    return [
        *first(brief, host),
        Command(run=f"sudo install -m 644 {path} {target}", purpose=_("Put the site in place.")),
        Command(
            run="sudo nginx -t && sudo systemctl reload nginx",
            purpose=_("Try the configuration, then take it over without losing a connection."),
        ),
        *renewal(brief, host),
        Command(
            run=f"{opened} && sudo ufw limit OpenSSH && sudo ufw enable",
            purpose=_("Open the ports of the site, and SSH with a limit; everything else is closed."),
        ),
    ]


def _compression() -> list[Command]:
    return [
        Command(
            run="sudo apt-get install --yes libnginx-mod-http-brotli-filter && "
            f"sudo install -D -m 644 {BROTLI} /etc/nginx/compression.d/brotli.conf",
            purpose=_("Compress with Brotli too (Debian's Nginx); left out, the site works without."),
        )
    ]


def _checks(host: str, *, behind: bool) -> list[Check]:
    answers = Check(
        name=_("{host} answers with its certificate", host=host),
        run=f"curl --silent --show-error --fail https://{host}/nginx-health",
        expect="ok",
    )
    if behind:  # the load balancer redirects
        return [answers]
    return [
        Check(
            name=_("{host} redirects to TLS", host=host),
            run=f"curl --silent --output /dev/null --write-out '%{{http_code}} %{{redirect_url}}' http://{host}/",
            expect=f"308 https://{host}/",
        ),
        answers,
    ]


def _rollback() -> Rollback:
    return Rollback(
        strategy=_("Nginx keeps the old configuration until the new one has been tried."),
        commands=[
            Command(run="git checkout HEAD~1 -- deploy/nginx", purpose=_("Take the change of the site back.")),
            Command(run="sudo nginx -t && sudo systemctl reload nginx", purpose=_("Put it in place again.")),
        ],
        data=_("Nothing is stored here; certificates stay."),
    )


def _hsts() -> Risk:
    return Risk(
        kind="compatibility",
        level="low",
        message=_("HSTS: browsers that came once refuse plain HTTP for two years."),
        mitigation=_("Begin with max-age=300 where TLS is new to this name, and raise it after a week."),
    )
