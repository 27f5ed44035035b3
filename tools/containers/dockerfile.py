"""The Dockerfile of one component, from the brief alone."""

import json
from typing import Any

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.containers.dockerignore import dockerignore
from tools.containers.health import health_command
from tools.containers.languages.registry import LANGUAGES
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject
from tools.delivery import File
from tools.project import Component, Question

WEB_PORT = 8080


def dockerfile(component: Component, brief: Brief) -> tuple[list[File], list[Question]]:
    """The Dockerfile of `component`, what goes with it, and what must be asked. Raises KeyError for a language
    that `LANGUAGES` does not name.
    """
    subject = Subject(component, brief)
    recipe = LANGUAGES[component.language or ""](subject)
    port = port_of(component, recipe)
    folder = subject.dockerfile.rpartition("/")[0]
    config = f"{folder}/nginx.site.conf".lstrip("/")
    health = health_of(component, recipe)
    image: dict[str, Any] = {
        "name": subject.name,
        "user": recipe.user,
        "env": recipe.env,
        "port": port,
        "health": json.dumps(health, ensure_ascii=False) if health else None,
        "no_health": _no_health(port),
        "start": json.dumps(recipe.start, ensure_ascii=False) if recipe.start else None,
        # A volume takes the owner of the folder it is laid over.
        "folders": [each.path for each in component.volumes] if recipe.probe else [],
        "site_config": subject.in_context(config),
    }
    questions = list(recipe.questions)
    values = recipe.values
    if component.system_packages and "packages" in values:
        values = {**values, "packages": sorted({*values["packages"], *component.system_packages})}
    elif component.system_packages:
        text = _("The image of this language takes no Debian packages: which other way is there to {packages}?",
                 packages=", ".join(component.system_packages))  # fmt: skip
        questions.append(subject.ask("system_packages", text))
    content = render(recipe.template, c=values, image=image)
    purpose = _("Builds the image of {name} from the folder {context}.", name=subject.name, context=subject.context)
    files = [File(path=subject.dockerfile, content=content, purpose=purpose)]
    if recipe.site:
        served = render("containers/nginx.conf.j2", port=port, spa=recipe.values["spa"])
        files.append(File(path=config, content=served, purpose=_("How nginx serves the site of {name}.",
                                                                 name=subject.name)))  # fmt: skip
    files.append(dockerignore(subject, recipe.ignored))
    return files, questions


def health_of(component: Component, recipe: Recipe) -> list[str] | None:
    """The command by which the image asks whether it answers; None where there is nothing to ask, or to ask with."""
    port = port_of(component, recipe)
    if not recipe.probe or not port:
        return None
    return health_command(recipe.probe, port, component.health_path or ("/" if recipe.site else None))


def port_of(component: Component, recipe: Recipe) -> int | None:
    """Where the image listens; None for a worker."""
    if recipe.site:
        return component.port or WEB_PORT
    return component.port if component.kind != "worker" else None


def _no_health(port: int | None) -> str:
    if port is None:
        return _("No port to ask: a worker that fails ends, and whatever runs the container starts it again.")
    return _("No shell and no client in this image: the orchestrator's own HTTP probe asks instead.")
