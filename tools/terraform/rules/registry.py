"""Every rule of the risk report. To add one: a module with `check` in this folder, and a line here."""

from collections.abc import Callable, Iterable

from tools.terraform.plan_change import Change
from tools.terraform.risk_report import PlanRisk
from tools.terraform.rules import (
    address_lost,
    capacity,
    clear_settings,
    code_execution,
    dns_certificate,
    drift,
    iam_widened,
    incomplete_plan,
    network_topology,
    ownership,
    protection_off,
    public_exposure,
    resource_lost,
    restart,
    safeguard_off,
    secret_in_clear,
    settings_changed,
    stateful_lost,
    unreviewed_type,
    weak_start,
)
from tools.terraform.survey import Survey

# Judge one instance of `resource_changes`.
OF_A_CHANGE: dict[str, Callable[[Change], Iterable[PlanRisk]]] = {
    "stateful_lost": stateful_lost.check,
    "resource_lost": resource_lost.check,
    "public_exposure": public_exposure.check,
    "iam_widened": iam_widened.check,
    "safeguard_off": safeguard_off.check,
    "protection_off": protection_off.check,
    "secret_in_clear": secret_in_clear.check,
    "dns_certificate": dns_certificate.check,
    "network_topology": network_topology.check,
    "capacity": capacity.check,
    "restart": restart.check,
    "weak_start": weak_start.check,
    "unreviewed_type": unreviewed_type.check,
    "ownership": ownership.check,
}
# Judge one instance of `resource_changes` of which no other rule had anything to say.
OF_A_SILENT_CHANGE: dict[str, Callable[[Change], Iterable[PlanRisk]]] = {"settings_changed": settings_changed.check}
# Judge one instance of `resource_drift`.
OF_A_DRIFT: dict[str, Callable[[Change], Iterable[PlanRisk]]] = {"drift": drift.check}
# Judge the plan as a whole, after every instance has been seen. (`unknown_value` needs both and is called by `assess`.)
OF_THE_PLAN: dict[str, Callable[[Survey], Iterable[PlanRisk]]] = {
    "address_lost": address_lost.check,
    "code_execution": code_execution.check,
    "incomplete_plan": incomplete_plan.check,
    "clear_settings": clear_settings.check,
}
