"""Adds to .gitignore what keeps values out of git, and takes nothing away."""

from pathlib import Path

import anyio.to_thread

from resources.catalogue import _
from tools.context import Deps
from tools.delivery import Delivery, File
from tools.guard.errors import ExpectedError, NotFoundError

NEEDED = (".env", ".env.*", "!.env.example", "*.pem", "*.key", ".vault-token", "*.dec.json")
LARGEST = 16_000_000


class IgnoreFileError(ExpectedError):
    """The .gitignore that is there cannot be added to."""


async def with_gitignore(deps: Deps, path: str, delivery: Delivery) -> Delivery:
    """`delivery` with the repository's .gitignore, completed; as it is where nothing is missing.

    Raises:
        IgnoreFileError: it is not text, or too large to be one.
    """
    root = deps.place.directory(path)
    before = await anyio.to_thread.run_sync(_read, deps, root)
    text = merged(before)
    if text == before:
        return delivery
    file = File(path=".gitignore", content=text, purpose=_("Keeps files with values out of git; nothing was removed."))
    return delivery.model_copy(update={"files": [*delivery.files, file]})


def merged(before: str) -> str:
    """`before` with the lines it lacks, at its end: there they win. Pure."""
    lines = [line.strip() for line in before.splitlines()]
    missing = [each for each in NEEDED if each not in lines]
    if ".env.*" in missing and "!.env.example" not in missing:
        missing.append("!.env.example")  # only the last word counts
    if not missing:
        return before
    start = before if not before or before.endswith("\n") else before + "\n"
    return start + ("\n" if start else "") + "\n".join([f"# {_('Values of secrets stay here.')}", *missing]) + "\n"


def _read(deps: Deps, root: Path) -> str:
    name = deps.place.relative(root / ".gitignore")
    try:
        with deps.place.open(name) as stream:
            return stream.read(LARGEST).decode("utf-8")
    except NotFoundError:
        return ""
    except ValueError as error:
        raise IgnoreFileError(
            _("{path} is no text that can be added to.", path=name),
            _("Add these lines by hand: {lines}.", lines=", ".join(NEEDED)),
        ) from error
