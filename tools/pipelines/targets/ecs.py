"""Amazon ECS: a new revision of the task definition, deployed until the service is stable."""

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.pipelines.targets import aws
from tools.pipelines.targets.place import Place

CLUSTER = "ECS_CLUSTER"


def deploy(place: Place) -> list[Step]:
    """Take the running task definition, change its image only, deploy, wait until stable."""
    cluster = place.value(CLUSTER, place.brief.context.platform.cluster)
    return [
        aws.sign_in(place),
        Step(
            _("Remember the current version"),
            id="previous",
            env={"CLUSTER": cluster, "SERVICE": place.workload},
            run=(
                'current="$(aws ecs describe-services --cluster "${CLUSTER}" --services "${SERVICE}" '
                "--query 'services[0].taskDefinition' --output text)\"\n"
                'aws ecs describe-task-definition --task-definition "${current}" '
                "--query taskDefinition > task-definition.json\n"
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
        Step(
            _("Deploy and wait until the service is stable"),
            action="aws-actions/amazon-ecs-deploy-task-definition",
            options={
                "task-definition": "${{ steps.render.outputs.task-definition }}",
                "cluster": cluster,
                "service": place.workload,
                "wait-for-service-stability": "true",
                "wait-for-minutes": "15",
            },
        ),
    ]


def undo(place: Place) -> list[Step]:
    """Point the service at the task definition it ran before."""
    return [
        Step(
            _("Put the previous version back"),
            condition="failure() && steps.previous.outputs.task-definition != ''",
            env={
                "CLUSTER": place.value(CLUSTER, place.brief.context.platform.cluster),
                "SERVICE": place.workload,
                "PREVIOUS": "${{ steps.previous.outputs.task-definition }}",
            },
            run=(
                'aws ecs update-service --cluster "${CLUSTER}" --service "${SERVICE}" '
                '--task-definition "${PREVIOUS}" > /dev/null\n'
                'aws ecs wait services-stable --cluster "${CLUSTER}" --services "${SERVICE}"\n'
            ),
        )
    ]


def variables(place: Place) -> list[VariableToSet]:
    """The role, and the cluster where the brief does not name it."""
    told = aws.variables(place)
    if place.brief.context.platform.cluster is None:
        where = _("GitHub environment {name}", name=place.environment.name if place.environment else "*")
        purpose = _("ECS cluster of this environment.")
        told.append(VariableToSet(name=CLUSTER, secret=False, where=where, purpose=purpose, example="production"))
    return told
