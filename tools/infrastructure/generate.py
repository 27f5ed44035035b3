"""The infrastructure of a brief: a pure function that chooses cloud and sizes, and lays the design out."""

from collections.abc import Mapping
from types import ModuleType
from typing import cast

from resources.catalogue import _
from tools.brief import PROVIDER_OF_TARGET, Brief, Provider, Target
from tools.delivery import RECIPIENTS, Command, Delivery, Escalation, Estimate, Risk, Rollback
from tools.guard.errors import UnsupportedError
from tools.infrastructure import addresses, costs, regions
from tools.infrastructure.adoption import adoption
from tools.infrastructure.aws import cloud as aws
from tools.infrastructure.constraints import check
from tools.infrastructure.design import Cloud
from tools.infrastructure.gcp import cloud as gcp
from tools.infrastructure.layout import Layout, commands, folder_of, laid_out
from tools.infrastructure.scale import TIERS, Scale, Tier, chosen_tier, scale_of

CLOUDS: Mapping[Provider, ModuleType] = {"aws": aws, "gcp": gcp}
USUAL_PROVIDER: Mapping[Target, Provider] = {"static_site": "aws", "kubernetes": "gcp"}


def infrastructure(
    brief: Brief,
    layout: Layout = "directories",
    *,
    moved: Mapping[str, str] | None = None,
    imports: Mapping[str, Mapping[str, str]] | None = None,
) -> Delivery:
    """The Terraform of `brief`, from the brief alone.

    Raises:
        BriefError: something is missing or contradicts; the text says what to change.
        UnsupportedError: nothing here makes that cloud or target.
    """
    brief, provider, cloud = _placed(brief)
    check(brief, provider)
    addresses.networks(brief)
    scales = _scales(brief, provider, cloud)
    estimates = _estimates(brief, cloud, scales)
    design = cloud.design(brief, scales, costs.budgets(brief, estimates))
    escalations = costs.over_budget(brief, estimates, _options(brief, provider, cloud))
    escalations += _beyond_promise(brief, cloud)
    questions = [*regions.questions(brief, provider), *design.questions]
    files = laid_out(design, layout, brief.name)
    files += adoption(layout, [root.name for root in design.roots], moved or {}, imports or {})
    first = design.roots[-1]
    return Delivery(
        status="waiting" if questions or escalations else "done",
        files=files,
        commands=commands(design, layout),
        variables=list(design.variables),
        checks=list(design.checks),
        rollback=[_rollback(folder_of(layout, first)), *design.rollback],
        risks=[_cost_risk(estimates), *design.risks],
        escalations=escalations,
        estimates=estimates,
        questions=questions,
    )


def _placed(brief: Brief) -> tuple[Brief, Provider, Cloud]:
    """The brief with provider and target decided."""
    platform = brief.context.platform
    target = platform.target
    provider = platform.provider or (PROVIDER_OF_TARGET.get(target) or USUAL_PROVIDER.get(target) if target else None)
    if provider is None:
        raise UnsupportedError(
            _("The brief names no cloud."),
            _("Set context.platform.provider to one of: {clouds}.", clouds=", ".join(CLOUDS)),
        )
    if provider not in CLOUDS:
        raise UnsupportedError(
            _("No infrastructure is generated for {provider}.", provider=provider),
            _("Set context.platform.provider to one of: {clouds}.", clouds=", ".join(CLOUDS)),
        )
    cloud = cast("Cloud", CLOUDS[provider])
    decided = platform.model_copy(update={"provider": provider, "target": target or cloud.usual_target(brief)})
    context = brief.context.model_copy(update={"platform": decided})
    return brief.model_copy(update={"context": context}), provider, cloud


def _scales(brief: Brief, provider: Provider, cloud: Cloud) -> Mapping[str, Scale]:
    """The scale of every environment, at the tier that the budget allows."""
    totals: dict[Tier, float | None] = {
        tier: costs.total_in_euros(_estimates(brief, cloud, _at(brief, provider, tier))) for tier in TIERS
    }
    return _at(brief, provider, chosen_tier(totals, brief.constraints.budget_per_month))


def _at(brief: Brief, provider: Provider, tier: Tier) -> dict[str, Scale]:
    found: dict[str, Scale] = {}
    for environment in brief.context.environments:
        zones = regions.zones_of(regions.region_of(brief, environment, provider), provider)
        found[environment.name] = scale_of(brief, environment, tier, zones)
    return found


def _estimates(brief: Brief, cloud: Cloud, scales: Mapping[str, Scale]) -> list[Estimate]:
    return [
        costs.estimate(each.name, cloud.bill(brief, each, scales[each.name])) for each in brief.context.environments
    ]


def _options(brief: Brief, provider: Provider, cloud: Cloud) -> list[str]:
    """What would fit, each with its price: a larger budget, a lower promise, one environment less."""

    def total(changed: Brief) -> int:
        return round(costs.total_in_euros(_estimates(changed, cloud, _at(changed, provider, "micro"))) or 0)

    told = [_("Raise constraints.budget_per_month to {amount} EUR.", amount=total(brief))]
    if (brief.constraints.sla or 100) > 99:
        lower = brief.constraints.model_copy(update={"sla": 99.0})
        told.append(
            _(
                "Promise 99 % (one instance, no standby): {amount} EUR.",
                amount=total(brief.model_copy(update={"constraints": lower})),
            )
        )
    spare = [each for each in brief.context.environments if not each.needs_approval]
    if spare and len(brief.context.environments) > 1:
        kept = [each for each in brief.context.environments if each != spare[-1]]
        context = brief.context.model_copy(update={"environments": kept})
        told.append(
            _(
                "Do without {name}: {amount} EUR.",
                name=spare[-1].name,
                amount=total(brief.model_copy(update={"context": context})),
            )
        )
    return told


def _beyond_promise(brief: Brief, cloud: Cloud) -> list[Escalation]:
    sla, best = brief.constraints.sla, cloud.promise(brief)
    if sla is None or sla <= best:
        return []
    return [
        Escalation(
            situation="incompatible_architecture",
            to=RECIPIENTS["incompatible_architecture"],
            reason=_(
                "The SLA of {sla} % is more than one region of this blueprint can promise ({best} %).",
                sla=f"{sla:g}",
                best=f"{best:g}",
            ),
            done_so_far=_("The highest redundancy of one region was generated."),
            obstacle=_("A chain is available as long as each of its links; one region is one of them."),
            options=[
                _("Set constraints.sla to {best}.", best=f"{best:g}"),
                _("Design for two regions, with replicated data and a tested failover."),
            ],
        )
    ]


def _rollback(folder: str) -> Rollback:
    return Rollback(
        strategy=_("Going back is a new plan, made from the previous commit, judged and approved like any other."),
        commands=[
            Command(run="git revert --no-edit HEAD", purpose=_("Take the change back in the repository.")),
            Command(
                run=f"terraform -chdir={folder} plan -out=back.tfplan",
                purpose=_("See what going back changes. Better: rollback_terraform, which judges it."),
            ),
            Command(run=f"terraform -chdir={folder} apply back.tfplan", purpose=_("Apply it.")),
        ],
        data=_(
            "Data is not restored: what was deleted, migrated or overwritten comes back from backups alone "
            "(runbook restore_backup)."
        ),
    )


def _cost_risk(estimates: list[Estimate]) -> Risk:
    told = "; ".join(f"{each.environment} {each.monthly or 0:g} {each.currency}" for each in estimates)
    return Risk(
        kind="cost",
        level="low",
        message=_(
            "Estimate a month from list prices of {prices_of}: {told}.", prices_of=estimates[0].prices_of, told=told
        ),
        mitigation=_("A budget alarm is part of the code; look at the first bill after a week."),
    )
