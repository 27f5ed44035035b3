"""Amazon ECS: a new revision of the task definition, deployed until the service is stable."""

import json

from tools.pipelines.gitlab import clouds
from tools.pipelines.gitlab.job import Script
from tools.pipelines.gitlab.targets.target import Deploy
from tools.pipelines.targets.ecs import CLUSTER, RUN_MIGRATION
from tools.pipelines.targets.place import Place

# What AWS says of a revision and does not accept for a new one.
SAID = ".taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy"
REGISTER = (
    'aws ecs describe-services --cluster "${CLUSTER}" --services "${SERVICE}" \\\n'
    "  --query 'services[0].taskDefinition' --output text > previous\n"
    # The newest revision of its family: Terraform may have made it since.
    'family="$(sed "s/:[0-9]*$//; s|.*/||" previous)"\n'
    'aws ecs describe-task-definition --task-definition "${family}" --query taskDefinition |\n'
    '  jq --arg image "${IMAGE}" --arg name "${SERVICE}" \'\n'
    f"    del({SAID})\n"
    "    | (.containerDefinitions[] | select(.name == $name) | .image) = $image' > task-definition.json\n"
    'TASK_DEFINITION="$(aws ecs register-task-definition --cli-input-json file://task-definition.json \\\n'
    '  --query taskDefinition.taskDefinitionArn --output text)"\n'
)
RELEASE = (
    'aws ecs update-service --cluster "${CLUSTER}" --service "${SERVICE}" \\\n'
    '  --task-definition "${TASK_DEFINITION}" > update.json\n'
    'aws ecs wait services-stable --cluster "${CLUSTER}" --services "${SERVICE}"\n'
)
# A circuit breaker that went back leaves a stable service too, with the old version.
SURE = (
    'running="$(aws ecs describe-services --cluster "${CLUSTER}" --services "${SERVICE}" \\\n'
    "  --query 'services[0].taskDefinition' --output text)\"\n"
    'test "${running}" = "${TASK_DEFINITION}"\n'
)
UNDO = (
    'aws ecs update-service --cluster "${CLUSTER}" --service "${SERVICE}" \\\n'
    '  --task-definition "$(cat previous)" > undo.json\n'
    'aws ecs wait services-stable --cluster "${CLUSTER}" --services "${SERVICE}"\n'
)


def deploy(place: Place, *, migrates: bool) -> Deploy:
    """Take the running task definition, change its image only, migrate, deploy, wait until stable, make sure."""
    script: Script = [REGISTER]
    data = {}
    if migrates and place.migration is not None:
        data = {"MIGRATION": json.dumps(["sh", "-c", place.migration], ensure_ascii=False)}
        script.append(RUN_MIGRATION)
    return Deploy(
        script=[*script, RELEASE, SURE],
        undo=UNDO,
        sign_in=clouds.aws(place.value("AWS_REGION", place.region)),
        packages=("curl", "jq"),
        variables={"CLUSTER": place.value(CLUSTER, place.brief.context.platform.cluster), "SERVICE": place.workload},
        data=data,
    )
