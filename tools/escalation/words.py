"""An escalation as people read it: the card's four parts, so that whoever decides needs to ask nothing."""

import hashlib

from resources.catalogue import _
from tools.delivery import Escalation
from tools.guard.journal import canonical


def key_of(escalation: Escalation) -> str:
    """The same for the same escalation: it is told once, however often it is found again."""
    return hashlib.sha256(canonical(escalation.model_dump()).encode()).hexdigest()[:32]


def title(escalation: Escalation) -> str:
    """One line."""
    situations = {
        "secrets_or_network": _("Secrets or sensitive network access"),
        "budget": _("Budget of the infrastructure"),
        "production_downtime": _("Risk of downtime in production"),
        "incompatible_architecture": _("Architecture that does not fit"),
    }
    return f"{situations[escalation.situation]}: {escalation.reason}"[:250]


def body(escalation: Escalation) -> str:
    """The four parts as Markdown."""
    parts = [
        (_("What was done so far"), escalation.done_so_far or _("Nothing yet.")),
        (_("The precise obstacle"), escalation.obstacle or escalation.reason),
        (_("The options, with their impact on cost and availability"), _listed(escalation.options)),
        (_("The files concerned"), _listed([f"`{each}`" for each in escalation.files])),
    ]
    return "\n\n".join([escalation.reason, *(f"## {heading}\n\n{text}" for heading, text in parts)])


def _listed(items: list[str]) -> str:
    return "\n".join(f"- {item}" for item in items) or _("None known.")
