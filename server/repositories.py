"""The repositories and checkouts that the settings name."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from resources.catalogue import _
from server.settings import Settings, SettingsError
from tools.checkouts.repository import Repository
from tools.guard.state import State

if TYPE_CHECKING:
    from tools.checkouts.checkouts import Checkouts

SWEEP_EVERY = 3600.0
DAY = 86_400
log = logging.getLogger(__name__)


def repository_of(settings: Settings, url: str, revision: str) -> Repository:
    """The repository at `url`, which the settings must let git speak to.

    Raises:
        SettingsError: it is no acceptable address or revision, or its protocol is not allowed.
    """
    try:
        found = Repository(url=url, revision=revision)
    except ValidationError as error:
        said = error.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise SettingsError(said) from None
    if found.scheme not in settings.git_protocols:
        raise SettingsError(
            _("{url}: the protocol {scheme} is not allowed.", url=url, scheme=found.scheme),
            _("Name it in ASTREINTE_GIT_PROTOCOLS."),
        )
    return found


def checkouts_of(settings: Settings, state: State) -> Checkouts:
    """The checkouts of this machine.

    Raises:
        SettingsError: the token cannot be read, or a workspace of the state would be no longer hidden.
    """
    from tools.checkouts.checkouts import Checkouts  # noqa: PLC0415 - only where a repository is named
    from tools.checkouts.mirror import Limits  # noqa: PLC0415

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    directory = (settings.checkouts or cache / "astreinte/checkouts").expanduser().absolute()
    if directory.is_relative_to(state.directory):  # commands in a sandbox must not see the state
        raise SettingsError(
            _("Checkouts cannot lie in the state directory {path}.", path=state.directory),
            _("Name another place in ASTREINTE_CHECKOUTS."),
        )
    token = None
    if settings.git_token_file is not None:
        try:
            token = settings.git_token_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            path = settings.git_token_file
            raise SettingsError(_("{path} cannot be read: {reason}.", path=path, reason=error.strerror)) from error
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)
    return Checkouts(directory.resolve(), state, Limits(bytes=settings.checkout_limit), token)


async def sweep_checkouts(checkouts: Checkouts, settings: Settings) -> None:
    """Clear old checkouts away, now and every hour."""
    while True:
        for name in await checkouts.sweep(settings.checkout_days * DAY, settings.checkouts_limit):
            log.info("removed the checkout %s, which nobody had used", name)
        await asyncio.sleep(SWEEP_EVERY)
