"""`astreinte pictures`: what a delivery looks like, or how far a plan reaches, as Mermaid and SVG."""

from pathlib import Path

import click

from resources.catalogue import Language, _, speaking
from server.settings import read_settings
from tools.guard.errors import ExpectedError


@click.command("pictures")
@click.argument("repository", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path())
@click.option("--plan", "plan_id", metavar="ID", help="Draw how far this saved plan reaches instead.")
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Write .mmd and .svg files into this directory."
)
@click.pass_obj
def command(language: Language, repository: Path, plan_id: str | None, output: Path | None) -> None:
    """Draw what REPOSITORY's brief delivers: architecture, pipelines, cost. Without --output: print the Mermaid."""
    import anyio  # noqa: PLC0415 - usage errors answer without the SDK

    from server.state import state_of  # noqa: PLC0415
    from tools.context import Deps  # noqa: PLC0415
    from tools.deliver import compose  # noqa: PLC0415
    from tools.guard.workspace import Workspace  # noqa: PLC0415
    from tools.pictures.draw import can_draw, draw  # noqa: PLC0415
    from tools.pictures.overview import Picture, of_plan, pictures  # noqa: PLC0415

    settings = read_settings(workspace=repository, language=language)

    async def found() -> list[Picture]:
        if plan_id is not None:
            return [of_plan(state_of(settings), plan_id)]
        deps = Deps(workspace=Workspace.at(repository), language=settings.language, output_limit=settings.output_limit)
        composed = await compose(deps, ".", {})
        with speaking(composed.brief.language or settings.language):
            return pictures(composed.brief, composed.delivery)

    async def show() -> None:
        made = await found()
        if not made:
            raise ExpectedError(_("There is nothing to draw."), _("Name components and deliverables in devops.yaml."))
        if output is None:
            for each in made:
                click.echo(f"%% {each.title}\n{each.text}")
            return
        output.mkdir(parents=True, exist_ok=True)
        for each in made:
            (output / f"{each.name}.mmd").write_text(each.text, encoding="utf-8")
        if can_draw():
            for each, drawn in zip(made, await draw([each.text for each in made]), strict=True):
                (output / f"{each.name}.svg").write_text(drawn, encoding="utf-8")
        else:
            click.echo(_("Only as Mermaid: install 'astreinte[pictures]' for SVG."), err=True)
        click.echo(_("{count} pictures written under {path}.", count=len(made), path=output))

    anyio.run(show)
