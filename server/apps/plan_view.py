"""The view of a plan: its risk report, and the approval that applying it wants. It shows; it cannot approve."""

from functools import cache
from pathlib import Path

from mcp.server.apps import APP_MIME_TYPE, Apps
from mcp.server.mcpserver.resources import FunctionResource

from resources.catalogue import Language, _, speaking

URI = "ui://devops/plan.html"
TOOLS = frozenset({"plan_terraform", "apply_terraform", "rollback_terraform"})
"""The tools whose answers it shows."""
NOTHING: dict[str, list[str]] = {
    name: [] for name in ("connectDomains", "resourceDomains", "frameDomains", "baseUriDomains")
}
"""What it loads from elsewhere."""
TEMPLATES = Path(__file__).resolve().parents[2] / "resources/templates"


def apps(language: Language) -> Apps:
    """The extension, with the view in `language`; it is made when a client reads it."""
    extension = Apps()
    extension.add_resource(
        FunctionResource(
            uri=URI,
            name="plan_view",
            title=_("Risk report of the plan"),
            description=_("What a plan would change, and the approval that applying it wants."),
            mime_type=APP_MIME_TYPE,
            meta={"ui": {"csp": NOTHING, "prefersBorder": True}},
            fn=lambda: view(language),
        )
    )
    return extension


def tool_meta(name: str) -> dict[str, object] | None:
    """What ties the tool `name` to its view; None for a tool without one."""
    return {"ui": {"resourceUri": URI}} if name in TOOLS else None


@cache
def view(language: Language) -> str:
    """The whole document: nothing of it is loaded from elsewhere."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - cold start

    environment = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True)
    with speaking(language):
        return environment.get_template("apps/plan.html.j2").render(language=language, words=_words())


def _words() -> dict[str, str]:
    return {
        "title": _("Plan"),
        "waiting": _("Waiting for the plan…"),
        "cancelled": _("The call was cancelled."),
        "nothing": _("Nothing changes."),
        "create": _("to create"),
        "update": _("to change"),
        "replace": _("to replace"),
        "destroy": _("to destroy"),
        "import": _("to import"),
        "forget": _("to forget"),
        "safe": _("safe"),
        "review": _("to be reviewed"),
        "dangerous": _("dangerous"),
        "critical": _("critical"),
        "high": _("high"),
        "medium": _("medium"),
        "low": _("low"),
        "info": _("information"),
        "done": _("done"),
        "applied": _("applied"),
        "failed": _("failed"),
        "indeterminate": _("nobody knows how it ended"),
        "approval_required": _("waits for a person"),
        "risks": _("Risks"),
        "levels": _("Show these levels"),
        "rule": _("Rule"),
        "left_out": _("Left out of this answer"),
        "reach": _("How far the plan reaches"),
        "lost": _("Their data would be lost:"),
        "dependents": _("These refer to what goes:"),
        "cost": _("Estimated monthly difference"),
        "unknown": _("What nobody can know yet"),
        "escalations": _("Escalations"),
        "outcome": _("What was done"),
        "backup": _("The state as it was before:"),
        "workspace": _("Workspace"),
        "approval": _("A person must approve"),
        "why": _("Why a person decides"),
        "undo": _("What undoes it"),
        "where": _("Where"),
        "copy": _("Copy the command"),
        "copied": _("Copied."),
        "not_copied": _("The client does not let this view copy: select the command."),
        "again": _("I have approved: go on"),
        "expires": _("Expires"),
        "cannot": _("This view cannot approve: only you can, at a terminal or in the console."),
        "ask_to_apply": _("Ask the agent to apply this plan"),
        "apply_message": _("Apply the plan"),
    }
