"""Amazon ECS: a new revision of the task definition, deployed until the service is stable."""

import json

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.pipelines.targets import aws
from tools.pipelines.targets.place import BROKEN, Place

CLUSTER = "ECS_CLUSTER"
DEPLOY = "aws-actions/amazon-ecs-deploy-task-definition"
RENDERED = "${{ steps.render.outputs.task-definition }}"
# In the network of the service; the cluster's own exit code decides.
RUN_MIGRATION = (
    'aws ecs describe-services --cluster "${CLUSTER}" --services "${SERVICE}" --query \'services[0]\' |\n'
    '  jq --arg cluster "${CLUSTER}" --arg task "${TASK_DEFINITION}" --arg name "${SERVICE}" \\\n'
    '    --argjson command "${MIGRATION}" \'\n'
    "      {cluster: $cluster, taskDefinition: $task,\n"
    "       overrides: {containerOverrides: [{name: $name, command: $command}]}}\n"
    "      + ({launchType, capacityProviderStrategy, platformVersion, networkConfiguration}\n"
    "         | with_entries(select(.value != null and .value != [])))' > migration.json\n"
    "task=\"$(aws ecs run-task --cli-input-json file://migration.json --query 'tasks[0].taskArn' "
    '--output text)"\n'
    'aws ecs wait tasks-stopped --cluster "${CLUSTER}" --tasks "${task}"\n'
    'aws ecs describe-tasks --cluster "${CLUSTER}" --tasks "${task}" |\n'
    '  jq --exit-status --arg name "${SERVICE}" \\\n'
    "    '.tasks[0].containers[] | select(.name == $name) | .exitCode == 0'\n"
)


def deploy(place: Place) -> list[Step]:
    """Take the running task definition, change its image only, migrate, deploy, wait until stable, make sure."""
    return [
        aws.sign_in(place),
        Step(
            _("Remember the current version"),
            id="previous",
            comment=_("The newest revision of its family is what is changed: Terraform may have made it since."),
            env=_service(place),
            run=(
                'current="$(aws ecs describe-services --cluster "${CLUSTER}" --services "${SERVICE}" \\\n'
                "  --query 'services[0].taskDefinition' --output text)\"\n"
                'family="${current%:*}"\n'
                'aws ecs describe-task-definition --task-definition "${family##*/}" \\\n'
                "  --query taskDefinition > task-definition.json\n"
                'echo "task-definition=${current}" >> "${GITHUB_OUTPUT}"\n'
            ),
        ),
        Step(
            _("Put the new image into the task definition"),
            id="render",
            action="aws-actions/amazon-ecs-render-task-definition",
            options={
                "task-definition": "task-definition.json",
                "container-name": place.workload,
                "image": place.image,
            },
        ),
        *_migrate(place),
        Step(
            _("Deploy and wait until the service is stable"),
            id="deploy",
            action=DEPLOY,
            options={
                "task-definition": RENDERED,
                "cluster": _cluster(place),
                "service": place.workload,
                "wait-for-service-stability": "true",
                "wait-for-minutes": "15",
            },
        ),
        Step(
            _("Make sure that the new version is the one that runs"),
            comment=_("A circuit breaker that went back leaves a stable service too, with the old version."),
            env={**_service(place), "EXPECTED": "${{ steps.deploy.outputs.task-definition-arn }}"},
            run=(
                'running="$(aws ecs describe-services --cluster "${CLUSTER}" --services "${SERVICE}" \\\n'
                "  --query 'services[0].taskDefinition' --output text)\"\n"
                'test "${running}" = "${EXPECTED}"\n'
            ),
        ),
    ]


def undo(place: Place) -> list[Step]:
    """Point the service at the task definition it ran before."""
    return [
        Step(
            _("Put the previous version back"),
            condition=f"{BROKEN} && steps.previous.outputs.task-definition != ''",
            env={**_service(place), "PREVIOUS": "${{ steps.previous.outputs.task-definition }}"},
            run=(
                'aws ecs update-service --cluster "${CLUSTER}" --service "${SERVICE}" \\\n'
                '  --task-definition "${PREVIOUS}" > /dev/null\n'
                'aws ecs wait services-stable --cluster "${CLUSTER}" --services "${SERVICE}"\n'
            ),
        )
    ]


def variables(place: Place) -> list[VariableToSet]:
    """The role, and the cluster where the brief does not name it."""
    told = aws.variables(place)
    if place.brief.context.platform.cluster is None:
        told.append(place.variable(CLUSTER, _("ECS cluster of this environment."), place.brief.name))
    return told


def _cluster(place: Place) -> str:
    return place.value(CLUSTER, place.brief.context.platform.cluster)


def _service(place: Place) -> dict[str, str]:
    return {"CLUSTER": _cluster(place), "SERVICE": place.workload}


def _migrate(place: Place) -> list[Step]:
    """A task of the new image that migrates the database, in the network of the service."""
    if place.migration is None:
        return []
    return [
        Step(_("Register the task definition"), id="register", action=DEPLOY, options={"task-definition": RENDERED}),
        Step(
            _("Migrate the database"),
            comment=_("Before the new version serves: a failed migration stops the deployment here."),
            env={
                **_service(place),
                "TASK_DEFINITION": "${{ steps.register.outputs.task-definition-arn }}",
                "MIGRATION": json.dumps(["sh", "-c", place.migration], ensure_ascii=False),
            },
            run=RUN_MIGRATION,
        ),
    ]
