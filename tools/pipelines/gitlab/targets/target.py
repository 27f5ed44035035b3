"""What a target says about deploying: where the job runs, how it signs in, what it does and undoes."""

from dataclasses import dataclass, field
from typing import Protocol

from tools.pipelines.gitlab.clouds import SignIn
from tools.pipelines.gitlab.image import client
from tools.pipelines.gitlab.job import Image, Script
from tools.pipelines.targets.place import Place

# After a failure or a cancellation, and only if the version that ran before is known.
BROKEN = 'if [ "${CI_JOB_STATUS}" != success ] && [ -s previous ]; then\n'


@dataclass(frozen=True)
class Deploy:
    """One way into service. Its scripts are plain sh: Alpine has no other shell."""

    script: Script
    undo: str = ""
    """Lines that put back what the file `previous` names; they run after a failure or a cancellation."""
    image: Image = field(default_factory=client)
    sign_in: SignIn = field(default_factory=SignIn)
    packages: tuple[str, ...] = ()
    """Of Alpine; only for the default image."""
    variables: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    fetches: bool = False
    """Whether files of the repository are needed."""


class Target(Protocol):
    """Where containers run; a module satisfies it."""

    def deploy(self, place: Place, *, migrates: bool) -> Deploy:
        """Put `${IMAGE}` into service in this place."""
        ...
