"""Kubernetes: the deployment's image is changed and the rollout waited for."""

import json
from dataclasses import replace

from tools.containers.base_images import base
from tools.pipelines.gitlab import clouds
from tools.pipelines.gitlab.clouds import SignIn
from tools.pipelines.gitlab.job import Image, Script
from tools.pipelines.gitlab.targets.target import Deploy
from tools.pipelines.targets.kubernetes import CLUSTER, MIGRATION_JOB, ROLLOUT
from tools.pipelines.targets.place import Place

MIGRATE = (
    'job="migrate-${CI_JOB_ID}"\n' + MIGRATION_JOB + "while true; do\n"
    '  conditions="$(kubectl --namespace "${NAMESPACE}" get job "${job}" \\\n'
    "    --output 'jsonpath={.status.conditions[*].type}')\"\n"
    '  case "${conditions}" in\n'
    "    *Complete* | *Failed*) break ;;\n"
    "  esac\n"
    "  sleep 5\n"
    "done\n"
    'kubectl --namespace "${NAMESPACE}" logs "job/${job}" --tail=50\n'
    'case "${conditions}" in\n'
    "  *Complete*) ;;\n"
    "  *) exit 1 ;;\n"
    "esac\n"
)
# The file says that something was begun, and that undoing it makes sense.
RELEASE = (
    'kubectl --namespace "${NAMESPACE}" get "deployment/${WORKLOAD}" \\\n'
    "  --output 'jsonpath={.spec.template.spec.containers[0].image}' > previous\n"
    'kubectl --namespace "${NAMESPACE}" set image "deployment/${WORKLOAD}" "${WORKLOAD}=${IMAGE}"\n' + ROLLOUT
)
UNDO = 'kubectl --namespace "${NAMESPACE}" rollout undo "deployment/${WORKLOAD}"\n' + ROLLOUT


def deploy(place: Place, *, migrates: bool) -> Deploy:
    """Reach the cluster of this environment, migrate, set the image, wait for the rollout."""
    script: Script = []
    data = {}
    if migrates and place.migration is not None:
        data = {"MIGRATION": json.dumps(["sh", "-c", place.migration], ensure_ascii=False)}
        script.append(MIGRATE)
    made = _reached(place, jq=bool(data))
    environment = place.environment
    namespace = (environment.namespace or environment.name) if environment else ""
    return replace(
        made,
        script=[*made.script, *script, RELEASE],
        undo=UNDO,
        variables={**made.variables, "NAMESPACE": namespace, "WORKLOAD": place.workload},
        data=data,
    )


def _reached(place: Place, *, jq: bool) -> Deploy:
    platform = place.brief.context.platform
    cluster = place.value(CLUSTER, platform.cluster)
    wanted = ("curl", "jq") if jq else ("curl",)
    if platform.provider == "aws":
        region = place.value("AWS_REGION", place.region)
        reach = 'aws eks update-kubeconfig --name "${CLUSTER}"'
        signed = clouds.aws(region)
        return Deploy([reach], sign_in=signed, packages=(*wanted, "kubectl"), variables={"CLUSTER": cluster})
    if platform.provider == "gcp":
        tools = "gcloud components install --quiet gke-gcloud-auth-plugin kubectl\n"
        tools += "apt-get update -qq && apt-get install -qq --yes --no-install-recommends jq\n" if jq else ""
        named = " --dns-endpoint" if "infrastructure" in place.brief.deliverables else ""  # all that ours have
        reach = f'gcloud container clusters get-credentials "${{CLUSTER}}" --location "${{REGION}}"{named}'
        variables = {"CLUSTER": cluster, "REGION": place.value("GCP_REGION", place.region)}
        return Deploy([tools, reach], image=Image(base("gcloud"), bare=True), sign_in=clouds.gcp(), variables=variables)
    if platform.provider == "azure":
        tools = "tdnf install --quiet --assumeyes jq\n" if jq else ""
        tools += "az aks install-cli --only-show-errors\n"
        reach = (
            'az aks get-credentials --resource-group "${AZURE_RESOURCE_GROUP}" --name "${CLUSTER}"\n'
            "kubelogin convert-kubeconfig --login azurecli\n"
        )
        image = Image(base("azure-cli"), bare=True)
        return Deploy([tools, reach], image=image, sign_in=clouds.azure(), variables={"CLUSTER": cluster})
    context = place.environment.kube_context if place.environment else None
    # A kubeconfig may hold several clusters, and its current one may be another environment's.
    chosen = ['kubectl config use-context "${KUBE_CONTEXT}"'] if context else []
    variables = {"KUBE_CONTEXT": context} if context else {}
    # KUBECONFIG is a variable of GitLab's kind `file`: it already holds a path.
    signed = SignIn(['chmod 600 "${KUBECONFIG}"'])
    return Deploy(chosen, sign_in=signed, packages=(*wanted, "kubectl"), variables=variables)
