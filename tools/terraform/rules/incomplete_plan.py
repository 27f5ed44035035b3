"""A plan that does not say everything: it failed, was cut short, put changes off, or its own checks fail."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.plan_json import NULL, elements, is_null, mapping, text, value
from tools.terraform.risk_report import PlanRisk, Unknown
from tools.terraform.survey import Survey

_KNOWN_MAJORS = {"0", "1"}


def check(survey: Survey) -> Iterator[PlanRisk]:
    """A failed plan is high; what is missing is also listed as unknown."""
    plan = survey.plan
    if value(plan.errored) not in (None, False):
        yield _risk("high", _("Planning failed half-way: this plan does not say everything and cannot be applied."))
        _note(survey, _("The plan is marked as failed."))
    if value(plan.complete) not in (None, True):
        yield _risk("medium", _("This plan is not complete: another plan will be needed after the apply."))
        _note(survey, _("The plan is marked as incomplete."))
    yield from _unlisted(survey)
    version = text(plan.format_version)
    if version.partition(".")[0] not in _KNOWN_MAJORS:
        yield _risk("medium", _("This plan has a format that is not known here; it may say more than was read."))
        _note(survey, _("The format version is not known: {version}.", version=survey.scrub(version)[:40] or "?"))
    put_off = elements(plan.deferred_changes)
    if put_off:
        yield _risk("medium", _("Some changes are put off to a later plan, and cannot be judged now."))
    for raw in put_off:
        change = mapping(mapping(raw).get("resource_change", NULL))
        survey.unknown.append(
            Unknown(
                address=survey.scrub(text(change.get("address", NULL))) or "?",
                type=text(change.get("type", NULL)),
                what="entry",
                reason=_("The change is put off to a later plan."),
            )
        )
    yield from _checks(survey)


def _unlisted(survey: Survey) -> Iterator[PlanRisk]:
    """What is planned, and stands nowhere in the list of changes."""
    changes = bytes(memoryview(survey.plan.resource_changes)[:1])  # the whole would be copied
    if changes != b"[" and not is_null(survey.plan.resource_changes):
        yield _risk("medium", _("The list of changes is no list, and was not read."))
        _note(survey, _("The list of changes is no list, and was not read."))
    elif changes != b"[" and b'"resources"' in bytes(survey.plan.planned_values):
        yield _risk("medium", _("This plan says what there will be, and not what changes: it cannot be judged."))
        _note(survey, _("The list of changes is missing."))


def _checks(survey: Survey) -> Iterator[PlanRisk]:
    for raw in elements(survey.plan.checks):
        each = mapping(raw)
        status = text(each.get("status", NULL))
        address = text(mapping(each.get("address", NULL)).get("to_display", NULL))
        if status in {"fail", "error"}:
            yield PlanRisk(
                rule="check_failed",
                level="medium",
                address=survey.scrub(address),
                type="",
                message=_("A check of the configuration itself fails."),
                evidence={"status": status},
            )


def _risk(level: Severity, message: str) -> PlanRisk:
    return PlanRisk(rule="incomplete_plan", level=level, address="", type="", message=message)


def _note(survey: Survey, reason: str) -> None:
    survey.unknown.append(Unknown(address="", what="plan", reason=reason))
