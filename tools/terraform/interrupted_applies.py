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
        if not running:
            outcome = outcome_of(folder_of(state, plan.id) / LOG, None)
            plan = plan.model_copy(update={"progress": outcome, "process": None})  # noqa: PLW2901 - the settled one
            record(state, plan)
        found.append((plan, running))
    return found


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
