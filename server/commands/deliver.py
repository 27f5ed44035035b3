"""`astreinte deliver`: the main job on a repository, printed for people (or as JSON, or written to a folder)."""

import sys
from pathlib import Path

import click

from resources.catalogue import Language, _
from server.settings import read_settings
from tools.guard.errors import ExpectedError


@click.command("deliver")
@click.argument("repository", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path())
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Also write the files under this new or empty directory.",
)
@click.option("--files/--no-files", default=True, show_default=True, help="Print the files' contents.")
@click.pass_obj
def command(language: Language, repository: Path, output: Path | None, files: bool) -> None:
    """Deliver everything that REPOSITORY's brief asks for, each file judged by the real checkers.

    Exit status: 0 delivered (done or waiting for answers), 1 blocked or failed.
    """
    import anyio  # noqa: PLC0415 - usage errors answer without the SDK

    from server.progress_bar import progress_bar  # noqa: PLC0415
    from server.report import print_delivery  # noqa: PLC0415
    from tools.context import Deps  # noqa: PLC0415
    from tools.deliver import deliver  # noqa: PLC0415
    from tools.guard.workspace import Workspace  # noqa: PLC0415

    settings = read_settings(workspace=repository, language=language)
    place, limit = Workspace.at(repository), settings.output_limit
    if output is not None and output.exists() and any(output.iterdir()):
        raise ExpectedError(_("{path} is not empty; nothing was written.", path=output), _("Name a new directory."))

    async def run() -> int:
        with progress_bar() as progress:
            delivery = await deliver(
                Deps(workspace=place, language=settings.language, output_limit=limit, progress=progress)
            )
        print_delivery(delivery, with_files=files)
        if output is not None:
            for file in delivery.files:
                target = output / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(file.content, encoding="utf-8")
                target.chmod(0o755 if file.executable else 0o644)
            click.echo(_("{count} files written under {path}.", count=len(delivery.files), path=output))
        return 1 if delivery.status == "blocked" else 0

    sys.exit(anyio.run(run))
