"""Finds the applies that a killed server left under way, and settles what can be known of them."""

import fcntl
import os

from tools.guard.postgres_store import PostgresStore
from tools.guard.server_process import alive, here
from tools.guard.state import State
from tools.terraform.apply_run import outcome_of
from tools.terraform.saved_plan import LOG, SavedPlan, all_plans, folder_of, record


def interrupted_applies(state: State) -> list[tuple[SavedPlan, bool]]:
    """Each plan that was being applied by a server that is dead, and whether terraform itself still runs. Blocking.

    What has ended is recorded: `applied` when its own log says so, else `indeterminate`. It is never applied again.
    """
    found: list[tuple[SavedPlan, bool]] = []
    for plan in all_plans(state):
        if plan.progress == "indeterminate" and outcome_of(folder_of(state, plan.id) / LOG, None) == "applied":
            found.append((_settled(state, plan), False))  # another machine gave it up; the log of this one knows better
        if plan.progress != "applying" or _lives(state, plan):
            continue
        if not here(plan.process or ""):  # nobody on this machine can see how far it came
            found.append((_settled(state, plan), False))
            continue
        running = _held(state, plan.key)
        found.append((plan if running else _settled(state, plan), running))
    return found


def unsettled(state: State, key: str) -> SavedPlan | None:
    """The apply of a configuration that nobody saw end, as long as nothing was applied there since. Blocking.

    The caller holds the lock of `key` on this machine, so that what still says it is being applied here is not.
    """
    done = [
        each
        for each in all_plans(state)
        if each.key == key and each.progress != "waiting" and (here(each.process or "") or not _lives(state, each))
    ]
    settled = [_settled(state, each) if each.progress == "applying" else each for each in done]
    return settled[0] if settled and settled[0].progress == "indeterminate" else None


def _lives(state: State, plan: SavedPlan) -> bool:
    """Whether the server that applies it lives; one of another machine is known by its signs of life."""
    if plan.process is None:
        return False
    if here(plan.process) or not isinstance(state.store, PostgresStore):
        return alive(plan.process)
    return state.store.beats(plan.instance)


def _settled(state: State, plan: SavedPlan) -> SavedPlan:
    outcome = outcome_of(folder_of(state, plan.id) / LOG, None)
    known = plan.model_copy(update={"progress": outcome, "process": None})
    record(state, known)
    return known


def _held(state: State, key: str) -> bool:
    path = state.directory / "terraform" / "locks" / key
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
