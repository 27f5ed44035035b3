"""What a runbook is made of."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["deploy", "rollback", "incident", "restore_backup", "rotate_secrets", "scale", "certificate_renewal",
               "region_failover"]  # fmt: skip
KINDS: tuple[Kind, ...] = ("deploy", "rollback", "incident", "restore_backup", "rotate_secrets", "scale",
                           "certificate_renewal", "region_failover")  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One thing to do. `run` is a command a person pastes; without one it is done by hand."""

    does: str
    run: str | None = None


@dataclass(frozen=True)
class Procedure:
    """A whole runbook."""

    kind: Kind
    title: str
    when: str
    steps: tuple[Step, ...]
    worked: tuple[Step, ...]
    """How to know that it worked."""
    otherwise: str
    """What to do when it did not."""
