"""Which repository a caller works on: an address that git may be given, and a revision that cannot be an option."""

import hashlib
import re
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import model_validator

from resources.catalogue import _
from tools.guard.errors import ExpectedError
from tools.model import Model

Scheme = Literal["https", "ssh", "file"]
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PATH = re.compile(r"/(?!-)[A-Za-z0-9_.~+@ -]+(?:/(?!-)[A-Za-z0-9_.~+@ -]+)*/?")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REVISION = re.compile(r"(?!.*(?:\.\.|//|/\.|\.lock(?:/|$)|[./]$))[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}")


class RepositoryError(ExpectedError):
    """The address or the revision is not one that git is given here."""


class Repository(Model):
    """`revision` is a branch, a tag or a whole commit; `HEAD` is the branch that the repository itself prefers."""

    url: str
    revision: str = "HEAD"
    commit: str | None = None
    """The commit that another machine found for the revision, so that both see the same."""

    @model_validator(mode="after")
    def _acceptable(self) -> Self:
        split(self.url)
        for each in (self.revision, self.commit or "HEAD"):
            if not is_revision(each):
                raise ValueError(_("{name} is no branch, tag or commit.", name=each[:100]))
        return self

    @property
    def key(self) -> str:
        """Names its mirror."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:24]

    @property
    def name(self) -> str:
        """What people call it: the last part of its address."""
        return split(self.url)[2].rstrip("/").rpartition("/")[2].removesuffix(".git") or "repository"

    @property
    def scheme(self) -> str:
        """The one protocol that git may speak for it."""
        return split(self.url)[0]


def split(url: str) -> tuple[str, str, str]:
    """Scheme, host and path of an address; pure. `ext::`, options, passwords and helpers of git are none.

    Raises:
        ValueError: git is never given such an address.
    """
    try:
        found = urlsplit(url)
        port_ok = found.port is None or found.port > 0
    except ValueError:
        raise _unacceptable(url) from None
    host, user = found.hostname or "", found.username
    plain = not (found.query or found.fragment or found.password) and url.isascii() and url.isprintable()
    named = bool(_PATH.fullmatch(found.path)) and not {"..", "."} & set(found.path.split("/"))
    remote = bool(_HOST.fullmatch(host)) and (user is None or bool(_USER.fullmatch(user))) and port_ok
    local = not found.netloc
    if plain and named and (local if found.scheme == "file" else found.scheme in {"https", "ssh"} and remote):
        return found.scheme, host, found.path
    raise _unacceptable(url)


def is_revision(text: str) -> bool:
    """Whether `text` is a plain name of a branch, a tag or a commit; pure."""
    return bool(_REVISION.fullmatch(text))


def is_commit(text: str) -> bool:
    """Whether `text` is a whole commit's name, which never means another; pure."""
    return bool(_COMMIT.fullmatch(text))


def _unacceptable(url: str) -> ValueError:
    shown = re.sub(r"//[^/@]*@", "//…@", url)[:200]  # a password in it must reach no log
    return ValueError(
        _("{url} is no address of a repository: https://host/path, ssh://user@host/path or file:///path.", url=shown)
    )
