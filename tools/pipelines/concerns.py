"""What a person must hear before they deploy: risks, and decisions that are not the agent's to take."""

import re
from collections.abc import Sequence

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import RECIPIENTS, Escalation, Risk, Situation
from tools.pipelines import registries
from tools.project import Component

EUROPE = re.compile(
    r"eu-|europe|francecentral|germany|(north|west)europe|sweden|switzerland|norway|italy|poland|spain", re.IGNORECASE
)
ASKS_FOR_EUROPE = re.compile(r"\b(EU|UE|EEA|EEE|europ\w*|france|français\w*|french)\b", re.IGNORECASE)
# Control plane of a managed cluster, in EUR per month; the machines come on top.
CLUSTER_FEE = 70
MINUTES_PER_MONTH = 43_800


def risks(brief: Brief, deployed: Sequence[Component]) -> list[Risk]:
    """What may go wrong with a deployment, and what makes it less likely."""
    if not deployed:
        return []
    told = [_restart(brief)]
    if any(component.migrate_command for component in deployed):
        told.append(_migration(brief))
    kind = registries.registry_of(brief).kind
    if kind in {"github", "gitlab"} and brief.context.platform.target in {"ecs", "kubernetes"}:
        told.append(
            Risk(
                kind="compatibility",
                level="medium",
                message=_(
                    "A private image on {registry} cannot be pulled without a credential on the platform.",
                    registry="ghcr.io" if kind == "github" else "GitLab",
                ),
                mitigation=_("Give the platform a read-only pull credential, or name the cloud's own registry."),
            )
        )
    if any("sqlite" in component.needs for component in deployed):
        told.append(
            Risk(
                kind="data_loss",
                level="critical",
                message=_("SQLite keeps its data in the container's file system: each deployment may lose it."),
                mitigation=_("Move to a database server, or give one single instance a persistent volume."),
            )
        )
    return told


def _restart(brief: Brief) -> Risk:
    if (brief.context.platform.target or "registry") == "registry":
        return Risk(
            kind="downtime",
            level="medium",
            message=_("Whatever pulls the image decides how it restarts; a plain restart interrupts the service."),
            mitigation=_("Name the target in devops.yaml, or make the puller replace instances one by one."),
        )
    return Risk(
        kind="downtime",
        level="low",
        message=_("With fewer than two instances, or without a readiness check, a rolling update interrupts."),
        mitigation=_("Run at least two instances in production and give each a health check."),
    )


def _migration(brief: Brief) -> Risk:
    runs = (brief.context.platform.target or "registry") != "registry"
    message = (
        _("The project migrates its database before each deployment; a rollback does not undo a migration.")
        if runs
        else _("The project migrates its database, but nothing here runs the migration: the puller must.")
    )
    return Risk(
        kind="data_loss",
        level="high",
        message=message,
        mitigation=_("Expand, deploy, contract: each migration works with the version before and after."),
    )


def escalations(
    brief: Brief, deployed: Sequence[Component], paths: list[str], found: Sequence[Risk]
) -> list[Escalation]:
    """What the card escalates: secrets and access, downtime, budget, an architecture that does not fit."""
    if not deployed:
        return []
    told = [
        _escalation(
            "secrets_or_network",
            paths,
            reason=_("The pipeline signs in to the registry and the platform: its identities need a review."),
            done_so_far=_("Every job asks for the least permissions; clouds are reached through OIDC, without keys."),
            obstacle=_("Creating the roles and their trust is a decision about access."),
            options=[
                _("One role per environment (recommended)."),
                _("One role for all: cheaper to keep, wider reach."),
            ],
        )
    ]
    told += _downtime(brief, found, paths)
    told += _budget(brief, paths)
    return told + _misfits(brief, deployed, paths)


def _downtime(brief: Brief, found: Sequence[Risk], paths: list[str]) -> list[Escalation]:
    protected = [each.name for each in brief.context.environments if each.needs_approval]
    if not protected or not any(risk.kind in {"downtime", "data_loss"} for risk in found):
        return []
    reason = _("A deployment may interrupt {names}.", names=", ".join(protected))
    if brief.constraints.sla is not None:
        minutes = round(MINUTES_PER_MONTH * (100 - brief.constraints.sla) / 100)
        reason += _(" The availability target allows {minutes} minutes a month.", minutes=minutes)
    return [
        _escalation(
            "production_downtime",
            paths,
            reason=reason,
            done_so_far=_("The approval, the checks and the rollback are in the workflows."),
            obstacle=_("Who approves is not in the brief."),
            options=[_("Name two reviewers per protected environment."), _("Deploy in office hours only.")],
        )
    ]


def _budget(brief: Brief, paths: list[str]) -> list[Escalation]:
    budget, platform = brief.constraints.budget_per_month, brief.context.platform
    managed = platform.target == "kubernetes" and platform.provider in {"aws", "gcp", "azure"}
    if budget is None or not managed:
        return []
    clusters = 1 if platform.cluster else len(brief.context.environments)
    fee = CLUSTER_FEE * clusters
    if fee * 2 < budget:
        return []
    return [
        _escalation(
            "budget",
            paths,
            reason=_(
                "The control planes of {clusters} managed clusters take about {fee} of {budget} EUR a month.",
                clusters=clusters,
                fee=fee,
                budget=round(budget),
            ),
            done_so_far=_("The workflows are ready for these clusters."),
            obstacle=_("The machines come on top of that fee."),
            options=[
                _("One cluster, a namespace per environment."),
                _("ECS or Cloud Run: no control plane to pay."),
            ],
        )
    ]


def _misfits(brief: Brief, deployed: Sequence[Component], paths: list[str]) -> list[Escalation]:
    context, told = brief.context, []
    if not registries.can_pull(brief):
        host = registries.registry_of(brief).host
        told.append((_("Cloud Run cannot pull from {registry}.", registry=host), _("Use Artifact Registry.")))
    workers = [each.name or "" for each in deployed if each.kind == "worker"]
    if context.platform.target == "cloud_run" and workers:
        names = ", ".join(workers)
        told.append(
            (
                _("A Cloud Run service must answer HTTP; {names} does not.", names=names),
                _("Run it as a worker pool or a job, or on Kubernetes."),
            )
        )
    if any("sqlite" in each.needs for each in deployed) and context.platform.target is not None:
        told.append(
            (
                _("SQLite and several instances do not go together: each would have its own data."),
                _("Move to PostgreSQL before the first deployment."),
            )
        )
    regions = {each.region or context.platform.region for each in context.environments} - {None}
    outside = sorted(each for each in regions if each and not EUROPE.search(each))
    asked = ASKS_FOR_EUROPE.search(brief.constraints.hosting or "") or set(brief.constraints.regulations) & {
        "rgpd",
        "hds",
    }
    if asked and outside:
        told.append(
            (
                _("The brief asks for hosting in Europe; {regions} is elsewhere.", regions=", ".join(outside)),
                _("Choose a European region."),
            )
        )
    return [
        _escalation(
            "incompatible_architecture",
            paths,
            reason=reason,
            done_so_far=_("The workflows are written as the brief says."),
            obstacle=_("The choice is one of architecture."),
            options=[option, _("Change the target in devops.yaml.")],
        )
        for reason, option in told
    ]


def _escalation(
    situation: Situation, paths: list[str], *, reason: str, done_so_far: str, obstacle: str, options: list[str]
) -> Escalation:
    return Escalation(
        situation=situation,
        to=RECIPIENTS[situation],
        reason=reason,
        done_so_far=done_so_far,
        obstacle=obstacle,
        options=options,
        files=paths,
    )
