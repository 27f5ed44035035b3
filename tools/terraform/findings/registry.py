"""Every finding of the inspection. To add one: a module with `check` in this folder, and a line here."""

from collections.abc import Callable, Iterable

from tools.terraform.findings import (
    code_execution,
    hard_coded_secret,
    public_exposure,
    state_storage,
    unpinned,
    unprotected_data,
)
from tools.terraform.inspect_report import InspectFinding
from tools.terraform.module_folder import ModuleFolder

FINDINGS: dict[str, Callable[[ModuleFolder], Iterable[InspectFinding]]] = {
    "state_storage": state_storage.check,
    "unpinned": unpinned.check,
    "hard_coded_secret": hard_coded_secret.check,
    "unprotected_data": unprotected_data.check,
    "public_exposure": public_exposure.check,
    "code_execution": code_execution.check,
}
