"""The environment of a component on a platform, split: what is public, what links to a service, what is secret."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from resources.catalogue import _
from resources.facts import read_facts
from tools.containers.backing import FRAMEWORK_KEYS
from tools.delivery import Risk, VariableToSet
from tools.pipelines.image import TOKENS
from tools.pipelines.services import OWN_KEY, environment_of
from tools.project import Component

# What bundlers copy into the files that browsers load.
IN_BROWSER = re.compile(r"(NEXT_PUBLIC|NUXT_PUBLIC|VITE|PUBLIC|REACT_APP|VUE_APP|GATSBY|EXPO_PUBLIC)_\w+")
Links = Mapping[str, Mapping[str, str]]
"""Need -> part of its connection -> the platform's own reference to it."""


@dataclass(frozen=True)
class Setting:
    """One variable. `value` is known for what is public or linked; a secret never has one."""

    name: str
    secret: bool
    value: str | None = None
    link: str | None = None
    """The platform's reference: it stands for a secret that nobody has to copy."""
    own: bool = False
    """A key that only this application knows: the platform may make it up."""
    source: str | None = None


def settings_of(component: Component, links: Links) -> list[Setting]:
    """Every variable of `component`, by name."""
    given = _linked(component, links)
    references = [text for parts in links.values() for text in parts.values()]
    # Frameworks have constants too (`DB_CONNECTION=pgsql`), and those are no references.
    linked = {name: text for name, text in given.items() if any(_bare(each) in text for each in references)}
    constant = {name: text for name, text in given.items() if name not in linked}
    known = {each.name: each for each in component.variables}
    key = FRAMEWORK_KEYS.get((component.framework or "").split("-")[0])
    names = {*known, *given, *([key] if key else [])}
    if component.port and component.kind != "worker":
        names.add("PORT")
    return [
        Setting(name, secret=False, value=constant[name])
        if name in constant
        else _setting(name, component, linked.get(name), own=name == key)
        for name in sorted(names - TOKENS)
    ]


def to_set(settings: list[Setting], where: str) -> list[VariableToSet]:
    """What a person must set: secrets without a link, and public values that the code gives no default for."""
    return [
        VariableToSet(name=each.name, secret=each.secret, where=where, purpose=_purpose(each))
        for each in settings
        if each.link is None and each.value is None
    ]


def exposed(component: Component) -> list[Risk]:
    """Secrets whose name makes the bundler publish them."""
    return [
        Risk(
            kind="security",
            level="critical",
            message=_("{name} is marked as a secret, and its prefix puts it into every browser.", name=each.name),
            mitigation=_("Read it on the server under a name without that prefix, and replace the value."),
        )
        for each in component.variables
        if each.secret and IN_BROWSER.fullmatch(each.name)
    ]


def unlinked(component: Component, links: Links) -> list[str]:
    """The services that `component` needs and the platform does not run."""
    return [need for need in component.needs if need not in links]


def _linked(component: Component, links: Links) -> dict[str, str]:
    tests = read_facts("service_images")["images"]
    services = {
        need: {"words": tests[need]["words"], "variable": tests[need]["variable"], "connection": dict(links[need])}
        for need in component.needs
        if need in links and need in tests
    }
    return environment_of(component, services, for_tests=False)


def _bare(reference: str) -> str:
    """Without its scheme: the code's default may name another driver."""
    return reference.rpartition("://")[2]


def _setting(name: str, component: Component, link: str | None, *, own: bool) -> Setting:
    variable = next((each for each in component.variables if each.name == name), None)
    source = variable.source if variable else None
    if link is not None:
        return Setting(name, secret=bool(variable and variable.secret), link=link, source=source)
    if name == "PORT":
        return Setting(name, secret=False, value=str(component.port) if component.port else None, source=source)
    secret = own or (variable is not None and variable.secret)
    made_up = own or (secret and OWN_KEY.fullmatch(name) is not None)
    value = None if secret or variable is None else variable.default
    return Setting(name, secret=secret, value=value, own=made_up, source=source)


def _purpose(setting: Setting) -> str:
    if setting.source:
        return _("Read by the code at {source}.", source=setting.source)
    return _("The framework serves nothing without it.")
