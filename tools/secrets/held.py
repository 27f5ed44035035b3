"""Which secrets a brief needs, in which store they live, and the name each has there."""

from dataclasses import dataclass

from tools.brief import Brief, Environment, SecretStore
from tools.containers.backing import backing_services
from tools.infrastructure.gcp.wiring import secret_names
from tools.pipelines.image import TOKENS, is_deployed
from tools.project import Component

OF_TARGET: dict[str, SecretStore] = {
    "ecs": "aws_secrets_manager",
    "lambda": "aws_secrets_manager",
    "ec2": "aws_secrets_manager",
    "cloud_run": "gcp_secret_manager",
    "kubernetes": "vault",
}
PROPERTY = "value"
"""The one field of a secret in Vault: one secret a variable, so that each is rotated and permitted alone."""


@dataclass(frozen=True)
class Held:
    """One secret: the variable the code reads, who reads it, and where."""

    name: str
    components: tuple[str, ...]
    source: str | None


def store_of(brief: Brief) -> SecretStore:
    """Where the brief says that secrets live, else the target's own store."""
    return brief.context.secret_store or OF_TARGET.get(brief.context.platform.target or "", "dotenv")


def held(brief: Brief) -> list[Held]:
    """Every secret of the brief, by name."""
    found: dict[str, Held] = {}
    for component in brief.context.components:
        if not is_deployed(component):
            continue
        for name, source in _names(component):
            before = found.get(name)
            readers = (*(before.components if before else ()), component.name or brief.name)
            found[name] = Held(name, tuple(dict.fromkeys(readers)), before.source if before else source)
    return [found[name] for name in sorted(found)]


def made_beside(brief: Brief) -> set[str]:
    """The variables whose secrets the infrastructure makes, with their values: nobody sets those."""
    if "infrastructure" not in brief.deliverables or store_of(brief) != "gcp_secret_manager":
        return set()
    return secret_names(brief)


def _names(component: Component) -> list[tuple[str, str | None]]:
    marked = [(each.name, each.source) for each in component.variables if each.secret and each.name not in TOKENS]
    if component.variables:
        return marked
    # Nothing says what the code reads: the usual variable of each backing service.
    backings = backing_services([component], {component.name or ""})
    return [(dict(each.reached(component.language, ""))["variable"], None) for each in backings.values()]


def remote(brief: Brief, name: str) -> dict[str, str]:
    """What External Secrets asks the store for: its `remoteRef`."""
    store = store_of(brief)
    if store == "gcp_secret_manager":
        return {"key": f"{brief.name}-{name}"}  # its names hold no slash
    path = f"{brief.name}/{name}"
    return {"key": path, "property": PROPERTY} if store == "vault" else {"key": path}


def mount(environment: Environment) -> str:
    """The KV engine of one environment: permissions of one never reach into another."""
    return f"kv-{environment.name}"
