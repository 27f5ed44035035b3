"""What a person must hear of the migrations before a deployment: risks with their places, the order, the decision."""

from collections.abc import Sequence

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import RECIPIENTS, Delivery, Escalation, Risk
from tools.migrations.operation import MEANING, Kind, Migration, Operation, settle
from tools.project import Component

SHOWN = 6
# Databases in which an index locks nobody out by itself, or nobody else writes.
OTHERS = {"mysql", "mariadb", "sqlserver", "sqlite", "mongodb"}
Place = tuple[Migration, Operation]


def advise(brief: Brief, migrations: Sequence[Migration], *, known: bool) -> Delivery:
    """The part of a delivery that speaks of `migrations`, in order; empty where they only add."""
    judged = [each for component, mine in _by_component(brief, migrations) for each in _settled(component, mine)]
    places = [(migration, each) for migration in judged for each in migration.operations]
    found = {kind: [each for each in places if each[1].kind == kind] for kind in MEANING}
    risks = [_risk(kind, mine) for kind, mine in found.items() if mine and MEANING[kind].level != "info"]
    risks += _no_way_back(judged)
    hard = [each for each in places if each[1].meaning.level == "high"]
    order = _order(places, known=known)
    if order is not None:
        risks.insert(0, order)
    return Delivery(risks=risks, escalations=[_escalation(hard, places)] if hard else [])


def _by_component(brief: Brief, migrations: Sequence[Migration]) -> list[tuple[Component | None, list[Migration]]]:
    mine: dict[str, list[Migration]] = {}
    components = {each.path: each for each in brief.context.components}
    for migration in migrations:
        around = [path for path in components if path == "." or migration.path.startswith(f"{path}/")]
        mine.setdefault(max(around, key=len, default=""), []).append(migration)
    return [(components.get(path), found) for path, found in mine.items()]


def _settled(component: Component | None, migrations: list[Migration]) -> list[Migration]:
    needs = set(component.needs) if component else set()
    return settle(migrations, postgres="postgres" in needs or not needs & OTHERS)


def _places(found: Sequence[Place]) -> str:
    shown = [_place(each) for each in found[:SHOWN]]
    more = len(found) - len(shown)
    return ", ".join(shown) + (_(" and {more} more", more=more) if more else "")


def _place(found: Place) -> str:
    migration, operation = found
    subject = ".".join(each for each in (operation.table, operation.subject) if each)
    return f"{migration.path}:{operation.line}" + (f" ({subject})" if subject else "")


def _risk(kind: Kind, found: Sequence[Place]) -> Risk:
    message, mitigation = _words(kind)
    lost = kind in {"drop_table", "drop_column", "delete_rows", "update_rows", "change_type"}
    return Risk(
        kind="data_loss" if lost else "compatibility" if kind == "code" else "downtime",
        level=MEANING[kind].level,
        message=f"{message} {_places(found)}.",
        mitigation=mitigation,
    )


def _words(kind: Kind) -> tuple[str, str]:
    """What a kind does, and what to do instead."""
    words: dict[Kind, tuple[str, str]] = {
        "drop_table": (
            _("A table is dropped: its rows are gone, and the version that runs still asks for it:"),
            _("Contract: stop using it, deploy that everywhere, rename or back it up, and drop it in a later release."),
        ),
        "drop_column": (
            _("A column is dropped: its values are gone, and the version that runs still reads or writes it:"),
            _("Contract: stop using it, deploy that everywhere, and drop it in a later release, after a backup."),
        ),
        "drop_other": (
            _("An index, a trigger or a constraint is dropped:"),
            _("Make sure that nothing relies on it any more: queries slow down, and rules no longer hold."),
        ),
        "drop_routine": (
            _("A view, a function or a type is dropped, and the version that runs may still use it:"),
            _("Contract: drop it in a later release, once nothing calls it any more."),
        ),
        "rename": (
            _("A rename breaks whichever version uses the other name:"),
            _("Expand: add the new name, write both, copy, read the new one; drop the old one in a later release."),
        ),
        "change_type": (
            _("A column changes its type: the table may be rewritten under a lock, and values may be cut:"),
            _("Expand: add a column of the new type, write both, copy in batches, switch; drop the old one later."),
        ),
        "not_null": (
            _("A column becomes required: the table is read under a lock, and the version before may write none:"),
            _("Contract: write it everywhere first; then CHECK (… IS NOT NULL) NOT VALID, VALIDATE, SET NOT NULL."),
        ),
        "not_null_column": (
            _("A required column without a default in the database: existing rows and the version before lack it:"),
            _("Expand: add it nullable or with a default in the database, fill it in batches, require it later."),
        ),
        "blocking_index": (
            _("An index is made while nobody may write to its table:"),
            _("CREATE INDEX CONCURRENTLY, outside a transaction (a unique constraint then takes it USING INDEX)."),
        ),
        "blocking_constraint": (
            _("A constraint checks every row while nobody may write:"),
            _("Add it NOT VALID, and VALIDATE CONSTRAINT in a migration of its own."),
        ),
        "delete_rows": (
            _("Rows are deleted, and no rollback brings them back:"),
            _("Back up what is deleted, do it in batches, in a release after the one that no longer needs it."),
        ),
        "update_rows": (
            _("Rows are rewritten: the values before are gone, and a large table is locked for long:"),
            _("Write to a new column, in batches, outside the migration; keep the old values until it is proved."),
        ),
        "code": (
            _("What this does cannot be told from its text; a person must read it:"),
            _("Look at the SQL it makes, time it on a copy of production, and write what takes it back."),
        ),
    }
    return words[kind]


def _no_way_back(judged: Sequence[Migration]) -> list[Risk]:
    silent = [each for each in judged if each.undone is False and each.operations]
    if not silent:
        return []
    names = ", ".join(each.path for each in silent[:SHOWN])
    more = len(silent) - SHOWN
    return [
        Risk(
            kind="downtime",
            level="low",
            message=_("These migrations do not say how they are taken back: {names}.", names=names)
            + (_(" and {more} more", more=more) if more > 0 else ""),
            mitigation=_("Write and try the way back, or write down that the only way is forward or a backup."),
        )
    ]


def _order(places: Sequence[Place], *, known: bool) -> Risk | None:
    """In which release each file belongs, where they do not all belong in this one."""
    phases: dict[str, set[str]] = {}
    for migration, operation in places:
        phases.setdefault(migration.path, set()).add(operation.meaning.phase)
    late = [path for path, found in phases.items() if found & {"contract"} and not found & {"breaking"}]
    split = [path for path, found in phases.items() if "breaking" in found or {"contract", "expand"} <= found]
    now = [path for path in phases if path not in late and path not in split]
    late = [path for path in late if path not in split]
    if not late and not split:
        return None
    steps = []
    if now:
        steps.append(_("with this release, before the code: {paths}", paths=", ".join(now[:SHOWN])))
    if split:
        steps.append(_("to be split in two: {paths}", paths=", ".join(split[:SHOWN])))
    if late:
        steps.append(_("in a later release, once this one runs everywhere: {paths}", paths=", ".join(late[:SHOWN])))
    whose = _("new migrations") if known else _("newest migrations (git does not say which are new)")
    return Risk(
        kind="downtime",
        level="high",
        message=_(
            "Migrations run before the new version serves, so the one that runs meets the {whose} first. Their order: "
            "{steps}.",
            whose=whose,
            steps="; ".join(steps),
        ),
        mitigation=_("Expand, deploy, contract: one release adds, the next one uses, a later one removes."),
    )


def _escalation(hard: Sequence[Place], places: Sequence[Place]) -> Escalation:
    lost = [each for each in hard if not each[1].meaning.reversible]
    reason = (
        _("Migrations that cannot be taken back: {places}.", places=_places(lost))
        if lost
        else _("Migrations that break the version that runs: {places}.", places=_places(hard))
    )
    return Escalation(
        situation="production_downtime",
        to=RECIPIENTS["production_downtime"],
        reason=reason,
        done_so_far=_(
            "{count} operations were read; {hard} of them cannot be undone or break the version before.",
            count=len(places),
            hard=len(hard),
        ),
        obstacle=_("Whether the data may go, and when, is not in the repository."),
        options=[
            _("Two releases: this one without them, the next with them, once nothing uses what goes (recommended)."),
            _("A maintenance window, with a backup that has been restored for a trial."),
        ],
        files=list(dict.fromkeys(migration.path for migration, _operation in hard)),
    )
