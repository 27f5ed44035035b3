"""`.secrets.baseline.yaml`: finds that a person has looked at and called harmless, each with a reason."""

from collections.abc import Sequence

from pydantic import Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from resources.catalogue import _
from tools.guard.errors import ExpectedError
from tools.model import Model
from tools.secrets.leak import Leak

FILE_NAME = ".secrets.baseline.yaml"


class BaselineError(ExpectedError):
    """The baseline cannot be understood; without it nothing is held back."""


class Accepted(Model):
    """One find that is none."""

    fingerprint: str = Field(pattern=r"^fp[0-9a-f]{24}$")
    path: str
    reason: str = Field(min_length=5)


class Baseline(Model):
    """The whole file."""

    accepted: list[Accepted] = []


def read_baseline(text: str) -> Baseline:
    """The baseline in `text`.

    Raises:
        BaselineError: it is not YAML, or an entry lacks its reason.
    """
    try:
        return Baseline.model_validate(YAML(typ="safe", pure=True).load(text) or {})
    except (YAMLError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise BaselineError(
            _("{path} is not acceptable: {reason}.", path=FILE_NAME, reason=reason),
            _("Each entry has fingerprint, path and a reason."),
        ) from error


def held_against(leaks: Sequence[Leak], baseline: Baseline) -> tuple[list[Leak], list[Accepted]]:
    """The leaks that nobody accepted, and the entries that nothing matches any more."""
    accepted = {(each.fingerprint, each.path) for each in baseline.accepted}
    left = [leak for leak in leaks if (leak.fingerprint, leak.path) not in accepted]
    seen = {(leak.fingerprint, leak.path) for leak in leaks}
    stale = [each for each in baseline.accepted if (each.fingerprint, each.path) not in seen]
    return left, stale
