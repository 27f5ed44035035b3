"""`astreinte approve`: a person at a terminal approves or refuses one action. No script and no agent can."""

import os
import pwd
import sys
from datetime import UTC, datetime

import click

from resources.catalogue import Language, _
from server.settings import read_settings
from server.state import state_of
from tools.guard.approval import ApprovalError, Approvals, Request
from tools.guard.persons_word import PersonsWord
from tools.guard.visible import visible

LONGEST_LINE = 200


@click.command("approve")
@click.argument("request_id", required=False)
@click.option("--refuse", is_flag=True, help="Refuse instead of approving.")
@click.option("--reason", default="", help="Why; it goes into the journal.")
@click.pass_obj
def command(language: Language, request_id: str | None, refuse: bool, reason: str) -> None:
    """List what waits for approval, or decide about REQUEST_ID after showing it."""
    settings = read_settings(language=language)
    state = state_of(settings)
    approvals = Approvals(state)
    if request_id is None:
        waiting = approvals.pending()
        for request in waiting:
            what = visible(request.action.what.replace("\n", " "))
            click.echo(f"{request.id}  {visible(request.action.tool)}  {what[:LONGEST_LINE]}")
        if not waiting:
            click.echo(_("Nothing waits for approval."))
        return
    person = _person()
    request = approvals.get(request_id)
    _show(request)
    if not refuse:
        # The whole id once more: a key pressed by accident approves nothing.
        typed = click.prompt(_("Type the id to approve, anything else to leave it"), default="", show_default=False)
        if typed.strip() != request_id:
            raise ApprovalError(_("Not approved: the id was not typed."))
    decided = PersonsWord(state).say(request_id, approve=not refuse, who=person, reason=reason)
    click.echo(_("{id}: {state} by {who}.", id=request_id, state=decided.state, who=person))


def _person() -> str:
    """Who sits at this terminal.

    Raises:
        ApprovalError: there is no terminal, so there may be no person either.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ApprovalError(_("Approving needs a person at a terminal."), _("Run this in a terminal, not in a script."))
    # By the process's own number: the variables that usually say it are anybody's to set.
    return f"{pwd.getpwuid(os.getuid()).pw_name} at {os.ttyname(sys.stdin.fileno())}"


def _show(request: Request) -> None:
    expires = datetime.fromtimestamp(request.expires, UTC).isoformat(timespec="seconds")
    rows = [
        (_("What"), request.action.what),
        (_("Where"), "\n".join([request.action.target, *request.action.acts_on])),
        (_("Undo"), request.action.undo),
        (_("State"), request.state),
        (_("Expires"), expires),
    ]
    for label, text in rows:
        click.echo(f"{click.style(label, bold=True)}: {visible(text)}")
    for name, value in request.action.arguments.items():
        click.echo(f"  {visible(name)}: {visible(str(value))}")
    for reason in request.decision.reasons:
        where = f" [{reason.span.text}]" if reason.span else ""
        click.echo(visible(f"  - {reason.verdict}: {reason.message}{where}"))
