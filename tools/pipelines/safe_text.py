"""Keeps what a repository or a brief says from becoming code in a workflow."""

import posixpath
import re
from typing import Any

from resources.catalogue import _
from tools.brief import Brief
from tools.guard.errors import BriefError
from tools.project import Component, Question

COMMANDS = ("install_command", "lint_command", "build_command", "test_command", "start_command", "migrate_command")
TEXTS = ("language_version", "lock_file", "health_path", "dockerfile", "build_context", "output_directory")
FILES = ("lock_file", "dockerfile", "build_context")
EXPRESSION = "${{"
VARIABLE = "$"
VERSION = re.compile(r"[\w.+-]{1,30}", re.ASCII)


def refuse_expressions(brief: Brief) -> None:
    """GitHub evaluates `${{ }}` wherever it stands, in quotes too: a brief has no business writing one.

    Raises:
        BriefError: a value outside the components holds one.
    """
    data = brief.model_dump(exclude={"context": {"components"}})
    where = _find(data, "", EXPRESSION)
    if where is not None:
        raise BriefError(
            _("{field} holds a workflow expression.", field=where),
            _("Write the value itself, or leave it out to set a variable of the GitHub environment."),
        )


def refuse_variables(brief: Brief) -> None:
    """GitLab expands `$NAME`, `$[[ ]]` and `${{ }}` in most of its fields: no name or address needs the sign.

    What is laid into the pipeline is looked at; the constraints and who is on call are not.

    Raises:
        BriefError: a value of the context, outside the components, holds the sign.
    """
    data = brief.model_dump(include={"context"}, exclude={"context": {"components", "operations"}})
    where = _find(data, "", VARIABLE)
    if where is not None:
        raise BriefError(
            _("{field} holds a dollar sign, which GitLab reads as a variable.", field=where),
            _("Write the value itself, or leave it out to set a variable of the GitLab environment."),
        )


def clean(component: Component) -> tuple[Component, list[Question]]:
    """`component` without the values that cannot be laid into a workflow, and a question for each."""
    dropped = [name for name in (*COMMANDS, *TEXTS) if _unsafe(getattr(component, name))]
    dropped += [name for name in FILES if name not in dropped and _leads_out(getattr(component, name))]
    if component.output_directory and "output_directory" not in dropped:
        # Beside the component, and still in the repository: Nx builds `apps/web` into `dist/apps/web`.
        output = posixpath.normpath(posixpath.join(component.path, component.output_directory))
        dropped += ["output_directory"] if _leads_out(output) else []
    versions = [version for version in component.tested_versions if VERSION.fullmatch(version)]
    if _unsafe(component.path) or _unsafe(component.name) or _leads_out(component.path):
        raise BriefError(_("The component path {path} cannot stand in a workflow.", path=repr(component.path)))
    questions = [
        Question(
            component=component.path,
            field=name,
            question=_("What is the {field}? The one found cannot stand in a workflow.", field=name),
        )
        for name in dropped
    ]
    return component.model_copy(update={**dict.fromkeys(dropped), "tested_versions": versions}), questions


def _unsafe(value: str | None) -> bool:
    # Not printable: controls, line and paragraph separators, lone surrogates, invisible format characters.
    return value is not None and (EXPRESSION in value or not value.isprintable())


def _leads_out(path: str | None) -> bool:
    """Whether a path of the repository leaves it; the runner has other things to read."""
    return path is not None and (path.startswith(("/", "~", "-")) or ".." in path.split("/"))


def _find(value: Any, where: str, sign: str) -> str | None:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return where if sign in value else None
    if isinstance(value, dict):
        pairs = ((f"{where}.{key}".lstrip("."), each) for key, each in value.items())
    elif isinstance(value, list):
        pairs = ((f"{where}.{number}", each) for number, each in enumerate(value))
    else:
        return None
    return next((found for name, each in pairs if (found := _find(each, name, sign)) is not None), None)
