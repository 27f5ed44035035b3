"""The variables and secrets a person must set before the pipeline works, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import VariableToSet
from tools.pipelines import registries
from tools.pipelines.deployment import answers, known_url, target_of, url_variable
from tools.pipelines.holders import holder
from tools.pipelines.image import build_tokens
from tools.pipelines.package import is_packed
from tools.pipelines.targets.place import Place
from tools.pipelines.trust.registry import TRUSTS
from tools.project import Component


@dataclass(frozen=True)
class Setting:
    """One variable, whether the workflows read it, and the value where the brief or a command makes it known."""

    variable: VariableToSet
    environment: str | None = None
    """The environment that holds it; None: the repository."""
    read_by_workflows: bool = True
    value: str | None = None


def settings(brief: Brief, deployed: Sequence[Component]) -> list[Setting]:
    """Everything to set, in the order it is set."""
    if not deployed:
        return []
    known = _known(brief, None)
    told: list[Setting] = []
    if not is_packed(brief):
        told = [Setting(each, value=known.get(each.name)) for each in registries.variables(brief)]
        told += [Setting(each) for each in _tokens(brief, deployed)]
    for environment in brief.context.environments:
        known = _known(brief, environment)
        place = Place(brief, deployed[0], environment, "", "")
        variables = [*target_of(brief).variables(place), *_addresses(place, deployed)]
        told += [
            Setting(each, environment.name, value=known.get(each.name) or _certain(each, place)) for each in variables
        ]
    return told + _runtime(deployed)


def _known(brief: Brief, environment: Environment | None) -> dict[str, str]:
    return {
        name: value
        for trust in TRUSTS
        if trust.needed(brief)
        for name, value in trust.values(brief, environment).items()
    }


def _certain(variable: VariableToSet, place: Place) -> str | None:
    """The value the brief itself gives to a variable that only the rollback workflow reads."""
    environment = place.environment
    if environment is None:
        return None
    known = {
        "APP_URL": environment.url,
        "AWS_REGION": place.region,
        "GCP_REGION": place.region,
        "KUBE_NAMESPACE": environment.namespace,
    }
    return known.get(variable.name)


def _tokens(brief: Brief, deployed: Sequence[Component]) -> list[VariableToSet]:
    purpose = _("Token of the private package registry, mounted for the build of the image alone.")
    names = sorted({name for component in deployed for name in build_tokens(component)})
    return [VariableToSet(name=name, secret=True, where=holder(brief, None), purpose=purpose) for name in names]


def _addresses(place: Place, deployed: Sequence[Component]) -> list[VariableToSet]:
    told = []
    for component in deployed:
        if answers(component):
            environment = place.environment_name
            example = known_url(component, deployed, place.environment) or f"https://{environment}.example.org"
            purpose = _("Public address of {name}, asked after a deployment.", name=component.name)
            told.append(place.variable(url_variable(component, deployed), purpose, example))
    return told


def _runtime(deployed: Sequence[Component]) -> list[Setting]:
    """What the code itself reads when it runs: set where it runs, not in GitHub."""
    return [
        Setting(
            VariableToSet(
                name=variable.name,
                secret=variable.secret,
                where=_("runtime of {component}, per environment", component=component.name),
                purpose=_("Read by the code at {source}.", source=variable.source or "?"),
                example=None if variable.secret else variable.default,
            ),
            read_by_workflows=False,
        )
        for component in deployed
        for variable in component.variables
    ]
