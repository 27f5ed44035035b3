"""The files of a plan as one artefact: put by the machine that planned, brought by the one that applies."""

import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from tools.guard.state import State
from tools.terraform.program import installation
from tools.terraform.saved_plan import PLAN, REPORT, SETTINGS, TREE, SavedPlan, elsewhere, folder_of


def publish(state: State, plan_id: str) -> None:
    """Put the plan's files where other machines find them. Blocking.

    Raises:
        ArtefactError: the store cannot be used; the plan must not count then.
    """
    if not state.artefacts.shared:
        return
    place = folder_of(state, plan_id)
    with tempfile.NamedTemporaryFile(dir=place, prefix=".package.", suffix=".tar.gz") as package:
        with tarfile.open(fileobj=package, mode="w:gz", compresslevel=3) as tar:
            for name in (PLAN, REPORT, TREE):
                tar.add(place / name, name)
        package.flush()
        state.artefacts.put(f"plans/{plan_id}", Path(package.name))


def bring(state: State, plan: SavedPlan) -> bool:
    """Have the plan's files on this machine; returns whether they came from elsewhere just now. Blocking.

    Raises:
        NotFoundError: they cannot be had here.
        ArtefactError: the store cannot be used, or gave something else.
    """
    place = folder_of(state, plan.id)
    if (place / PLAN).is_file():
        return False
    fresh = place.with_name(f"{plan.id}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    try:
        package = fresh / "package.tar.gz"
        if not state.artefacts.fetch(f"plans/{plan.id}", package):
            raise elsewhere(plan)
        with tarfile.open(package) as tar:
            # Sealed by a machine that knows the secret; links lead to states outside, which no other filter lets be.
            tar.extractall(fresh, filter="tar")
        package.unlink()
        (fresh / PLAN).chmod(0o600)
        (fresh / SETTINGS).write_text(installation(os.environ, Path.home()), encoding="utf-8")  # this machine's mirrors
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True
