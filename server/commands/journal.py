"""`astreinte journal`: read, follow, verify and export what was done."""

import json
import sys
import time

import click

from resources.catalogue import Language, _
from server.settings import read_settings
from server.state import state_of
from tools.guard.journal import Journal, Record
from tools.shell.terminal_text import plain

PAUSE = 0.5


@click.command("journal")
@click.argument("what", type=click.Choice(["show", "verify", "export"]), default="show")
@click.option("--follow", is_flag=True, help="Go on showing records as they come.")
@click.option("--after", type=click.IntRange(min=0), default=0, show_default=True, help="Skip up to this number.")
@click.pass_obj
def command(language: Language, what: str, follow: bool, after: int) -> None:
    """Show the records, verify the chain, or export everything as JSON lines.

    Exit status of `verify`: 0 the chain is intact, 1 it is broken (said on standard error).
    """
    settings = read_settings(language=language)
    journal = Journal(state_of(settings))
    if what == "verify":
        chain = journal.verify()
        if chain.intact:
            click.echo(_("The chain of {count} records is intact.", count=chain.records))
            return
        text = _("The chain is broken at record {at}: {reason}.", at=chain.broken_at, reason=chain.reason)
        click.echo(text, err=True)
        sys.exit(1)
    while True:
        for record in journal.records(after):
            click.echo(record.model_dump_json() if what == "export" else _line(record))
            after = record.seq
        if follow and not journal.records(after, 1):
            time.sleep(PAUSE)
        elif not journal.records(after, 1):
            return


def _line(record: Record) -> str:
    body = {key: value for key, value in record.body.items() if key not in {"owner", "action", "reasons"}}
    # Its arguments are the agent's words: nothing in them may move this terminal's cursor or hide a word.
    return plain(f"{record.seq:6} {record.at} {record.call[:8]} {record.kind:6} {json.dumps(body, ensure_ascii=False)}")
