"""Kubernetes: the deployment's image is changed and the rollout waited for."""

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.pipelines.targets import aws, gcp
from tools.pipelines.targets.place import Place

CLUSTER = "KUBE_CLUSTER"


def deploy(place: Place) -> list[Step]:
    """Reach the cluster of this environment, set the image, wait for the rollout."""
    return [
        *_reach(place),
        Step(
            _("Deploy and wait for the rollout"),
            id="rollout",
            env={"IMAGE": place.image, "NAMESPACE": _namespace(place), "WORKLOAD": place.workload},
            run=(
                'kubectl --namespace "${NAMESPACE}" set image "deployment/${WORKLOAD}" "${WORKLOAD}=${IMAGE}"\n'
                'kubectl --namespace "${NAMESPACE}" rollout status "deployment/${WORKLOAD}" --timeout=10m\n'
            ),
        ),
    ]


def undo(place: Place) -> list[Step]:
    """Roll the deployment back to its previous revision."""
    return [
        Step(
            _("Put the previous version back"),
            condition="failure() && steps.rollout.outcome != 'skipped'",
            env={"NAMESPACE": _namespace(place), "WORKLOAD": place.workload},
            run=(
                'kubectl --namespace "${NAMESPACE}" rollout undo "deployment/${WORKLOAD}"\n'
                'kubectl --namespace "${NAMESPACE}" rollout status "deployment/${WORKLOAD}" --timeout=10m\n'
            ),
        )
    ]


def variables(place: Place) -> list[VariableToSet]:
    """What reaching the cluster needs, by provider."""
    where = _("GitHub environment {name}", name=place.environment.name if place.environment else "*")
    platform = place.brief.context.platform
    told: list[VariableToSet] = []
    if platform.provider == "aws":
        told += aws.variables(place)
    elif platform.provider == "gcp":
        told += gcp.variables(place)
    else:
        purpose = _("kubeconfig of a service account that may only update this namespace's deployments.")
        told.append(VariableToSet(name="KUBECONFIG", secret=True, where=where, purpose=purpose))
    if platform.provider in {"aws", "gcp"} and platform.cluster is None:
        purpose = _("Kubernetes cluster of this environment.")
        told.append(VariableToSet(name=CLUSTER, secret=False, where=where, purpose=purpose, example="production"))
    if place.environment and place.environment.namespace:
        purpose = _("Namespace of this environment, for the rollback workflow.")
        namespace = place.environment.namespace
        told.append(VariableToSet(name="KUBE_NAMESPACE", secret=False, where=where, purpose=purpose, example=namespace))
    return told


def _reach(place: Place) -> list[Step]:
    platform = place.brief.context.platform
    cluster = place.value(CLUSTER, platform.cluster)
    if platform.provider == "aws":
        region = place.value("AWS_REGION", place.region)
        update = 'aws eks update-kubeconfig --name "${CLUSTER}" --region "${REGION}"\n'
        return [
            aws.sign_in(place),
            Step(_("Reach the cluster"), env={"CLUSTER": cluster, "REGION": region}, run=update),
        ]
    if platform.provider == "gcp":
        region = place.value("GCP_REGION", place.region)
        return [
            gcp.sign_in(),
            Step(
                _("Reach the cluster"),
                action="google-github-actions/get-gke-credentials",
                options={"cluster_name": cluster, "location": region},
            ),
        ]
    return [
        Step(
            _("Reach the cluster"),
            env={"KUBECONFIG_CONTENT": "${{ secrets.KUBECONFIG }}"},
            run=(
                'install -m 600 /dev/null "${RUNNER_TEMP}/kubeconfig"\n'
                'printf \'%s\' "${KUBECONFIG_CONTENT}" > "${RUNNER_TEMP}/kubeconfig"\n'
                'echo "KUBECONFIG=${RUNNER_TEMP}/kubeconfig" >> "${GITHUB_ENV}"\n'
            ),
        )
    ]


def _namespace(place: Place) -> str:
    if place.environment is None:
        return "${{ vars.KUBE_NAMESPACE || inputs.environment }}"
    return place.environment.namespace or place.environment.name
