"""What a disk or a database says about the state, as an error that people understand."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resources.catalogue import _
from tools.guard.errors import ExpectedError


class StateError(ExpectedError):
    """The state is unusable, or others could read or change it. Without it nothing is done."""


@contextmanager
def usable(directory: Path) -> Iterator[None]:
    """Turn what goes wrong in `directory` into a StateError."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        if isinstance(error, sqlite3.IntegrityError):  # the journal's own refusal to be changed
            raise
        reason = error.strerror if isinstance(error, OSError) else error
        raise StateError(
            _("The state directory {path} cannot be used: {reason}.", path=directory, reason=reason),
            _("Make room or repair it: nothing is done that cannot be remembered."),
        ) from error
