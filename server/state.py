"""The state directory and database that these settings name."""

from server.settings import Settings
from tools.guard.state import State, default_directory


def state_of(settings: Settings) -> State:
    """The state of the server.

    Raises:
        StateError: it is unusable.
    """
    url = settings.database_url.get_secret_value() if settings.database_url else None
    return State.at(settings.state or default_directory(), url, settings.secret_file, settings.artefacts)
