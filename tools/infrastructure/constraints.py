"""What of a brief cannot hold together: each contradiction is one error that names both fields."""

from urllib.parse import urlsplit

from resources.catalogue import _
from tools.brief import Brief, Environment, Provider, SecretStore
from tools.infrastructure.problems import ContradictionError, MissingDomainError
from tools.pipelines.image import is_deployed

STORES: dict[SecretStore, Provider] = {"aws_secrets_manager": "aws", "gcp_secret_manager": "gcp"}
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
    _domains(brief)


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
