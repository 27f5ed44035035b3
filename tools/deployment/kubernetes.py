"""Kubernetes: a base for every component and an overlay for every environment, put together by Kustomize."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief, Environment
from tools.containers.backing import backing_services, unknown_needs
from tools.containers.workloads import Workload, workloads
from tools.delivery import Check, Command, Delivery, File, Risk, Rollback, VariableToSet
from tools.deployment.manifests import FOLDER, namespace_of, repository
from tools.deployment.routing import Route, routes
from tools.pipelines.image import TOKENS
from tools.pipelines.registries import registry_of
from tools.project import Question
from tools.secrets.held import remote

HTTPS = 443
STORE = "vault"
MOST = 6
"""Replicas the autoscaler may go to in production; a start, for nobody has measured yet."""


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
        config, secrets = _settings(each)
        name = each.subject.name
        values = _values(each, brief, config=bool(config), secrets=bool(secrets))
        files.append(_file(f"base/{name}.yaml", "component", _("Runs {name}.", name=name), c=values))
        resources.append(f"{name}.yaml")
        if config:
            configs[f"{name}-config"] = config
        if secrets:
            purpose = _("Where the secrets of {name} come from.", name=name)
            path = f"base/{name}-secrets.yaml"
            files.append(
                _file(
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
    base = f"{FOLDER}/base"
    purpose = _("What all environments share.")
    files.append(
        _file("base/kustomization.yaml", "kustomization", purpose, folder=base, resources=resources, configs=configs)
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
        commands=_commands(brief),
        variables=[variable for each in running for variable in _variables(each)],
        checks=_checks(brief, running),
        rollback=[_rollback(brief, running)],
        risks=_risks(brief, running),
        questions=questions,
    )


def _file(path: str, template: str, purpose: str, **values: Any) -> File:  # noqa: ANN401 - a template's values
    content = render(f"kubernetes/{template}.yaml.j2", **values)
    return File(path=f"{FOLDER}/{path}", content=content, purpose=purpose)


def _settings(each: Workload) -> tuple[dict[str, str], list[str]]:
    """The plain settings with their defaults, and the names of the secrets."""
    names = {variable.name for variable in each.component.variables}
    needed = {data["variable"] for data in _connections(each)} if not names else set()
    marked = {variable.name for variable in each.component.variables if variable.secret} - TOKENS
    secrets = sorted({*marked, *needed})
    plain = {
        variable.name: variable.default
        for variable in each.component.variables
        if not variable.secret and variable.default is not None
    }
    if each.port and "PORT" in names:
        plain["PORT"] = str(each.port)
    return dict(sorted(plain.items())), secrets


def _connections(each: Workload) -> list[dict[str, Any]]:
    backings = backing_services([each.component], {each.key})
    return [dict(backing.reached(each.component.language, "")) for backing in backings.values()]


def _values(each: Workload, brief: Brief, *, config: bool, secrets: bool) -> dict[str, Any]:
    user, _colon, group = (each.recipe.user if each.recipe else "10001:10001").partition(":")
    ports = {int(backing["connection"]["port"]) for backing in _connections(each)}
    path = each.component.health_path
    asks = f"httpGet: {{path: {json.dumps(path)}, port: http}}" if path else "tcpSocket: {port: http}"
    return {
        "name": each.subject.name,
        "project": brief.name,
        "user": user,
        "group": group or user,
        "port": each.port,
        "probe": asks,
        "memory": f"{each.memory}i",
        "requested": f"{max(32, int(each.memory.rstrip('M')) // 2)}Mi",
        "config": config,
        "secrets": secrets,
        "minimum": 2 if each.port else 1,
        "maximum": MOST if each.port else 3,
        "reaches": sorted({HTTPS, *ports}),
    }


def _overlay(
    brief: Brief, environment: Environment, running: list[Workload], ways: list[Route], *, gateway: bool
) -> tuple[list[File], list[Question]]:
    folder = f"overlays/{environment.name}"
    namespace = namespace_of(environment)
    files = [_file(f"{folder}/namespace.yaml", "namespace", _("The namespace, closed by default."),
                   namespace=namespace)]  # fmt: skip
    questions: list[Question] = []
    host = urlsplit(environment.url or "").hostname
    route = None
    if ways and host:
        route = "httproute.yaml" if gateway else "ingress.yaml"
        template = "gateway" if gateway else "ingress"
        purpose = _("Brings {host} to the services.", host=host)
        files.append(_file(f"{folder}/{route}", template, purpose, project=brief.name, host=host,
                           routes=[{"path": each.path, "name": each.name} for each in ways]))  # fmt: skip
    elif ways:
        text = _("Under which address is {name} reached? Without it no route is made.", name=environment.name)
        questions.append(Question(field=f"context.environments.{environment.name}.url", question=text))
    images = [{"name": each.subject.name, "repository": repository(brief, each.subject.name),
               "tag": environment.name} for each in running]  # fmt: skip
    files.append(
        _file(
            f"{folder}/kustomization.yaml",
            "overlay",
            _("What only {name} has.", name=environment.name),
            environment=environment.name,
            folder=f"{FOLDER}/{folder}",
            namespace=namespace,
            route=route,
            images=images,
            patches=[] if environment.needs_approval else [Scale(each.subject.name, 1, 2) for each in running],
        )
    )
    return files, questions


def _commands(brief: Brief) -> list[Command]:
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
            Command(run=f"kubectl{context} apply --kustomize {folder}", purpose=_("Apply it to {name}.",
                                                                                  name=environment.name)),
        ]  # fmt: skip
    return told


def _variables(each: Workload) -> list[VariableToSet]:
    _plain, secrets = _settings(each)
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
            name=_("{name} has rolled out in {environment}", name=each.subject.name, environment=environment.name),
            run=f"kubectl --namespace {namespace_of(environment)} rollout status deployment/{each.subject.name} "
            "--timeout=5m",
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
                run=f"kubectl --namespace {namespace} rollout undo deployment/{each.subject.name}",
                purpose=_("Put {name} back as it was.", name=each.subject.name),
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
