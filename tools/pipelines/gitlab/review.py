"""Review apps: a merge request's own copy in a namespace of its own, started by hand, gone after three days."""

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import Command, VariableToSet
from tools.pipelines import registries
from tools.pipelines.deployment import answers
from tools.pipelines.gitlab.image import client, packages
from tools.pipelines.gitlab.job import Environment, Job, Need, Rule
from tools.pipelines.gitlab.registry_login import repository
from tools.pipelines.image import delivers
from tools.pipelines.settings import Setting
from tools.pipelines.targets.place import workload
from tools.project import Component

SCOPE = "review/*"
NAMESPACE = "review"
TAG = "mr-${CI_COMMIT_SHA}"
# A fork's merge request runs in the fork, which has neither the namespace nor its credentials.
OWN = "$CI_MERGE_REQUEST_IID && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID"
MANIFESTS = (
    'jq --null-input --arg name "${NAME}" --arg image "${IMAGE}" --arg host "${HOST}" --arg secret "${SECRET}" \\\n'
    '  --argjson port "${PORT}" --arg path "${HEALTH_PATH}" \'\n'
    "  {app: $name} as $labels\n"
    '  | {apiVersion: "v1", kind: "List", items: [\n'
    '      {apiVersion: "apps/v1", kind: "Deployment", metadata: {name: $name, labels: $labels},\n'
    "       spec: {replicas: 1, selector: {matchLabels: $labels}, template: {metadata: {labels: $labels}, spec: {\n"
    '         automountServiceAccountToken: false, imagePullSecrets: [{name: "gitlab-registry"}],\n'
    '         securityContext: {runAsNonRoot: true, seccompProfile: {type: "RuntimeDefault"}},\n'
    "         containers: [{name: $name, image: $image, ports: [{containerPort: $port}],\n"
    "           envFrom: [{secretRef: {name: $secret, optional: true}}],\n"
    "           readinessProbe: {httpGet: {path: $path, port: $port}},\n"
    '           resources: {requests: {cpu: "50m", memory: "128Mi"}, limits: {memory: "768Mi"}},\n'
    '           securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ["ALL"]}}}]}}}},\n'
    '      {apiVersion: "v1", kind: "Service", metadata: {name: $name, labels: $labels},\n'
    "       spec: {selector: $labels, ports: [{port: 80, targetPort: $port}]}},\n"
    '      {apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: {name: $name, labels: $labels},\n'
    '       spec: {rules: [{host: $host, http: {paths: [{path: "/", pathType: "Prefix",\n'
    "         backend: {service: {name: $name, port: {number: 80}}}}]}}]}}]}' |\n"
    '  kubectl --namespace "${NAMESPACE}" apply --filename -\n'
)
ROLLOUT = 'kubectl --namespace "${NAMESPACE}" rollout status "deployment/${NAME}" --timeout=5m\n'
STOP = (
    'kubectl --namespace "${NAMESPACE}" delete "deployment/${NAME}" "service/${NAME}" "ingress/${NAME}" \\\n'
    "  --ignore-not-found\n"
)


def reviewed(brief: Brief, component: Component) -> bool:
    """Whether a merge request can have a copy: in Kubernetes, of what answers, from GitLab's own registry.

    Another registry or cloud would have to trust whatever a merge request contains.
    """
    return (
        brief.context.platform.target == "kubernetes"
        and registries.registry_of(brief).kind == "gitlab"
        and delivers(brief, component)
        and answers(component)
        and component.port is not None
    )


def review_jobs(brief: Brief, component: Component) -> list[Job]:
    """The job that starts the copy and the one that GitLab runs when the merge request ends."""
    if not reviewed(brief, component):
        return []
    name = workload(brief, component)
    # A name of Kubernetes ends after 63 characters.
    short = f"{name[:48].rstrip('-')}-mr-${{CI_MERGE_REQUEST_IID}}"
    host = f"{short}.${{REVIEW_DOMAIN}}"
    environment = f"{NAMESPACE}/{short}"
    variables = {"NAMESPACE": NAMESPACE, "NAME": short}
    path = component.health_path or "/"
    before = [*packages("curl", "jq", "kubectl"), 'chmod 600 "${KUBECONFIG}"']
    start = Job(
        name="review",
        stage="review",
        comment=_("A copy of its own for the merge request: started by hand, renewed by hand, gone three days after."),
        image=client(),
        needs=[Need("image-check")],
        rules=[Rule(OWN, manual=True, blocks=False)],
        variables={
            **variables,
            "IMAGE": f"{repository(brief, name)}:{TAG}",
            "HOST": host,
            "SECRET": f"{name}-review",
            "PORT": str(component.port),
        },
        data={"HEALTH_PATH": path if path.startswith("/") else f"/{path}"},
        before=before,
        script=[MANIFESTS, ROLLOUT],
        environment=Environment(environment, "development", f"https://{host}", None, "review-stop", "3 days"),
        lock=environment,
        timeout="15 minutes",
        fetches=False,
    )
    stop = Job(
        name="review-stop",
        stage="review",
        image=client(),
        needs=[],
        rules=[Rule(OWN, manual=True, blocks=False)],
        variables=variables,
        before=before,
        script=[STOP],
        environment=Environment(environment, "development", None, "stop"),
        lock=environment,
        timeout="15 minutes",
        fetches=False,
    )
    return [start, stop]


def review_settings(brief: Brief, deployed: list[Component]) -> list[Setting]:
    """What the copies need, known to no other environment."""
    if not any(reviewed(brief, each) for each in deployed):
        return []
    where = _("GitLab environment {name}", name=SCOPE)
    purpose = _("Of a service account that may do nothing but its work in the namespace {name}.", name=NAMESPACE)
    domain = _("Below which each merge request gets an address: a wildcard leads to the cluster's ingress.")
    return [
        Setting(VariableToSet(name="KUBECONFIG", secret=True, where=where, purpose=purpose), SCOPE),
        Setting(
            VariableToSet(
                name="REVIEW_DOMAIN", secret=False, where=where, purpose=domain, example="review.example.org"
            ),
            SCOPE,
        ),
    ]


def review_commands(brief: Brief, deployed: list[Component]) -> list[Command]:
    """What is made once for all copies."""
    if not any(reviewed(brief, each) for each in deployed):
        return []
    return [
        Command(
            run=f"kubectl create namespace {NAMESPACE} && kubectl label namespace {NAMESPACE} "
            "pod-security.kubernetes.io/enforce=restricted",
            purpose=_("The namespace of the review apps, where nothing runs as root."),
        ),
        Command(
            run=f"kubectl --namespace {NAMESPACE} create secret docker-registry gitlab-registry "
            '--docker-server "${REGISTRY_HOST:?}" --docker-username "${DEPLOY_TOKEN_USER:?}" '
            '--docker-password "${DEPLOY_TOKEN:?}"',
            purpose=_("Let it pull images, with a deploy token that can read the registry and nothing else."),
        ),
    ]
