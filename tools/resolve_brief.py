"""Makes one complete brief: what was detected, overlaid by `devops.yaml`, overlaid by the call's arguments."""

from typing import Any

from pydantic import ValidationError

from resources.catalogue import Language, _
from tools.brief import Brief, dns_label
from tools.brief_file import read_brief_data
from tools.context import Deps
from tools.guard.errors import BriefError, NotFoundError
from tools.project import Component, Project

FILE_NAMES = ("devops.yaml", "devops.yml")
LARGEST = 1_000_000  # bytes; a brief is a page, not a database


async def resolve_brief(deps: Deps, path: str, arguments: dict[str, Any]) -> tuple[Brief, Project]:
    """The complete brief for the repository at `path`, and the project it was read from.

    `arguments` has the fields of `devops.yaml`; what it says wins over the file, field by field.

    Raises:
        BriefError: the file or the arguments are wrong; the text names the line or the field.
    """
    from tools.stacks.detect import inspect  # noqa: PLC0415 - the detectors are not needed to start

    root = deps.place.directory(path)
    project = await inspect(root)
    from_file = _read_file(deps, path)
    merged = merge(from_file, arguments)
    try:
        brief = Brief.model_validate(merged)
    except ValidationError as error:
        raise BriefError(_argument_problems(error), _("The schema is devops://schema/devops.yaml.")) from error
    return complete(brief, project, folder=root.name, language=deps.language), project


def merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`: mappings merge field by field, anything else replaces."""
    merged = dict(below)
    for key, value in above.items():
        lower = merged.get(key)
        merged[key] = merge(lower, value) if isinstance(lower, dict) and isinstance(value, dict) else value
    return merged


def complete(brief: Brief, project: Project, *, folder: str, language: Language) -> Brief:
    """`brief` with every detected component under its overrides, a service name and a language."""
    overrides = {component.path.rstrip("/") or ".": component for component in brief.context.components}
    detected = {component.path: component for component in project.components}
    components = [_overlay(component, overrides.get(path)) for path, component in detected.items()]
    components += [component for path, component in overrides.items() if path not in detected]
    name = brief.service or dns_label(folder)
    named = [
        each if each.name else each.model_copy(update={"name": _component_name(each, name)}) for each in components
    ]
    return brief.model_copy(
        update={
            "service": name,
            "language": brief.language or language,
            "context": brief.context.model_copy(update={"components": named}),
        }
    )


def _with_dockerfile(component: Component, images: set[str]) -> Component:
    expected = "Dockerfile" if component.path == "." else f"{component.path}/Dockerfile"
    found = component.dockerfile or (expected if expected in images else None)
    return component.model_copy(update={"dockerfile": found})


def _component_name(component: Component, service: str) -> str:
    return service if component.path == "." else dns_label(component.path.rsplit("/", 1)[-1])


def _overlay(detected: Component, override: Component | None) -> Component:
    if override is None:
        return detected
    said = {name: getattr(override, name) for name in override.model_fields_set - {"path"}}
    evidence = {field: where for field, where in detected.evidence.items() if field not in said}
    evidence |= dict.fromkeys(said, "devops.yaml")
    return detected.model_copy(update={**said, "evidence": evidence})


def _read_file(deps: Deps, path: str) -> dict[str, Any]:
    for name in FILE_NAMES:
        try:
            with deps.place.open(f"{path}/{name}") as stream:
                raw = stream.read(LARGEST + 1)
        except NotFoundError:
            continue
        if len(raw) > LARGEST:
            raise BriefError(_("{name} is larger than {size} bytes.", name=name, size=LARGEST))
        return read_brief_data(raw.decode("utf-8", errors="replace"), name)
    return {}


def _argument_problems(error: ValidationError) -> str:
    problems = [
        f"{'.'.join(str(part) for part in each['loc']) or 'brief'}: {each['msg']}"
        for each in error.errors(include_url=False, include_input=False)
    ]
    return _("The brief is not acceptable: {problems}.", problems="; ".join(problems))
