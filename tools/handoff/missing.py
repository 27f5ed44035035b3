"""What a brief or a delivery still lacks, and who can give it: the card's *waiting* and *blocked*."""

from typing import Literal

from pydantic import Field

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import Delivery, Recipient
from tools.model import Model

Giver = Recipient | Literal["demandeur"]


class Missing(Model):
    """One thing that is not there."""

    what: str
    who: Giver = Field(description="Who can give it; demandeur is whoever asked for the work.")
    blocks: bool = Field(description="True: blocked (architecture, secrets); false: waiting (access, answers).")


def missing_of(brief: Brief, delivery: Delivery, questions: list[str]) -> list[Missing]:
    """Everything that is missing, what blocks first."""
    found: list[Missing] = []
    if not brief.context.components:
        found.append(
            Missing(what=_("The architecture: no component was found or named."), who="architecte", blocks=True)
        )
    found += [
        Missing(what=_("The secret {name} ({where}).", name=each.name, where=each.where), who="securite", blocks=True)
        for each in delivery.variables
        if each.secret
    ]
    found += [
        Missing(what=_("A decision: {reason}", reason=each.reason), who=each.to, blocks=False)
        for each in delivery.escalations
    ]
    asked = [*questions, *(each.question for each in delivery.questions)]
    found += [Missing(what=each, who="demandeur", blocks=False) for each in dict.fromkeys(asked)]
    platform = brief.context.platform
    if platform.provider in {"aws", "gcp", "azure"} or platform.target in {"ecs", "lambda", "cloud_run", "kubernetes"}:
        target = platform.provider or platform.target or ""
        found.append(
            Missing(
                what=_("Access to {target} for whoever runs the commands.", target=target),
                who="demandeur",
                blocks=False,
            )
        )
    return sorted(found, key=lambda each: not each.blocks)
