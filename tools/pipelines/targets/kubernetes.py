"""Kubernetes: the deployment's image is changed and the rollout waited for."""

import json

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.holders import holder
from tools.pipelines.step import Step
from tools.pipelines.targets import aws, azure, gcp
from tools.pipelines.targets.place import BROKEN, Place

CLUSTER = "KUBE_CLUSTER"
# A job of the new image, with the deployment's own configuration and secrets. Not with its labels: no Service may send
# anybody there. The one it has is what the network policy of the manifests opens the way to the database for.
MIGRATION_JOB = (
    'kubectl --namespace "${NAMESPACE}" get deployment "${WORKLOAD}" --output json |\n'
    '  jq --arg job "${job}" --arg image "${IMAGE}" --arg name "${WORKLOAD}-migrate" \\\n'
    '    --argjson command "${MIGRATION}" \'\n'
    '    {apiVersion: "batch/v1", kind: "Job", metadata: {name: $job},\n'
    "     spec: {backoffLimit: 0, activeDeadlineSeconds: 900, ttlSecondsAfterFinished: 86400,\n"
    '       template: {metadata: {labels: {"app.kubernetes.io/name": $name}}, spec: (.spec.template.spec\n'
    '         | .restartPolicy = "Never"\n'
    "         | .containers = [.containers[0] + {image: $image, command: $command, args: []}\n"
    "             | del(.livenessProbe, .readinessProbe, .startupProbe, .ports)])}}}' |\n"
    '  kubectl --namespace "${NAMESPACE}" create --filename -\n'
)
ROLLOUT = 'kubectl --namespace "${NAMESPACE}" rollout status "deployment/${WORKLOAD}" --timeout=10m\n'


def deploy(place: Place) -> list[Step]:
    """Reach the cluster of this environment, migrate, set the image, wait for the rollout."""
    return [
        *_reach(place),
        *_migrate(place),
        Step(
            _("Deploy and wait for the rollout"),
            id="rollout",
            env={"IMAGE": place.image, **_deployment(place)},
            run=(
                'kubectl --namespace "${NAMESPACE}" set image "deployment/${WORKLOAD}" "${WORKLOAD}=${IMAGE}"\n'
                + ROLLOUT
            ),
        ),
    ]


def undo(place: Place) -> list[Step]:
    """Roll the deployment back to its previous revision."""
    return [
        Step(
            _("Put the previous version back"),
            condition=f"{BROKEN} && steps.rollout.outcome != 'skipped' && steps.rollout.outcome != ''",
            env=_deployment(place),
            run='kubectl --namespace "${NAMESPACE}" rollout undo "deployment/${WORKLOAD}"\n' + ROLLOUT,
        )
    ]


def variables(place: Place) -> list[VariableToSet]:
    """What reaching the cluster needs, by provider."""
    platform = place.brief.context.platform
    told: list[VariableToSet] = []
    if platform.provider == "aws":
        told += aws.variables(place)
    elif platform.provider == "gcp":
        told += gcp.variables(place)
    elif platform.provider == "azure":
        told += azure.variables(place)
        told.append(place.variable("AZURE_RESOURCE_GROUP", _("Resource group of the cluster."), place.brief.name))
    else:
        purpose = _("kubeconfig of a service account that may only update this namespace's deployments.")
        where = holder(place.brief, place.environment.name if place.environment else "*")
        told.append(VariableToSet(name="KUBECONFIG", secret=True, where=where, purpose=purpose))
    if platform.provider in {"aws", "gcp", "azure"} and platform.cluster is None:
        told.append(place.variable(CLUSTER, _("Kubernetes cluster of this environment."), place.brief.name))
    if place.environment and place.environment.namespace:
        purpose = _("Namespace of this environment, for the rollback workflow.")
        told.append(place.variable("KUBE_NAMESPACE", purpose, place.environment.namespace))
    return told


def _reach(place: Place) -> list[Step]:
    platform = place.brief.context.platform
    cluster = place.value(CLUSTER, platform.cluster)
    name = _("Reach the cluster")
    if platform.provider == "aws":
        env = {"CLUSTER": cluster, "REGION": place.value("AWS_REGION", place.region)}
        run = 'aws eks update-kubeconfig --name "${CLUSTER}" --region "${REGION}"'
        return [aws.sign_in(place), Step(name, env=env, run=run)]
    if platform.provider == "gcp":
        options = {"cluster_name": cluster, "location": place.value("GCP_REGION", place.region)}
        if "infrastructure" in place.brief.deliverables:
            options["use_dns_based_endpoint"] = "true"  # the only one that the clusters made here have
        return [gcp.sign_in(), Step(name, action="google-github-actions/get-gke-credentials", options=options)]
    if platform.provider == "azure":
        env = {"CLUSTER": cluster, "RESOURCE_GROUP": "${{ vars.AZURE_RESOURCE_GROUP }}"}
        run = (
            "sudo az aks install-cli --only-show-errors\n"
            'az aks get-credentials --resource-group "${RESOURCE_GROUP}" --name "${CLUSTER}"\n'
            "kubelogin convert-kubeconfig --login azurecli\n"
        )
        return [azure.sign_in(), Step(name, env=env, run=run)]
    env = {"KUBECONFIG_CONTENT": "${{ secrets.KUBECONFIG }}"}
    run = (
        'install -m 600 /dev/null "${RUNNER_TEMP}/kubeconfig"\n'
        'printf \'%s\' "${KUBECONFIG_CONTENT}" > "${RUNNER_TEMP}/kubeconfig"\n'
        'echo "KUBECONFIG=${RUNNER_TEMP}/kubeconfig" >> "${GITHUB_ENV}"\n'
    )
    context = place.environment.kube_context if place.environment else None
    if context is not None:
        # A kubeconfig may hold several clusters, and its current one may be another environment's.
        env["CONTEXT"] = context
        run += 'kubectl --kubeconfig "${RUNNER_TEMP}/kubeconfig" config use-context "${CONTEXT}"\n'
    return [Step(name, env=env, run=run)]


def _deployment(place: Place) -> dict[str, str]:
    return {"NAMESPACE": _namespace(place), "WORKLOAD": place.workload}


def _namespace(place: Place) -> str:
    if place.environment is None:
        return "${{ vars.KUBE_NAMESPACE || inputs.environment }}"
    return place.environment.namespace or place.environment.name


def _migrate(place: Place) -> list[Step]:
    """A job of the new image, with the deployment's own configuration and secrets, that migrates the database."""
    if place.migration is None:
        return []
    return [
        Step(
            _("Migrate the database"),
            comment=_("Before the new version serves: a failed migration stops the deployment here."),
            env={
                "IMAGE": place.image,
                **_deployment(place),
                "MIGRATION": json.dumps(["sh", "-c", place.migration], ensure_ascii=False),
            },
            run=(
                'job="migrate-${GITHUB_RUN_ID}-${GITHUB_RUN_ATTEMPT}"\n'
                + MIGRATION_JOB
                + 'until conditions="$(kubectl --namespace "${NAMESPACE}" get job "${job}" \\\n'
                "    --output 'jsonpath={.status.conditions[*].type}')\" &&\n"
                '  [[ "${conditions}" =~ Complete|Failed ]]; do\n'
                "  sleep 5\n"
                "done\n"
                'kubectl --namespace "${NAMESPACE}" logs "job/${job}" --tail=50\n'
                '[[ "${conditions}" == *Complete* ]]\n'
            ),
        )
    ]
