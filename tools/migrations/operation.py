"""One operation of a migration, and what it means while two versions of the code use the same database."""

from dataclasses import dataclass
from typing import Literal

from tools.delivery import Severity

Kind = Literal[
    "create",
    "add",
    "drop_table",
    "drop_column",
    "drop_other",
    "drop_routine",
    "rename",
    "change_type",
    "not_null",
    "not_null_column",
    "blocking_index",
    "blocking_constraint",
    "delete_rows",
    "update_rows",
    "code",
]
Phase = Literal["expand", "contract", "breaking", "unknown"]
"""Before the new code; after it runs everywhere; neither, it must be split; only a person can say."""


@dataclass(frozen=True)
class Meaning:
    """What a kind of operation does to whoever still uses the old schema."""

    phase: Phase
    reversible: bool
    level: Severity


MEANING: dict[Kind, Meaning] = {
    "create": Meaning("expand", reversible=True, level="info"),
    "add": Meaning("expand", reversible=True, level="info"),
    "drop_table": Meaning("contract", reversible=False, level="high"),
    "drop_column": Meaning("contract", reversible=False, level="high"),
    "drop_other": Meaning("expand", reversible=True, level="low"),
    "drop_routine": Meaning("contract", reversible=True, level="medium"),
    "rename": Meaning("breaking", reversible=True, level="high"),
    "change_type": Meaning("breaking", reversible=False, level="high"),
    "not_null": Meaning("contract", reversible=True, level="medium"),
    "not_null_column": Meaning("breaking", reversible=True, level="high"),
    "blocking_index": Meaning("expand", reversible=True, level="medium"),
    "blocking_constraint": Meaning("expand", reversible=True, level="medium"),
    "delete_rows": Meaning("contract", reversible=False, level="high"),
    "update_rows": Meaning("unknown", reversible=False, level="medium"),
    "code": Meaning("unknown", reversible=False, level="medium"),
}


@dataclass(frozen=True)
class Operation:
    """What stands at `line`. `table` is None where the text does not say it."""

    kind: Kind
    line: int
    table: str | None = None
    subject: str = ""
    """`orders.total`, or the words of the text."""

    @property
    def meaning(self) -> Meaning:
        """What it means for the version that is running."""
        return MEANING[self.kind]


@dataclass(frozen=True)
class Migration:
    """One file as it was read."""

    path: str
    tool: str
    operations: tuple[Operation, ...]
    undone: bool | None = None
    """Whether it says how it is taken back; None where its tool knows no such thing."""


def settle(migrations: list[Migration], *, postgres: bool) -> list[Migration]:
    """`migrations` (in order) without what does no harm: a table made among them is used by nobody yet, and only
    PostgreSQL locks writers out for an index.
    """
    made: set[str] = set()
    settled: list[Migration] = []
    for migration in migrations:
        kept: list[Operation] = []
        for each in migration.operations:
            if each.kind == "create":
                made.add((each.table or "").lower())
            elif (each.table or "").lower() in made or (each.kind[:8] == "blocking" and not postgres):
                continue
            kept.append(each)
        settled.append(Migration(migration.path, migration.tool, tuple(kept), migration.undone))
    return settled
