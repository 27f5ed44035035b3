"""Kubernetes: what every process is there, as overlays or as a chart, and what a person must know of it."""

from urllib.parse import urlsplit

from resources.catalogue import _
from tools.brief import Brief
from tools.containers.backing import unknown_needs
from tools.containers.workloads import Workload, workloads
from tools.delivery import Check, Delivery, Risk, VariableToSet
from tools.deployment import helm_release, kubectl_release
from tools.deployment.chart import chart
from tools.deployment.manifests import STORE, namespace_of
from tools.deployment.overlays import overlays
from tools.deployment.pod_values import Versions, settings, versions_of
from tools.deployment.routing import routes
from tools.pipelines.registries import registry_of
from tools.project import Question


def kubernetes(brief: Brief, *, gateway: bool = False) -> Delivery:
    """The manifests of `brief`, from the brief alone: no value of a secret, no image without its digest's place."""
    platform = brief.context.platform
    gateway = gateway or platform.gateway
    running = workloads(brief, overwrite=False)
    every = [versions_of(each, brief, gateway=gateway) for each in running]
    ways = routes(running)
    helm = platform.packaging == "helm"
    release = helm_release if helm else kubectl_release
    questions = _questions(brief, routed=bool(ways))
    return Delivery(
        status="waiting" if questions else "done",
        files=(chart if helm else overlays)(brief, running, ways, gateway=gateway),
        commands=release.commands(brief, every, gateway=gateway),
        variables=[variable for each in running if each.process is None for variable in _variables(each)],
        checks=_checks(brief, running),
        rollback=release.rollback(brief, every, gateway=gateway),
        risks=[*_risks(running, every, gateway=gateway), *([] if helm else [_images()])],
        questions=questions,
    )


def _questions(brief: Brief, *, routed: bool) -> list[Question]:
    asked: list[Question] = []
    if "${" in registry_of(brief).address:
        text = _("Which registry holds the images? The manifests name ghcr.io/OWNER until it is said.")
        asked.append(Question(field="context.registry", question=text))
    for environment in brief.context.environments if routed else []:
        if not urlsplit(environment.url or "").hostname:
            text = _("Under which address is {name} reached? Without it no route is made.", name=environment.name)
            asked.append(Question(field=f"context.environments.{environment.name}.url", question=text))
    return asked


def _variables(each: Workload) -> list[VariableToSet]:
    _plain, secrets = settings(each)
    return [
        VariableToSet(
            name=name,
            secret=True,
            where=_("the vault behind the SecretStore {store} of each namespace", store=STORE),
            purpose=_("read by {key}", key=each.subject.name),
        )
        for name in secrets
    ]


def _checks(brief: Brief, running: list[Workload]) -> list[Check]:
    return [
        Check(
            name=_("{name} has rolled out in {environment}", name=each.name, environment=environment.name),
            run=f"kubectl --namespace {namespace_of(environment)} rollout status deployment/{each.name} --timeout=5m",
            expect=_("successfully rolled out"),
        )
        for environment in brief.context.environments
        for each in running
    ]


def _risks(running: list[Workload], every: list[Versions], *, gateway: bool) -> list[Risk]:
    told: list[Risk] = []
    needs = sorted({need for each in running for need in each.component.needs})
    if needs:
        told.append(
            Risk(
                kind="data_loss",
                level="medium",
                message=_("These manifests run no database: {needs} are expected outside.", needs=", ".join(needs)),
                mitigation=_("Use managed services, with their own backups; their addresses are in the secrets."),
            )
        )
    migrated = [each.subject.name for each in running if each.migration]
    if migrated:
        told.append(
            Risk(
                kind="downtime",
                level="medium",
                message=_("{names} migrate a database that the old version still uses.", names=", ".join(migrated)),
                mitigation=_("Expand first, contract a release later; the pipeline migrates before it rolls out."),
            )
        )
    unknown = unknown_needs(each.component for each in running)
    if unknown:
        told.append(
            Risk(
                kind="compatibility",
                level="low",
                message=_("The ports of {needs} are not known: the network policy does not open them.",
                          needs=", ".join(unknown)),
                mitigation=_("Add them to the egress rules."),
            )
        )  # fmt: skip
    return told + _of_strategy(every, gateway=gateway)


def _images() -> Risk:
    """The pipeline changes the image in the cluster, not in the overlay."""
    return Risk(
        kind="compatibility",
        level="medium",
        message=_("An apply by hand puts the images of the overlay back in place of those that the pipeline deployed."),
        mitigation=_(
            "Look at the diff first; `kubectl get deployments --output wide` names the digests to write there."
        ),
    )


def _of_strategy(every: list[Versions], *, gateway: bool) -> list[Risk]:
    """What two versions side by side bring with them."""
    beside = [each for each in every if each.beside]
    told: list[Risk] = []
    if any(each.beside == "canary" for each in beside) and not gateway:
        few = min(each.minimum for each in beside)
        told.append(
            Risk(
                kind="compatibility",
                level="low",
                message=_(
                    "Without a gateway the canary's share is that of its pods: one beside {few} hears a request in "
                    "{all}.",
                    few=few,
                    all=few + 1,
                ),
                mitigation=_("Set platform.gateway to true for shares in percent."),
            )
        )
    if any(each.beside == "green" for each in beside):
        told.append(
            Risk(
                kind="cost",
                level="low",
                message=_("During a release blue and green both run: twice the pods."),
                mitigation=_("Green has none at rest; leave room for it in the quota and the nodes."),
            )
        )
    return told
