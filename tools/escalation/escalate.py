"""The tool that hands a decision to the person whose decision it is, with the context preserved."""

from typing import Annotated, Literal

import anyio.to_thread
from pydantic import Field

from resources.catalogue import _
from tools.context import Deps, Given
from tools.delivery import RECIPIENTS, Escalation, Recipient, Situation
from tools.escalation.routes import read_routes
from tools.escalation.send import Sent, send
from tools.escalation.words import body, title
from tools.guard.action import Action
from tools.guard.decision import Decision, Reason
from tools.guard.gate import Granted
from tools.model import Model


class Escalated(Model):
    """An escalation as it was handed on. `not_configured`: give `text` to the person yourself."""

    summary: str
    status: Literal["sent", "partly_sent", "failed", "not_configured"]
    to: Recipient
    title: str
    text: str
    routes: list[Sent] = []


async def escalate(
    deps: Given,
    situation: Annotated[Situation, Field(description="The card's table decides who is told.")],
    reason: Annotated[str, Field(max_length=500, description="What must be decided, in one sentence.")],
    done_so_far: Annotated[str, Field(max_length=4_000, description="What exists already.")],
    obstacle: Annotated[str, Field(max_length=4_000, description="The exact error or conflict.")],
    options: Annotated[list[str], Field(min_length=1, description="Each with its impact on cost and availability.")],
    files: Annotated[list[str], Field(description="Files concerned.")] = [],  # noqa: B006 - frozen by the SDK
) -> Escalated:
    """Escalate: secrets or network → securite, budget and production downtime → chef-equipe, architecture → architecte.

    Sent along the routes a person configured; the same escalation is sent once.
    """
    given = Escalation(
        situation=situation, to=RECIPIENTS[situation], reason=reason, done_so_far=done_so_far, obstacle=obstacle,
        options=options, files=files,
    )  # fmt: skip
    return await escalated(deps, given)


async def escalated(deps: Deps, given: Escalation) -> Escalated:
    """Hand `given` on, without secrets, and remember it in the journal."""
    escalation = Escalation.model_validate(deps.guard.redactor.value(given.model_dump()))
    state = deps.guard.journal.state
    routes = await anyio.to_thread.run_sync(read_routes, state.directory)
    chosen = routes.to(escalation.to)
    action = Action(
        tool="escalate",
        target=escalation.to,
        arguments=escalation.model_dump(),
        what=title(escalation),
        undo=_("Whoever was told can be told otherwise."),
    )
    told = Reason(rule="escalate.configured", verdict="allow", message=_("A person configured this route."))
    async with deps.guard.recorded(Granted(action, Decision.of([told])), who=deps.who) as entry:
        sent = await send(escalation, chosen, state)
        entry.result = _status(sent)
        entry.details["routes"] = [each.model_dump() for each in sent]
    return Escalated(
        summary=_summary(escalation, sent),
        status=_status(sent),
        to=escalation.to,
        title=title(escalation),
        text=body(escalation),
        routes=sent,
    )


def _status(sent: list[Sent]) -> Literal["sent", "partly_sent", "failed", "not_configured"]:
    if not sent:
        return "not_configured"
    failed = [each for each in sent if each.status == "failed"]
    if not failed:
        return "sent"
    return "failed" if len(failed) == len(sent) else "partly_sent"


def _summary(escalation: Escalation, sent: list[Sent]) -> str:
    told = {
        "sent": _("{to} was told.", to=escalation.to),
        "partly_sent": _("{to} was told, not on every route.", to=escalation.to),
        "failed": _("{to} could not be told: hand the text over yourself.", to=escalation.to),
        "not_configured": _("No route leads to {to}: hand the text over yourself.", to=escalation.to),
    }
    return told[_status(sent)]
