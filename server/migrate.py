"""Brings the shared database to this version's tables, and says how far it is."""

from pathlib import Path
from typing import Any

from resources.catalogue import _
from server.settings import Settings, SettingsError

MIGRATIONS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 7_230_164  # two migrations at once wait for each other


def migrate(settings: Settings, *, only_check: bool = False) -> tuple[str | None, str]:
    """The step the database was at, and the step this version needs; it is there afterwards unless `only_check`.

    Raises:
        SettingsError: no database is set, it cannot be reached, or a step failed (nothing of it stays).
    """
    from alembic import command  # noqa: PLC0415 - an extra, and only here
    from alembic.config import Config  # noqa: PLC0415
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415
    from sqlalchemy import create_engine, text  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    if settings.database_url is None:
        raise SettingsError(_("There is no database to migrate."), _("Set ASTREINTE_DATABASE_URL."))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    needed = ScriptDirectory.from_config(config).get_current_head() or ""
    address = settings.database_url.get_secret_value()
    try:
        engine = create_engine("postgresql+psycopg://", creator=lambda: _connect(address))
        with engine.connect() as connection:
            if not only_check:
                connection.execute(text(f"SELECT pg_advisory_lock({ONE_AT_A_TIME})"))
            found = MigrationContext.configure(connection).get_current_revision()
            connection.commit()
            if found != needed and not only_check:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                connection.commit()
        engine.dispose()
    except SQLAlchemyError as error:
        raise SettingsError(
            _("The database cannot be migrated: {reason}.", reason=str(getattr(error, "orig", error)).splitlines()[0])
        ) from None
    return found, needed


def _connect(address: str) -> Any:  # noqa: ANN401 - the driver's connection
    import psycopg  # noqa: PLC0415 - an extra

    return psycopg.connect(address, connect_timeout=5)
