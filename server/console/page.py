"""Renders the console's pages. Every value is escaped; the words come from the catalogue."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from resources.catalogue import Language, _, set_language
from server.console.session import Session, Sessions
from tools.guard.visible import visible

TEMPLATES = Path(__file__).resolve().parents[2] / "resources/templates"


def page(
    name: str, language: Language, session: Session | None, sessions: Sessions, *, status: int = 200, **values: object
) -> HTMLResponse:
    """The page `name` in `language`, for the person of `session`."""
    set_language(language)
    token = sessions.form_token(session) if session else ""
    text = _environment().get_template(f"console/{name}.html.j2").render(
        language=language, session=session, form_token=token, **values
    )  # fmt: skip
    return HTMLResponse(text, status)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = _
    environment.filters["at"] = _at
    environment.filters["diff"] = _diff
    environment.filters["word"] = _word
    return environment


def _shown(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _at(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")


def _diff(text: object) -> Markup:
    """A text whose added and removed lines are marked, where it is a diff."""
    lines = []
    for line in visible(text).split("\n"):
        kind = "add" if line.startswith("+") else "del" if line.startswith("-") else "hunk" if line[:2] == "@@" else ""
        lines.append(Markup('<span class="{}">{}</span>').format(kind, line) if kind else Markup("{}").format(line))
    return Markup("\n").join(lines)


def _word(state: str) -> str:
    """A state or verdict in the reader's language; what is not one of ours stays as it is."""
    words = {
        "allow": _("allowed"),
        "ask": _("asks"),
        "deny": _("denied"),
        "pending": _("waiting"),
        "approved": _("approved"),
        "refused": _("refused"),
        "used": _("used"),
        "queued": _("queued"),
        "running": _("running"),
        "done": _("done"),
        "failed": _("failed"),
        "cancelled": _("cancelled"),
        "interrupted": _("interrupted"),
        "safe": _("safe"),
        "review": _("to be reviewed"),
        "dangerous": _("dangerous"),
        "critical": _("critical"),
        "high": _("high"),
        "medium": _("medium"),
        "low": _("low"),
        "info": _("information"),
        "waiting": _("waiting"),
        "blocked": _("blocked"),
        "passed": _("passed"),
        "not_validated": _("not validated"),
    }
    return words.get(state, state)
