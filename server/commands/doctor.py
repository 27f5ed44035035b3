"""`astreinte doctor`: which checkers and engines are here, in which version, and what absence costs."""

import json

import click

from resources.catalogue import Language, _


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.pass_obj
def command(language: Language, as_json: bool) -> None:  # noqa: ARG001 - every command receives the language
    """Say which checkers and engines are present and what their absence costs."""
    import anyio  # noqa: PLC0415

    from tools.validate.doctor import survey  # noqa: PLC0415

    engines = anyio.run(survey)
    if as_json:
        click.echo(json.dumps([each.model_dump() for each in engines], ensure_ascii=False, indent=2))
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for heading in (_("Program"), _("Version"), _("If it is absent")):
        table.add_column(heading)
    for each in engines:
        if each.present:
            table.add_row(f"[green]✓[/] {each.name}", escape(each.version or "?"), "")
        else:
            remedy = f"{each.cost_of_absence} {each.how_to_install}"
            table.add_row(f"[yellow]✗[/] {each.name}", _("absent"), escape(remedy))
    console = Console(highlight=False)
    console.print(table)
    from tools.shell.sandbox import probe  # noqa: PLC0415

    sandbox = anyio.run(probe)
    if sandbox.works:
        console.print(f"[green]✓[/] {escape(_('Commands are confined: a sandbox was just tried out here.'))}")
    else:
        told = _("No sandbox can be built here ({why}): every command will be asked about.", why=sandbox.reason)
        console.print(f"[yellow]✗[/] {escape(told)}")
