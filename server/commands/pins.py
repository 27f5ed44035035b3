"""`astreinte pins`: which pinned actions are stale."""

import json
import sys

import click

from resources.catalogue import Language, _


@click.command("pins")
@click.option(
    "--days", type=click.IntRange(min=1), default=180, show_default=True, help="A pin seen longer ago is stale."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
@click.pass_obj
def command(language: Language, days: int, as_json: bool) -> None:  # noqa: ARG001 - every command receives the language
    """List the pinned actions that are stale, or whose newest tag cannot be known from here.

    Exit status: 0 nothing is stale, 1 something is.
    """
    import anyio  # noqa: PLC0415

    from tools.pipelines.action_pins import review_pins  # noqa: PLC0415

    reviews = anyio.run(review_pins, days)
    if as_json:
        click.echo(json.dumps([each.model_dump(mode="json") for each in reviews], ensure_ascii=False, indent=2))
    else:
        for each in reviews:
            click.echo(f"{each.action} {each.tag}: {each.status} ({each.reason})")
    stale = sum(each.status == "stale" for each in reviews)
    click.echo(_("{stale} stale of {total} pins.", stale=stale, total=len(reviews)), err=True)
    sys.exit(1 if stale else 0)
