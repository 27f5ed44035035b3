"""The backing services of a brief: one of each kind that a deployed component needs, and how it is reached."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from resources.facts import read_facts
from tools.pipelines.image import TOKENS
from tools.pipelines.services import OWN_KEY, Service, environment_of
from tools.project import Component

SECRET_FILES = "/run/secret-files"  # noqa: S105 - a folder
"""Where a secret lies that the program reads as a file."""

# Keys that a framework refuses to serve without, though no line of the application names them.
FRAMEWORK_KEYS = {
    "rails": "SECRET_KEY_BASE",
    "phoenix": "SECRET_KEY_BASE",
    "laravel": "APP_KEY",
    "symfony": "APP_SECRET",
}


@dataclass(frozen=True)
class Backing:
    """One service beside the components. `name` is what it is called in its network; `facts` its data file's entry."""

    need: str
    name: str
    image: str
    facts: Mapping[str, Any]

    @property
    def secret(self) -> str | None:
        """The variable that holds its password; None where it has none."""
        return self.facts.get("secret")

    @property
    def secret_name(self) -> str | None:
        """What the secret is called: `postgres-password`."""
        return self.secret.lower().replace("_", "-") if self.secret else None

    @property
    def health(self) -> str:
        """The shell command that succeeds when it answers."""
        return str(self.facts["health"]).replace("{secret}", self.secret_name or "")

    @property
    def env(self) -> dict[str, str]:
        """The image's own settings, without the password."""
        return {key: value.replace("{host}", self.name) for key, value in self.facts.get("env", {}).items()}

    def console(self, password: str) -> list[str]:
        """The image's own client, connected; raises KeyError where the image has none."""
        return [word.replace("{host}", self.name).replace("{password}", password) for word in self.facts["console"]]

    def reached(self, language: str | None, password: str) -> Service:
        """How a component reaches it, as `environment_of` expects it; `password` is the reference to the secret."""

        def laid(text: str) -> str:
            filled = text.replace("{host}", self.name).replace("{password}", password)
            for scheme, own in read_facts("backing_services")["schemes"].get(language or "", {}).items():
                filled = own + filled.removeprefix(scheme) if filled.startswith(f"{scheme}://") else filled
            return filled

        tests = read_facts("service_images")["images"][self.need]
        service: Service = {"words": tests["words"], "variable": tests["variable"]}
        service["connection"] = {part: laid(text) for part, text in self.facts["connection"].items()}
        service["always"] = {name: laid(text) for name, text in self.facts.get("always", {}).items()}
        return service


def backing_services(components: Iterable[Component], taken: Iterable[str]) -> dict[str, Backing]:
    """By need; named as the need is, unless a component is already called so (`taken`)."""
    data = read_facts("backing_services")["services"]
    images = read_facts("service_images")["images"]
    found: dict[str, Backing] = {}
    names = set(taken)
    for need in sorted({need for component in components for need in component.needs if need in data}):
        name = need
        while name in names:
            name = f"{name}-service"
        names.add(name)
        found[need] = Backing(need, name, images[need]["image"], data[need])
    return found


def unknown_needs(components: Iterable[Component]) -> list[str]:
    """What components need and no image is known for."""
    data = read_facts("backing_services")["services"]
    return sorted({need for component in components for need in component.needs if need not in data})


def connected(
    component: Component, backings: Mapping[str, Backing], reference: Callable[[str], str]
) -> dict[str, str | None]:
    """The environment of `component` beside `backings`; None for what only a person knows.

    `reference` turns the name of a secret into what the file writes in its place.
    """
    services = {
        need: backings[need].reached(component.language, reference(backings[need].secret or ""))
        for need in component.needs
        if need in backings
    }
    given: dict[str, str | None] = {**environment_of(component, services, for_tests=False)}
    key = FRAMEWORK_KEYS.get((component.framework or "").split("-")[0])
    if key is not None:
        given[key] = reference(key)
    for variable in component.variables:
        if variable.name in TOKENS:
            continue  # the build's own; what runs has no use for it
        if variable.file:
            given[variable.name] = f"{SECRET_FILES}/{variable.name}"
        elif OWN_KEY.fullmatch(variable.name) or variable.name == key:
            given[variable.name] = reference(variable.name)
        elif variable.name == "PORT" and component.port:
            given["PORT"] = str(component.port)
        else:  # a default that the code has itself is not said again; one of devops.yaml is not in the code
            given.setdefault(variable.name, None if variable.source else variable.default)
    return dict(sorted(given.items()))
