"""Looks after an apply whether the cloud is as the state says."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from resources.catalogue import _
from tools.context import Deps
from tools.terraform.plan_steps import LOCK_SECONDS
from tools.terraform.program import Program, call


async def cloud_differs(
    deps: Deps, program: Program, folder: Path, given: dict[str, str], lock: int, var_files: Sequence[str]
) -> bool | None:
    """Whether a refresh finds anything else than the state; None when that cannot be known."""
    await deps.progress(1, None, _("verifying"))
    arguments = ["plan", "-refresh-only", "-input=false", "-json", f"-lock-timeout={LOCK_SECONDS}s"]
    arguments += [f"-var-file={each}" for each in var_files]
    done = await call(program, arguments, cwd=folder, env=given, lock=lock)
    return differs(done.stdout) if done.returncode == 0 else None


def differs(output: str) -> bool:
    """Whether a refresh-only plan tells of anything that is not as the state says; pure.

    `-detailed-exitcode` is no help: of a resource with two sensitive attributes it says 2 every other time.
    """
    for line in output.splitlines():
        if not line.startswith("{"):
            continue
        with suppress(ValueError):
            told = json.loads(line)
            if told.get("type") == "resource_drift":
                return True
            outputs = told.get("outputs", {}) if told.get("type") == "outputs" else {}
            if any(each.get("action", "noop") != "noop" for each in outputs.values()):
                return True
    return False
