"""Finds the applies that a killed server left under way, and settles what can be known of them."""

import fcntl
import os

from tools.guard.server_process import alive
from tools.guard.state import State
from tools.terraform.apply_run import outcome_of
from tools.terraform.saved_plan import LOG, SavedPlan, all_plans, folder_of, record


def interrupted_applies(state: State) -> list[tuple[SavedPlan, bool]]:
    """Each plan that was being applied by a server that is dead, and whether terraform itself still runs. Blocking.

    What has ended is recorded: `applied` when its own log says so, else `indeterminate`. It is never applied again.
    """
    found: list[tuple[SavedPlan, bool]] = []
    for plan in all_plans(state):
        if plan.progress != "applying" or (plan.process is not None and alive(plan.process)):
            continue
        running = _held(state, plan.key)
        found.append((plan if running else _settled(state, plan), running))
    return found


def unsettled(state: State, key: str) -> SavedPlan | None:
    """The apply of a configuration that nobody saw end, as long as nothing was applied there since. Blocking.

    The caller holds the lock of `key`, so that what still says it is being applied is not.
    """
    done = [each for each in all_plans(state) if each.key == key and each.progress != "waiting"]
    settled = [_settled(state, each) if each.progress == "applying" else each for each in done]
    return settled[0] if settled and settled[0].progress == "indeterminate" else None


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
