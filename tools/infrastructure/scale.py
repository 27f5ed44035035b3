"""How much of everything an environment has: redundancy follows the SLA, sizes follow the budget."""

from dataclasses import dataclass
from typing import Literal

from tools.brief import Brief, Environment

Tier = Literal["micro", "small", "medium", "large"]
TIERS: tuple[Tier, ...] = ("micro", "small", "medium", "large")
USUAL_SLA = 99.5
"""What production is built for where the brief promises nothing."""
STANDBY_FROM, ZONE_OUTAGE_FROM, THIRD_ZONE_FROM = 99.5, 99.9, 99.95
HEADROOM = 0.6
"""Part of the budget that list prices may take: traffic, requests, logs and taxes are in none of them."""


@dataclass(frozen=True)
class Scale:
    """What an environment is given. `production`: people outside depend on it."""

    production: bool
    tier: Tier
    zones: int
    nat_gateways: int
    """One, one a zone, or none where money is tight and nothing depends on it."""
    standby: bool
    """Whether what holds data has a second instance in another zone."""
    least: int
    most: int
    """Instances of what runs: the autoscaler stays between them."""
    backup_days: int
    log_days: int


def scale_of(brief: Brief, environment: Environment, tier: Tier, zones: int) -> Scale:
    """The scale of `environment` at `tier`, in a region of `zones` zones."""
    log_days = log_retention(brief)
    if not environment.needs_approval:
        # Nobody outside waits for it: one of everything, in the two zones that load balancers and databases demand.
        frugal = tier == "micro"
        return Scale(
            False,
            "micro",
            2,
            0 if frugal else 1,
            standby=False,
            least=1,
            most=2,
            backup_days=7,
            log_days=min(log_days, 30),
        )
    sla = brief.constraints.sla or USUAL_SLA
    used = min(zones, 3 if sla >= THIRD_ZONE_FROM else 2)
    least = used if sla >= ZONE_OUTAGE_FROM else 2 if sla >= STANDBY_FROM else 1
    return Scale(
        production=True,
        tier=tier,
        zones=used,
        nat_gateways=used if sla >= ZONE_OUTAGE_FROM else 1,
        standby=sla >= STANDBY_FROM,
        least=least,
        most=max(4, 3 * least),
        backup_days=30,
        log_days=log_days,
    )


def log_retention(brief: Brief) -> int:
    """Days that logs are kept; each regulation asks for its own."""
    asked = {"pci_dss": 365, "hds": 365, "soc2": 365, "iso_27001": 365, "rgpd": 180}
    return max([asked[each] for each in brief.constraints.regulations], default=90)


def chosen_tier(costs: dict[Tier, float | None], budget: float | None) -> Tier:
    """The largest tier that leaves headroom in `budget`; small where nobody said one: growing is one line later."""
    if budget is None:
        return "small"
    fitting = [tier for tier in TIERS if (cost := costs.get(tier)) is not None and cost <= budget * HEADROOM]
    largest = fitting[-1] if fitting else "micro"
    return min(largest, "medium", key=TIERS.index)  # `large` is for what was measured, never for what is affordable
