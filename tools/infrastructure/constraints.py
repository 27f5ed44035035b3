"""What of a brief cannot hold together: each contradiction is one error that names both fields."""

from urllib.parse import urlsplit

from resources.catalogue import _
from tools.brief import Brief, Environment, Provider, SecretStore
from tools.infrastructure.problems import ContradictionError, MissingDomainError
from tools.infrastructure.scale import STANDBY_FROM
from tools.pipelines.image import is_deployed

STORES: dict[SecretStore, Provider] = {
    "aws_secrets_manager": "aws",
    "aws_parameter_store": "aws",
    "gcp_secret_manager": "gcp",
}
ROLLING = {"ecs"}
"""Targets where one version replaces the other, task by task."""
REACHED = {"static_site", "lambda", "ecs", "ec2", "cloud_run", "kubernetes"}


def check(brief: Brief, provider: Provider) -> None:
    """Look at every pair of fields that may contradict.

    Raises:
        ContradictionError: two fields cannot both hold.
        MissingDomainError: an environment that is reached by people has no address.
    """
    platform, store = brief.context.platform, brief.context.secret_store
    if store in STORES and STORES[store] != provider:
        raise ContradictionError(
            _("context.secret_store is {store}, and everything runs on {provider}.", store=store, provider=provider),
            _("Leave secret_store out, or set context.platform.provider to {other}.", other=STORES[store]),
        )
    deployed = [each for each in brief.context.components if is_deployed(each)]
    needing = [each for each in deployed if each.needs]
    if platform.target == "static_site" and needing:
        raise ContradictionError(
            _(
                "The target is static_site, and {name} needs {needs}: a page in a bucket reaches no database.",
                name=needing[0].name,
                needs=", ".join(needing[0].needs),
            ),
            _("Set context.platform.target to ecs, cloud_run or kubernetes, or leave that component out."),
        )
    if platform.target == "lambda" and needing:
        raise ContradictionError(
            _(
                "The target is lambda, and {name} needs {needs}: no database is generated beside a function.",
                name=needing[0].name,
                needs=", ".join(needing[0].needs),
            ),
            _("Leave needs out and pass the address of an existing one, or set context.platform.target to another."),
        )
    if platform.target in ROLLING and platform.strategy != "rolling":
        raise ContradictionError(
            _(
                "context.platform.strategy is {strategy}; on {target} new tasks replace old ones in a rolling way.",
                strategy=platform.strategy,
                target=platform.target,
            ),
            _("Set context.platform.strategy to rolling, or context.platform.target to kubernetes."),
        )
    _domains(brief)
    _names_apart(brief)
    _promise(brief)


def host_of(environment: Environment) -> str:
    """The host name people reach the environment by; empty when the brief says none."""
    return urlsplit(environment.url or "").hostname or ""


def reached(brief: Brief) -> bool:
    """Whether people reach anything of it over HTTPS under a name of its own."""
    target = brief.context.platform.target
    listens = any(each.port or each.kind in {"static", None} for each in brief.context.components)
    return target in REACHED and (target in {"static_site", "lambda"} or listens)


def _domains(brief: Brief) -> None:
    if not reached(brief):
        return
    missing = [each.name for each in brief.context.environments if not host_of(each)]
    if missing:
        raise MissingDomainError(
            _("No address is known for: {names}. TLS and DNS need a host name.", names=", ".join(missing)),
            _("Set url of each in context.environments, for example https://{name}.example.com.", name=missing[0]),
        )


def _names_apart(brief: Brief) -> None:
    """Two environments under one name would take it from each other with every apply."""
    seen: dict[str, str] = {}
    for each in brief.context.environments:
        host = host_of(each)
        if host and host in seen:
            raise ContradictionError(
                _("{first} and {second} are both reached at {host}.", first=seen[host], second=each.name, host=host),
                _("Give {name} a url of its own, for example https://{name}.{host}.", name=each.name, host=host),
            )
        seen[host] = each.name


def _promise(brief: Brief) -> None:
    """Redundancy is built for production: a promise without one would be built for nobody."""
    sla = brief.constraints.sla
    if sla is not None and sla >= STANDBY_FROM and not any(each.needs_approval for each in brief.context.environments):
        last = brief.context.environments[-1].name
        raise ContradictionError(
            _("constraints.sla promises {sla} %, and no environment is production.", sla=f"{sla:g}"),
            _("Set protected: true on {name}, or leave constraints.sla out.", name=last),
        )
