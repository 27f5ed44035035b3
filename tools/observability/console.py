"""The commands by which a person looks at, restarts, scales and takes back what runs, by target; runbooks are made of them."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass

from resources.catalogue import _
from tools.brief import Target
from tools.observability.alert import Look
from tools.observability.watched import Watch

COMPONENT = '"$COMPONENT"'
"""Runbooks begin by setting it: the alert's label `job` says which component it is about."""


@dataclass(frozen=True)
class Console:
    """Commands for production; `$COMPONENT` stands for the component."""

    state: str
    logs: str
    restart: str
    undo: str
    scale: str
    events: str | None = None
    resources: str | None = None

    def look(self) -> tuple[Look, ...]:
        """What anybody looks at first."""
        return (
            Look(_("what runs, and since when"), self.state),
            Look(_("what it says"), self.logs),
            *((Look(_("what happened to it"), self.events),) if self.events else ()),
        )


def console(watch: Watch) -> Console:
    """The commands of the brief's target; compose's where nothing is said."""
    return _CONSOLES.get(watch.target or "compose", _compose)(watch)


def _kubernetes(watch: Watch) -> Console:
    environment = watch.production
    at = f" --context {shlex.quote(environment.kube_context)}" if environment.kube_context else ""
    kubectl = f"kubectl{at} --namespace {environment.namespace or environment.name}"
    pods = f"--selector app.kubernetes.io/name={COMPONENT}"
    return Console(
        state=f"{kubectl} get pods {pods} --output wide",
        logs=f"{kubectl} logs deployment/{COMPONENT} --all-containers --since=30m --tail=200",
        events=f"{kubectl} describe pods {pods}",
        restart=f"{kubectl} rollout restart deployment/{COMPONENT}",
        undo=f"{kubectl} rollout undo deployment/{COMPONENT}",
        scale=f'{kubectl} patch hpa {COMPONENT} --patch \'{{"spec": {{"minReplicas": 4}}}}\'',
        resources=f"{kubectl} top pods {pods}",
    )


def _aws(watch: Watch) -> str:
    environment = watch.production
    region = environment.region or watch.brief.context.platform.region
    return (f" --profile {shlex.quote(environment.aws_profile)}" if environment.aws_profile else "") + (
        f" --region {shlex.quote(region)}" if region else ""
    )


def _ecs(watch: Watch) -> Console:
    at, cluster = _aws(watch), shlex.quote(watch.brief.context.platform.cluster or watch.brief.name)
    service = f"--cluster {cluster} --service {COMPONENT}"
    described = f"aws ecs describe-services{at} --cluster {cluster} --services {COMPONENT}"
    return Console(
        state=f"{described} --query 'services[0].[desiredCount,runningCount,deployments[].[status,taskDefinition]]'",
        logs=f"aws logs tail{at} /ecs/{COMPONENT} --since 30m",
        events=f"{described} --query 'services[0].events[:10].[createdAt,message]' --output text",
        restart=f"aws ecs update-service{at} {service} --force-new-deployment",
        undo=f"aws ecs update-service{at} {service} --task-definition {COMPONENT}:PREVIOUS_REVISION",
        scale=f"aws ecs update-service{at} {service} --desired-count 4",
    )


def _lambda(watch: Watch) -> Console:
    at = _aws(watch)
    return Console(
        state=f"aws lambda get-function{at} --function-name {COMPONENT} --query 'Configuration.[State,LastModified,Version]'",
        logs=f"aws logs tail{at} /aws/lambda/{COMPONENT} --since 30m",
        restart=f"aws lambda list-versions-by-function{at} --function-name {COMPONENT} --query 'Versions[-5:].Version'",
        undo=f"aws lambda update-alias{at} --function-name {COMPONENT} --name live --function-version PREVIOUS_VERSION",
        scale=f"aws lambda put-function-concurrency{at} --function-name {COMPONENT} --reserved-concurrent-executions 100",
    )


def _cloud_run(watch: Watch) -> Console:
    environment = watch.production
    region = environment.region or watch.brief.context.platform.region
    at = (f" --project {shlex.quote(environment.gcp_project)}" if environment.gcp_project else "") + (
        f" --region {shlex.quote(region)}" if region else ""
    )
    project = f" --project {shlex.quote(environment.gcp_project)}" if environment.gcp_project else ""
    return Console(
        state=f"gcloud run revisions list --service {COMPONENT}{at} --limit 5",
        logs="gcloud logging read "
        f'"resource.type=cloud_run_revision AND resource.labels.service_name=$COMPONENT"{project} '
        "--freshness 30m --limit 200",
        restart=f'gcloud run services update {COMPONENT}{at} --update-labels restarted="$(date +%s)"',
        undo=f"gcloud run services update-traffic {COMPONENT}{at} --to-revisions PREVIOUS_REVISION=100",
        scale=f"gcloud run services update {COMPONENT}{at} --min-instances 2 --max-instances 20",
    )


def _swarm(watch: Watch) -> Console:
    host = watch.production.docker_host
    docker = f"docker --host {shlex.quote(host)}" if host else "docker"
    service = f"{watch.brief.name}_{COMPONENT}"
    return Console(
        state=f"{docker} service ps {service} --no-trunc",
        logs=f"{docker} service logs {service} --since 30m --tail 200",
        restart=f"{docker} service update --force {service}",
        undo=f"{docker} service rollback {service}",
        scale=f"{docker} service scale {service}=4",
    )


def _compose(watch: Watch) -> Console:
    host = watch.production.docker_host
    docker = f"docker --host {shlex.quote(host)}" if host else "docker"
    return Console(
        state=f"{docker} compose ps --all {COMPONENT}",
        logs=f"{docker} compose logs --since 30m --tail 200 {COMPONENT}",
        restart=f"{docker} compose restart {COMPONENT}",
        undo=f"IMAGE_TAG=PREVIOUS_TAG {docker} compose up --detach --no-deps {COMPONENT}",
        scale=f'{docker} compose up --detach --no-recreate --scale "$COMPONENT=2" {COMPONENT}',
        resources=f"{docker} stats --no-stream",
    )


def _vercel(watch: Watch) -> Console:
    del watch
    return Console(
        state="vercel list --prod",
        logs="vercel logs --environment production --since 30m",
        restart="vercel redeploy PREVIOUS_URL --target production",
        undo="vercel rollback PREVIOUS_URL",
        scale="vercel inspect PREVIOUS_URL",
    )


def _railway(watch: Watch) -> Console:
    environment = watch.production.name
    return Console(
        state=f"railway status --environment {environment}",
        logs=f"railway logs --service {COMPONENT} --environment {environment}",
        restart=f"railway redeploy --service {COMPONENT} --environment {environment} --yes",
        undo="railway open",
        scale=f"railway scale --service {COMPONENT} --environment {environment}",
    )


def _render(watch: Watch) -> Console:
    del watch
    return Console(
        state="render services --output json",
        logs=f"render logs --resources {COMPONENT} --limit 200 --output text",
        restart=f"render restart {COMPONENT}",
        undo=f"render deploys create {COMPONENT} --commit PREVIOUS_COMMIT --wait",
        scale="render services --output json",
    )


_CONSOLES: dict[Target, Callable[[Watch], Console]] = {
    "kubernetes": _kubernetes,
    "ecs": _ecs,
    "lambda": _lambda,
    "cloud_run": _cloud_run,
    "swarm": _swarm,
    "compose": _compose,
    "vercel": _vercel,
    "railway": _railway,
    "render": _render,
}
