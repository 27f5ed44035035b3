"""`astreinte audit`: the standards on a repository, for people and for CI."""

import sys
from pathlib import Path

import click

from resources.catalogue import Language
from server.settings import read_settings

FORMATS = ("text", "json", "sarif", "junit")
MARKS = {"pass": "✓", "fail": "✗", "unknown": "?"}


@click.command("audit")
@click.argument("repository", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path())
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["fail", "unknown", "never"]),
    default="fail",
    show_default=True,
    help="What makes the exit status 1.",
)
@click.pass_obj
def command(language: Language, repository: Path, form: str, fail_on: str) -> None:
    """Hold REPOSITORY against the standards. Exit status 1 when one fails (see --fail-on)."""
    import anyio  # noqa: PLC0415 - usage errors answer without the SDK

    from server.app import own_version  # noqa: PLC0415
    from server.gatehouse import build_gate  # noqa: PLC0415
    from server.progress_bar import progress_bar  # noqa: PLC0415
    from tools.context import Deps  # noqa: PLC0415
    from tools.guard.workspace import Workspace  # noqa: PLC0415
    from tools.standards.audit_standards import audit_standards  # noqa: PLC0415
    from tools.standards.reports import junit, sarif  # noqa: PLC0415

    settings = read_settings(workspace=repository, language=language)
    workspace, gate = Workspace.at(repository), build_gate(settings)
    with progress_bar() as progress:
        audit = anyio.run(
            audit_standards, Deps(workspace=workspace, language=settings.language, gate=gate, progress=progress)
        )
    if form == "json":
        click.echo(audit.model_dump_json(indent=2))
    elif form == "sarif":
        click.echo(sarif(audit.standings, own_version()), nl=False)
    elif form == "junit":
        click.echo(junit(audit.standings), nl=False)
    else:
        click.echo(audit.summary)
        for each in audit.standings:
            click.echo(f"{MARKS[each.result]} {each.standard}")
            for place in each.evidence if each.result == "fail" else []:
                click.echo(f"    {place.path}{f':{place.line}' if place.line else ''}: {place.says}")
            if each.fix:
                click.echo(f"    → {each.fix}")
        for service in audit.readiness:
            click.echo(f"{service.service}: {service.verdict}")
            for name, aspect in service.aspects.items():
                click.echo(f"    {MARKS[aspect.result]} {name}{f': {aspect.says}' if aspect.says else ''}")
    bad = {"fail": {"fail"}, "unknown": {"fail", "unknown"}, "never": set[str]()}[fail_on]
    sys.exit(1 if any(each.result in bad for each in audit.standings) else 0)
