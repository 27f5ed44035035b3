"""Kubernetes: a base for every component and an overlay for every environment, put together by Kustomize."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.containers.backing import unknown_needs
from tools.containers.workloads import Workload, workloads
from tools.delivery import Check, Command, Delivery, File, Risk, Rollback, VariableToSet
from tools.deployment.kubernetes_migration import migrate, migration_base
from tools.deployment.manifests import FOLDER, namespace_of, repository
from tools.deployment.pod_values import manifest, own_values, settings, values
from tools.deployment.routing import Route, routes
from tools.pipelines.registries import registry_of
from tools.project import Question
from tools.secrets.held import remote

STORE = "vault"


@dataclass(frozen=True)
class Scale:
    """How many pods of one component an environment has."""

    name: str
    minimum: int
    maximum: int


def kubernetes(brief: Brief, *, gateway: bool = False) -> Delivery:
    """The manifests of `brief`, from the brief alone: no value of a secret, no image without its digest's place."""
    running = workloads(brief, overwrite=False)
    files: list[File] = []
    configs: dict[str, dict[str, str]] = {}
    resources: list[str] = []
    for each in running:
        config, secrets = settings(each)
        name, first = each.name, each.subject.name
        configured = bool(config) or any(own_values(one, [each]) for one in brief.context.environments)
        filled = values(each, brief, config=configured, secrets=bool(secrets))
        files.append(manifest(f"base/{name}.yaml", "component", _("Runs {name}.", name=name), c=filled))
        resources.append(f"{name}.yaml")
        if each.process is not None:  # its settings, secrets and volumes are those of the first process
            continue
        if volumes := [one for one in filled["volumes"] if one["kept"]]:
            purpose = _("What {name} keeps, for all of its pods.", name=name)
            files.append(manifest(f"base/{name}-volumes.yaml", "volumes", purpose, project=brief.name, name=name,
                               volumes=volumes))  # fmt: skip
            resources.append(f"{name}-volumes.yaml")
        if configured:
            configs[f"{first}-config"] = config
        if secrets:
            purpose = _("Where the secrets of {name} come from.", name=name)
            path = f"base/{name}-secrets.yaml"
            files.append(
                manifest(
                    path,
                    "external-secret",
                    purpose,
                    project=brief.name,
                    workload=name,
                    store=STORE,
                    secrets={one: remote(brief, one) for one in secrets},
                )
            )
            resources.append(f"{name}-secrets.yaml")
    migrated = [each for each in running if each.migration]
    if migrated:
        files += migration_base(brief, migrated, configs)
    base = f"{FOLDER}/base"
    purpose = _("What all environments share.")
    files.append(
        manifest("base/kustomization.yaml", "kustomization", purpose, folder=base, resources=resources, configs=configs)
    )
    ways = routes(running)
    questions: list[Question] = []
    if "${" in registry_of(brief).address:
        text = _("Which registry holds the images? The manifests name ghcr.io/OWNER until it is said.")
        questions.append(Question(field="context.registry", question=text))
    for environment in brief.context.environments:
        made, doubts = _overlay(brief, environment, running, ways, gateway=gateway)
        files += made
        questions += doubts
    return Delivery(
        status="waiting" if questions else "done",
        files=files,
        commands=_commands(brief, running),
        variables=[variable for each in running if each.process is None for variable in _variables(each)],
        checks=_checks(brief, running),
        rollback=[_rollback(brief, running)],
        risks=_risks(brief, running),
        questions=questions,
    )


def _overlay(
    brief: Brief, environment: Environment, running: list[Workload], ways: list[Route], *, gateway: bool
) -> tuple[list[File], list[Question]]:
    folder = f"overlays/{environment.name}"
    namespace = namespace_of(environment)
    files = [manifest(f"{folder}/namespace.yaml", "namespace", _("The namespace, closed by default."),
                   namespace=namespace)]  # fmt: skip
    questions: list[Question] = []
    host = urlsplit(environment.url or "").hostname
    route = None
    if ways and host:
        route = "httproute.yaml" if gateway else "ingress.yaml"
        template = "gateway" if gateway else "ingress"
        purpose = _("Brings {host} to the services.", host=host)
        files.append(manifest(f"{folder}/{route}", template, purpose, project=brief.name, host=host,
                           routes=[{"path": each.path, "name": each.name} for each in ways]))  # fmt: skip
    elif ways:
        text = _("Under which address is {name} reached? Without it no route is made.", name=environment.name)
        questions.append(Question(field=f"context.environments.{environment.name}.url", question=text))
    images = [{"name": each.subject.name, "repository": repository(brief, each.subject.name),
               "tag": environment.name} for each in running if each.process is None]  # fmt: skip
    files.append(
        manifest(
            f"{folder}/kustomization.yaml",
            "overlay",
            _("What only {name} has.", name=environment.name),
            environment=environment.name,
            folder=f"{FOLDER}/{folder}",
            namespace=namespace,
            route=route,
            images=images,
            configs=own_values(environment, running),
            patches=[] if environment.needs_approval else [Scale(each.name, 1, 2) for each in running],
        )
    )
    if any(each.migration for each in running):
        purpose = _("The migration in {name}.", name=environment.name)
        files.append(manifest(f"{folder}/migration/kustomization.yaml", "migration-overlay", purpose,
                           environment=environment.name, folder=f"{FOLDER}/{folder}", namespace=namespace,
                           images=[each for each in images if each["name"] in
                                   {one.subject.name for one in running if one.migration}]))  # fmt: skip
    return files, questions


def _commands(brief: Brief, running: list[Workload]) -> list[Command]:
    told = [
        Command(
            run=f"kubectl label namespace INGRESS network.{brief.name}/ingress=true",
            purpose=_("Let traffic in from the namespace of the ingress controller or gateway, once."),
        )
    ]
    for environment in brief.context.environments:
        folder = f"{FOLDER}/overlays/{environment.name}"
        context = f" --context {environment.kube_context}" if environment.kube_context else ""
        told += [
            Command(run=f"kubectl{context} diff --kustomize {folder}", purpose=_("See what would change in {name}.",
                                                                                 name=environment.name)),
            *migrate(environment, [each.name for each in running if each.migration]),
            Command(run=f"kubectl{context} apply --kustomize {folder}", purpose=_("Apply it to {name}.",
                                                                                  name=environment.name)),
        ]  # fmt: skip
    return told


def _variables(each: Workload) -> list[VariableToSet]:
    _plain, secrets = settings(each)
    return [
        VariableToSet(
            name=name,
            secret=True,
            where=_("the vault behind the SecretStore {store} of each namespace", store=STORE),
            purpose=_("read by {key} from a file", key=each.subject.name),
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


def _rollback(brief: Brief, running: list[Workload]) -> Rollback:
    namespace = namespace_of(brief.context.environments[-1])
    return Rollback(
        strategy=_("Rolling update: the old pods stay until the new ones are ready; going back is one more rollout."),
        commands=[
            Command(
                run=f"kubectl --namespace {namespace} rollout undo deployment/{each.name}",
                purpose=_("Put {name} back as it was.", name=each.name),
            )
            for each in running
        ],
        data=_("Volumes and migrated schemas stay as they are: take a backup before the deployment."),
    )


def _risks(brief: Brief, running: list[Workload]) -> list[Risk]:
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
    strategy = brief.context.platform.strategy
    if strategy != "rolling":
        told.append(
            Risk(
                kind="compatibility",
                level="medium",
                message=_("devops.yaml asks for {strategy}; these manifests do a rolling update.", strategy=strategy),
                mitigation=_(
                    "Set platform.strategy to rolling, or put Argo Rollouts or Flagger before these manifests."
                ),
            )
        )
    return told
