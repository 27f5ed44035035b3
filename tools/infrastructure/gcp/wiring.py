"""How components reach the database: the variables they read, with places for host and password."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from resources.catalogue import _
from tools.brief import Brief
from tools.containers.backing import backing_services
from tools.guard.errors import UnsupportedError
from tools.pipelines.image import is_deployed
from tools.pipelines.services import environment_of
from tools.pipelines.targets.place import workload
from tools.project import Component

HOST, PASSWORD = "{host}", "{password}"
DATABASE = "postgres"


@dataclass(frozen=True)
class Wiring:
    """Of one component. `secrets` is the variable to the secret that holds it."""

    plain: Mapping[str, str]
    secrets: Mapping[str, str]
    contents: Mapping[str, str]
    """Secret to what stands in it."""


def deployed(brief: Brief) -> list[Component]:
    """What runs."""
    return [each for each in brief.context.components if is_deployed(each)]


def has_database(brief: Brief) -> bool:
    """Whether anything needs PostgreSQL.

    Raises:
        UnsupportedError: a component needs something that is not made here.
    """
    for component in deployed(brief):
        others = [need for need in component.needs if need != DATABASE]
        if others:
            raise UnsupportedError(
                _(
                    "{name} needs {needs}: on Google Cloud only PostgreSQL is generated.",
                    name=component.name or component.path,
                    needs=", ".join(others),
                ),
                _("Leave it out of needs and give its address in environment_variables, or use another service."),
            )
    return any(DATABASE in component.needs for component in deployed(brief))


def wiring(brief: Brief, component: Component) -> Wiring:
    """The variables of `component`."""
    given = _variables(component)
    secret = {name: text for name, text in given.items() if PASSWORD in text}
    ids = {name: f"{_owner(brief, component, name, text)}-{name}" for name, text in secret.items()}
    return Wiring(
        plain={name: text for name, text in given.items() if name not in secret},
        secrets=ids,
        contents={ids[name]: text for name, text in secret.items()},
    )


def secret_names(brief: Brief) -> set[str]:
    """The variables whose secrets are made beside the database, with their value: nobody sets them."""
    return {name for component in deployed(brief) for name, text in _variables(component).items() if PASSWORD in text}


def _variables(component: Component) -> dict[str, str]:
    backing = backing_services([component], ()).get(DATABASE)
    if backing is None:
        return {}
    reached = replace(backing, name=HOST).reached(component.language, PASSWORD)
    return environment_of(component, {DATABASE: reached}, for_tests=False)


def _owner(brief: Brief, component: Component, name: str, text: str) -> str:
    """Whose name a secret begins with: the service's, unless two components write the same variable otherwise."""
    written = {found[name] for each in deployed(brief) if name in (found := _variables(each))}
    return brief.name if written == {text} else workload(brief, component)
