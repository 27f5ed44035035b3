"""`.env.example`: every variable the code reads, with its default, and never the value of a secret."""

from typing import Any

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.delivery import File
from tools.pipelines.image import TOKENS, is_deployed
from tools.secrets.held import Held


def dotenv_file(brief: Brief, secrets: list[Held]) -> File:
    """The variables of all deployed components, each once, in the order of their names."""
    found: dict[str, dict[str, Any]] = {
        each.name: {"name": each.name, "value": "", "secret": True, "source": each.source} for each in secrets
    }
    for component in brief.context.components:
        for each in component.variables if is_deployed(component) else []:
            if each.name not in found and each.name not in TOKENS:
                value = "" if each.secret else _quoted(each.default or "")
                found[each.name] = {"name": each.name, "value": value, "secret": each.secret, "source": each.source}
    content = render("secrets/env-example.j2", variables=[found[name] for name in sorted(found)])
    return File(
        path=".env.example", content=content, purpose=_("The variables to set for local work; copy it to .env.")
    )


def _quoted(value: str) -> str:
    """`value` on one line, as readers of .env files take it literally."""
    if all(char.isalnum() or char in "_./:@,+-" for char in value):
        return value
    return "" if "'" in value or not value.isprintable() else f"'{value}'"
