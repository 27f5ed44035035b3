"""What runs of a brief: its components as containers, as compose.yaml and the Swarm stack both lay them out."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tools.brief import Brief, dns_label
from tools.containers.backing import Backing, connected
from tools.containers.dockerfile import health_of, port_of
from tools.containers.languages.registry import LANGUAGES
from tools.containers.process import process
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject
from tools.pipelines import image
from tools.project import Component

# What a container of a language is given to begin with; measured use should replace it.
MEMORY = {"java": "768M", "kotlin": "768M", "go": "128M", "rust": "128M", "static": "64M"}
USUAL_MEMORY = "512M"
WITH_SHELL = {"python", "node", "bun", "ruby", "php", "wget", "bash"}
FREE_FROM = 1024
"""Ports below are not published as they are: 80 becomes 8080."""


@dataclass(frozen=True)
class Workload:
    """One process of a component as a container.

    `key` is its name in the network, `own` whether its Dockerfile was there before.
    """

    key: str
    subject: Subject
    recipe: Recipe | None
    published: int | None
    own: bool
    first: str = ""
    """The key of the process that the image starts: the component's own."""
    process: str | None = None
    """One of the component's other processes; None is the first."""

    @property
    def name(self) -> str:
        """What it is called where it runs: as its image, and the process where it is another one."""
        return f"{self.subject.name}-{self.process}" if self.process else self.subject.name

    @property
    def command(self) -> list[str] | None:
        """What it runs instead of what the image starts; None: just that."""
        return process(self.component.processes[self.process]).argv if self.process else None

    @property
    def component(self) -> Component:
        """The component itself."""
        return self.subject.component

    @property
    def port(self) -> int | None:
        """Where it listens in the container; other processes than the first do not."""
        if self.process:
            return None
        return port_of(self.component, self.recipe) if self.recipe else self.component.port

    @property
    def health(self) -> list[str] | None:
        """The command that asks its health; None leaves it to the image, or there is nothing to ask."""
        return None if self.own or self.process or self.recipe is None else health_of(self.component, self.recipe)

    @property
    def says_its_health(self) -> bool:
        """Whether something may wait for it to be healthy."""
        return self.health is not None

    def environment(self, backings: Mapping[str, Backing], reference: Callable[[str], str]) -> dict[str, str | None]:
        """What it is told beside `backings`; see `connected`.

        A variable without a value takes away the one of the image, so those that the image sets are left to it. A
        site is files: nothing in it reads a variable.
        """
        if self.recipe is not None and self.recipe.site:
            return {}
        given = connected(self.component, backings, reference)
        set_by_image = self.recipe.env if self.recipe is not None else {}
        return {name: value for name, value in given.items() if value is not None or name not in set_by_image}

    @property
    def start(self) -> list[str] | None:
        """The process, where the image has a shell that can read files of secrets before it starts it."""
        if self.own or self.recipe is None or self.recipe.probe not in WITH_SHELL or self.recipe.site:
            return None
        return self.command or self.recipe.start

    @property
    def migration(self) -> list[str] | None:
        """The command that migrates its database, in exec form."""
        if not self.component.migrate_command or self.process:
            return None
        run = process(self.component.migrate_command)
        return ["env", *(f"{key}={value}" for key, value in run.env.items()), *run.argv] if run.env else run.argv

    @property
    def secret_files(self) -> list[str]:
        """The variables that name a file with a secret, mounted under `SECRET_FILES`."""
        return [each.name for each in self.component.variables if each.file]

    @property
    def scratch(self) -> list[str]:
        """The folders it writes to that are empty whenever it starts."""
        return [each.path for each in self.component.volumes if not each.kept]

    @property
    def memory(self) -> str:
        """The limit it begins with."""
        return "64M" if self.recipe and self.recipe.site else MEMORY.get(self.component.language or "", USUAL_MEMORY)


def workloads(brief: Brief, *, overwrite: bool) -> list[Workload]:
    """The deployed components that an image can be built of, in order; names and published ports are unique."""
    found: list[Workload] = []
    keys: set[str] = set()
    ports: set[int] = set()
    for component in brief.context.components:
        own = component.dockerfile is not None and not overwrite
        if not image.is_deployed(component) or (component.language not in LANGUAGES and not own):
            continue
        subject = Subject(component, brief)
        recipe = LANGUAGES[component.language](subject) if component.language in LANGUAGES else None
        recipe = None if own else recipe
        key = _free(dns_label(component.name or brief.name), keys)
        listens = port_of(component, recipe) if recipe else component.port
        found.append(Workload(key, subject, recipe, _published(listens, ports), own, key))
        found += [
            Workload(_free(dns_label(f"{key}-{each}"), keys), subject, recipe, None, own, key, each)
            for each in component.processes
        ]
    return found


def shown(argv: list[str]) -> str:
    """A command as a person would type it."""
    return shlex.join(argv)


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    taken.add(free)
    return free


def _published(port: int | None, taken: set[int]) -> int | None:
    if port is None:
        return None
    free = port if port >= FREE_FROM else 8000 + port
    while free in taken:
        free += 1
    taken.add(free)
    return free
