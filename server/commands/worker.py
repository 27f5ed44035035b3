"""`astreinte worker`: carry out the long calls that replicas queue in PostgreSQL."""

import asyncio

import click

from resources.catalogue import Language, _
from server.settings import SettingsError, read_settings

EVERY_QUEUE = "terraform,build,shell,check"


@click.command("worker")
@click.option("--queues", default=EVERY_QUEUE, show_default=True, help="The queues to serve, with commas between them.")
@click.option("--concurrency", type=click.IntRange(1, 64), default=2, show_default=True, help="Calls at once.")
@click.pass_obj
def command(language: Language, queues: str, concurrency: int) -> None:
    """Carry out queued calls until told to stop."""
    from server.logs import configure_logs  # noqa: PLC0415 - the parser answers --help without the SDK

    settings = read_settings(language=language)
    served = [name for name in queues.split(",") if name]
    unknown = set(served) - set(EVERY_QUEUE.split(","))
    if unknown or not served:
        raise SettingsError(
            _("There is no queue {name}.", name=", ".join(sorted(unknown)) or "-"),
            _("Queues: {names}.", names=EVERY_QUEUE),
        )
    from server.app import own_version  # noqa: PLC0415 - as above
    from server.jobs.worker import work  # noqa: PLC0415 - an extra
    from server.traces import configure_traces  # noqa: PLC0415 - as above

    configure_logs(settings.log_level, style=settings.log_format)
    configure_traces(own_version())
    click.echo(_("Serving the queues {names}.", names=", ".join(served)), err=True)
    asyncio.run(work(settings, served, concurrency))
