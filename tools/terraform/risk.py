"""Judges a Terraform plan: a pure function from the plan's JSON to a risk report."""

from typing import BinaryIO

from resources.catalogue import _
from tools.delivery import RECIPIENTS, Escalation, Situation
from tools.terraform.blast import Reach
from tools.terraform.cost import Estimate
from tools.terraform.plan_change import Change, is_no_op, leaves
from tools.terraform.plan_configuration import Configuration, without_keys
from tools.terraform.plan_json import Plan, entries, is_null, read_plan, text
from tools.terraform.plan_scrub import Scrub
from tools.terraform.plan_secrets import secrets_of
from tools.terraform.risk_report import LEVELS, Cost, PlanRisk, RiskReport, Summary, Unknown, Verdict
from tools.terraform.rules import unknown_value
from tools.terraform.rules.code_execution import RUNS_A_PROGRAM
from tools.terraform.rules.registry import OF_A_CHANGE, OF_A_DRIFT, OF_A_SILENT_CHANGE, OF_THE_PLAN
from tools.terraform.survey import Survey, Touched

BUDGET = 100.0
"""Estimated increase, in USD a month, from which a person decides."""
_SITUATIONS: dict[Situation, tuple[str, ...]] = {
    "secrets_or_network": ("secret_in_clear", "public_exposure", "iam_widened", "network_topology", "dns_change",
                           "certificate_change", "code_execution", "weak_start"),
    "production_downtime": ("stateful_destroy", "stateful_replace", "replace_downtime", "address_lost", "destroy"),
}  # fmt: skip


def assess(stream: BinaryIO | bytes, *, budget: float = BUDGET) -> RiskReport:
    """The risk report of a plan (`terraform show -json FILE` or `tofu show -json FILE`).

    `budget` is the estimated monthly increase in USD from which the cost is escalated. Nothing sensitive gets into
    the report: only named attributes are shown, masks are applied, and every secret of the plan is scrubbed.

    Raises:
        PlanJsonError: `stream` is not the JSON of a plan.
    """
    plan = read_plan(stream)
    scrub = Scrub(secrets_of(plan))
    survey = Survey(plan, Configuration.of(plan.configuration), scrub)
    reach, estimate = Reach(), Estimate()
    risks: list[PlanRisk] = []
    _judge_changes(survey, reach, estimate, risks)
    for entry in entries(plan.resource_drift):
        if entry is not None:
            drifted = Change(entry, scrub, survey.tally)
            risks += (risk for rule in OF_A_DRIFT.values() for risk in rule(drifted))
    risks += (risk for whole in OF_THE_PLAN.values() for risk in whole(survey))
    risks = survey.tally.settled(risks)
    unknown = survey.tally.settled_unknown(survey.unknown)
    risks.sort(key=lambda risk: -LEVELS.index(risk.level))  # stable: the order of the plan within a level
    summary = reach.summary()
    cost = estimate.cost()
    return RiskReport(
        summary=summary,
        verdict=verdict(summary, risks, unknown),
        risks=risks,
        blast_radius=reach.radius(survey.configuration, scrub),
        unknown=unknown,
        cost=cost,
        escalations=_escalations(risks, cost, budget),
        format_version=scrub(text(plan.format_version)),
        terraform_version=scrub(text(plan.terraform_version)),
    )


def verdict(summary: Summary, risks: list[PlanRisk], unknown: list[Unknown]) -> Verdict:
    """The one word for the plan.

    - `dangerous`: any risk is critical or high. Among them always: stateful data destroyed or replaced (critical
      without protection or copy, high with one), a gap in a service, a door opened to everybody, administrators'
      rights given, a safeguard or deletion protection switched off, a secret in clear, code that will run.
    - `review`: any risk is medium or low, anything is destroyed, replaced, imported or forgotten, or anything is
      unknown: a value, a type nobody has reviewed, an action, an entry that cannot be read, an incomplete plan.
    - `safe`: only no-ops, reads, creates and updates of reviewed types, without any risk above info. An update is that
      only where every setting that changes is known to be harmless (see decision 0013).
    """
    levels = {risk.level for risk in risks}
    if levels & {"critical", "high"}:
        return "dangerous"
    touched = summary.destroy + summary.replace + summary.forget + summary.import_
    if levels & {"medium", "low"} or touched or unknown:
        return "review"
    return "safe"


def _judge_changes(survey: Survey, reach: Reach, estimate: Estimate, risks: list[PlanRisk]) -> None:
    """Every instance once; nothing of it is kept but risks and counts."""
    for entry in entries(survey.plan.resource_changes):
        if entry is None:
            survey.unknown.append(Unknown(address="?", what="entry", reason=_("An entry of the plan cannot be read.")))
            continue
        if is_no_op(entry):
            reach.unchanged(managed=(entry.mode or "managed") == "managed")
            continue
        change = Change(entry, survey.scrub, survey.tally)
        imported = not is_null(change.body.importing)
        reach.count(change, imported=imported)
        if not change.understood:
            _not_understood(survey, change)
        if change.kind == "no_op" and not imported and not entry.previous_address:
            continue
        if not change.has_values:
            _no_values(survey, change)
        _remember(survey, change)
        estimate.add(change)
        found_here = [risk for rule in OF_A_CHANGE.values() for risk in rule(change)]
        risks += found_here
        if all(risk.level == "info" for risk in found_here):
            risks += [risk for rule in OF_A_SILENT_CHANGE.values() for risk in rule(change)]
        survey.unknown += survey.tally.unknown(unknown_value.hidden(change))
        if change.unknown:
            configured = survey.configuration.written(change.address)
            found = unknown_value.unknowns(change, configured)
            survey.unknown += survey.tally.unknown(found)
            risks += unknown_value.check(change, found)
        if change.managed and change.facts is None and change.kind not in {"no_op", "read"}:
            unreviewed = _("The type has not been reviewed.")
            address = survey.scrub(change.address)
            survey.unknown += survey.tally.unknown(
                [Unknown(address=address, type=change.type, what="type", reason=unreviewed)]
            )


def _not_understood(survey: Survey, change: Change) -> None:
    actions = ", ".join(change.actions)
    survey.unknown.append(
        Unknown(
            address=survey.scrub(change.address),
            type=change.type,
            what="action",
            reason=_("The plan gives no action that is known here ({actions}).", actions=survey.scrub(actions)[:80]),
        )
    )


def _no_values(survey: Survey, change: Change) -> None:
    survey.unknown.append(
        Unknown(
            address=survey.scrub(change.address),
            type=change.type,
            what="entry",
            reason=_("The plan names the action and gives no values, so nobody can judge it."),
        )
    )


def _remember(survey: Survey, change: Change) -> None:
    address = without_keys(change.address)
    if change.type in RUNS_A_PROGRAM:
        survey.programs.append((change.address, change.type))
    if change.managed and change.kind in {"create", "update", "replace"}:
        survey.written.add(address)
    if change.kind == "read":
        survey.reads.add(address)
    elif change.managed and (change.lost or change.made):
        survey.acted[address] = change.kind
    if change.managed and not change.entry.deposed and change.kind in {"destroy", "create"}:
        gone = change.kind == "destroy"
        touched = Touched(change.address, change.type, change.entry.action_reason or "", _shape(change, gone=gone))
        (survey.destroyed if gone else survey.created).append(touched)


def _shape(change: Change, *, gone: bool) -> int:
    """A hash of what a person would call the thing: its name, or whatever single value names it."""
    values = change.before if gone else change.after
    for name in ("bucket", "identifier", "cluster_identifier", "name", "function_name", "display_name", "cidr_block"):
        if isinstance(values.get(name), str) and values[name]:
            return hash((name, values[name]))
    named = [(path, leaf) for path, leaf in leaves(values) if path.endswith("name") and isinstance(leaf, str)]
    return hash(named[0]) if named else hash(change.address)


def _escalations(risks: list[PlanRisk], cost: Cost, budget: float) -> list[Escalation]:
    """Who decides, by the card: cost and downtime go to the team lead, secrets and network to security."""
    found = []
    for situation, rules in _SITUATIONS.items():
        # Security wants to hear of every change to exposure and network; the team lead only of what will be felt.
        heard = {"critical", "high", "medium"} if situation == "secrets_or_network" else {"critical", "high"}
        grave = [risk for risk in risks if risk.rule in rules and risk.level in heard]
        if grave:
            found.append(
                Escalation(
                    situation=situation,
                    to=RECIPIENTS[situation],
                    reason=_("Changes of this plan that need your decision: {count}.", count=len(grave)),
                    obstacle="; ".join(f"{risk.address}: {risk.message}" for risk in grave[:5]),
                )
            )
    if cost.monthly_delta is not None and cost.monthly_delta >= budget:
        found.append(
            Escalation(
                situation="budget",
                to=RECIPIENTS["budget"],
                reason=_(
                    "The plan would cost about {amount} USD a month more (estimate).", amount=round(cost.monthly_delta)
                ),
            )
        )
    return found


__all__ = ["BUDGET", "Plan", "assess", "secrets_of", "verdict"]
