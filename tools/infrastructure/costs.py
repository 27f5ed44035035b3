"""What each environment would cost, and the escalation where that is more than the budget."""

import math
from collections.abc import Mapping

from resources.catalogue import _
from resources.facts import read_facts
from tools.brief import Brief
from tools.delivery import RECIPIENTS, Escalation, Estimate, EstimateItem
from tools.infrastructure.design import BillLine
from tools.terraform.cost import price

CURRENCY = "USD"
ALARM_FACTOR = 1.5
"""Where the brief gives no budget, the alarm rings at this multiple of the estimate."""


def estimate(environment: str, lines: list[BillLine]) -> Estimate:
    """The estimate of one environment, its largest items first."""
    items: list[EstimateItem] = []
    unknown: list[str] = []
    for line in lines:
        monthly = line.monthly if line.monthly is not None else price(line.type, dict(line.values)).monthly
        if monthly is None:
            unknown.append(line.what)
        elif monthly:
            items.append(EstimateItem(what=line.what, monthly=round(monthly * line.count, 2)))
    items.sort(key=lambda item: -item.monthly)
    return Estimate(
        environment=environment,
        currency=CURRENCY,
        prices_of=str(read_facts("terraform_prices")["dated"]),
        monthly=round(sum(item.monthly for item in items), 2) if items else None,
        items=items,
        unknown=[*unknown, _("traffic, requests, logs, taxes, discounts; regions other than the price table's")],
    )


def total_in_euros(estimates: list[Estimate]) -> float | None:
    """All environments together, at the rate that is written beside the prices."""
    known = [each.monthly for each in estimates if each.monthly is not None]
    return round(sum(known) / _rate(), 2) if known else None


def budgets(brief: Brief, estimates: list[Estimate]) -> Mapping[str, int]:
    """What each may cost a month, in USD: its share of the brief's budget, or a multiple of the estimate."""
    total = sum(each.monthly or 0 for each in estimates)
    budget = brief.constraints.budget_per_month
    if budget is None or not total:
        return {each.environment: max(5, math.ceil((each.monthly or 0) * ALARM_FACTOR)) for each in estimates}
    dollars = budget * _rate()
    return {each.environment: max(1, math.floor(dollars * (each.monthly or 0) / total)) for each in estimates}


def over_budget(brief: Brief, estimates: list[Estimate], options: list[str]) -> list[Escalation]:
    """The card's escalation, where the cheapest that meets the SLA costs more than the budget."""
    budget, total = brief.constraints.budget_per_month, total_in_euros(estimates)
    if budget is None or total is None or total <= budget:
        return []
    facts = read_facts("infrastructure_prices")
    return [
        Escalation(
            situation="budget",
            to=RECIPIENTS["budget"],
            reason=_(
                "The estimate is {total} EUR a month, the budget {budget} EUR.",
                total=round(total),
                budget=f"{budget:g}",
            ),
            done_so_far=_("The smallest sizes that keep the SLA were chosen."),
            obstacle=_(
                "List prices of {prices_of}, at 1 EUR = {rate} USD ({dated}, an assumption): {items}.",
                prices_of=estimates[0].prices_of,
                rate=facts["usd_per_eur"],
                dated=facts["usd_per_eur_dated"],
                items="; ".join(_largest(each) for each in estimates),
            ),
            options=options,
        )
    ]


def _largest(told: Estimate) -> str:
    first = ", ".join(f"{item.what} {item.monthly:g}" for item in told.items[:3])
    return f"{told.environment} {told.monthly:g} {told.currency} ({first})"


def _rate() -> float:
    return float(read_facts("infrastructure_prices")["usd_per_eur"])
