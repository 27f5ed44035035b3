"""What would run code: provisioners, external data sources, actions."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.plan_json import NULL, elements, mapping, text
from tools.terraform.risk_report import PlanRisk
from tools.terraform.survey import Survey

_EXTERNAL = frozenset({"external", "shell_script", "shell"})
_HOLDERS = frozenset({"null_resource", "terraform_data"})
RUNS_A_PROGRAM = _EXTERNAL | _HOLDERS
"""Types of which somebody must say what they run."""


def check(survey: Survey) -> Iterator[PlanRisk]:
    """High where it will run in this apply, low where it only stands in the configuration."""
    for block in survey.configuration.blocks.values():
        kinds = sorted({each or "?" for each in block.provisioners})
        if kinds:
            runs = block.address in survey.acted
            yield PlanRisk(
                rule="code_execution",
                level="high" if runs else "low",
                address=survey.scrub(block.address),
                type=block.type,
                message=_("A provisioner runs commands during this apply.")
                if runs
                else _("A provisioner stands here; this apply does not make the resource anew."),
                evidence={"provisioners": ", ".join(kinds)},
            )
        if block.mode == "data" and block.type in _EXTERNAL:
            deferred = block.address in survey.reads
            yield PlanRisk(
                rule="code_execution",
                level="high" if deferred else "medium",
                address=survey.scrub(block.address),
                type=block.type,
                message=_("An external data source runs a program during this apply.")
                if deferred
                else _("An external data source runs a program at every plan; it has run for this one."),
            )
    if not survey.configuration.present:
        yield from _without_configuration(survey)
    for part in (survey.plan.action_invocations, survey.plan.deferred_action_invocations):
        for raw in elements(part):
            action = mapping(raw)
            yield PlanRisk(
                rule="code_execution",
                level="high",
                address=survey.scrub(text(action.get("address", NULL))),
                type=text(action.get("type", NULL)),
                message=_("An action is invoked during this apply: it does something no plan can show."),
            )


def _without_configuration(survey: Survey) -> Iterator[PlanRisk]:
    """Some tools strip the configuration, where provisioners and programs stand."""
    for address, kind in survey.programs:
        external = kind in _EXTERNAL
        yield PlanRisk(
            rule="code_execution",
            level="high" if external else "medium",
            address=survey.scrub(address),
            type=kind,
            message=_("An external data source runs a program during this apply.")
            if external
            else _("This plan leaves out the configuration: nobody can tell what this runs."),
        )
    if b'"external"' in bytes(survey.plan.prior_state):
        yield PlanRisk(
            rule="code_execution",
            level="medium",
            address="",
            type="external",
            message=_("An external data source runs a program at every plan; it has run for this one."),
        )
