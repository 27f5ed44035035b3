"""The image job: build once, push once with provenance and SBOM, then only its digest travels."""

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.project import Component

Permissions = dict[str, tuple[str, str]]
# Image repositories are lower case; the owner's name may not be.
REPOSITORY = 'repository="${REGISTRY,,}/${NAME}"\n'
AMAZON, GOOGLE, GITHUB = "amazonaws.com", "-docker.pkg.dev", "ghcr.io"
DEPLOYED = {"service", "worker", "static", None}


def is_deployed(component: Component) -> bool:
    """Whether the component becomes an image: services, workers and sites do; libraries and commands do not."""
    return component.kind in DEPLOYED


def dockerfile(component: Component) -> str:
    """The Dockerfile, relative to the repository root: the component's own, or where it is expected."""
    return component.dockerfile or ("Dockerfile" if component.path == "." else f"{component.path}/Dockerfile")


def registry(brief: Brief) -> str:
    """The registry and namespace, or the expression of the repository owner's on ghcr.io."""
    return brief.context.registry or "ghcr.io/${{ github.repository_owner }}"


def repository_env(brief: Brief, component: Component, single: bool) -> dict[str, str]:
    """The environment that `REPOSITORY` reads."""
    name = brief.name if single else f"{brief.name}-{component.name}"
    return {"REGISTRY": registry(brief), "NAME": name}


def steps(brief: Brief, component: Component, single: bool) -> list[Step]:
    """Build the image; push it unless this is a pull request."""
    pushes = "github.event_name != 'pull_request'"
    context = component.path
    return [
        Step(_("Check the sources out"), action="actions/checkout", options={"persist-credentials": "false"}),
        Step(
            _("Name the image"),
            id="name",
            env=repository_env(brief, component, single),
            run=REPOSITORY + 'echo "image=${repository}" >> "${GITHUB_OUTPUT}"\n',
        ),
        Step(_("Set up Buildx"), action="docker/setup-buildx-action"),
        *(_conditioned(step, pushes) for step in sign_in(brief)),
        Step(
            _("Describe the image"),
            id="describe",
            action="docker/metadata-action",
            options={
                "images": "${{ steps.name.outputs.image }}",
                "tags": "type=sha,format=long\ntype=ref,event=pr",
            },
        ),
        Step(
            _("Build and push the image"),
            id="build",
            action="docker/build-push-action",
            options={
                "context": context,
                "file": dockerfile(component),
                "push": f"${{{{ {pushes} }}}}",
                "tags": "${{ steps.describe.outputs.tags }}",
                "labels": "${{ steps.describe.outputs.labels }}",
                "provenance": "mode=max",
                "sbom": "true",
                "cache-from": f"type=gha,scope={component.name or brief.name}",
                "cache-to": f"type=gha,mode=max,scope={component.name or brief.name}",
            },
        ),
    ]


def sign_in(brief: Brief, *, only_if_moving: bool = False) -> list[Step]:
    """Steps that sign in to the registry. Deployments need it only where promotion moves a tag in it."""
    if only_if_moving and (brief.context.platform.target or "registry") != "registry":
        return []
    host = registry(brief).split("/")[0]
    if AMAZON in host:
        return [
            Step(
                _("Sign in to AWS"),
                action="aws-actions/configure-aws-credentials",
                options={"role-to-assume": "${{ vars.AWS_ECR_ROLE_ARN }}", "aws-region": host.split(".")[3]},
            ),
            Step(_("Sign in to the registry"), action="aws-actions/amazon-ecr-login"),
        ]
    if host.endswith(GOOGLE):
        return [
            Step(
                _("Sign in to Google Cloud"),
                id="google",
                action="google-github-actions/auth",
                options={
                    "workload_identity_provider": "${{ vars.GCP_WORKLOAD_IDENTITY_PROVIDER }}",
                    "service_account": "${{ vars.GCP_SERVICE_ACCOUNT }}",
                    "token_format": "access_token",
                },
            ),
            _log_in(host, "oauth2accesstoken", "${{ steps.google.outputs.access_token }}"),
        ]
    if host == GITHUB:
        return [_log_in(host, "${{ github.actor }}", "${{ secrets.GITHUB_TOKEN }}")]
    return [_log_in(host, "${{ vars.REGISTRY_USERNAME }}", "${{ secrets.REGISTRY_PASSWORD }}")]


def permissions(brief: Brief) -> dict[str, str]:
    """Write permissions of the image job, each with its reason."""
    host = registry(brief).split("/")[0]
    if host == GITHUB:
        return {"packages": _("to push the image")}
    if AMAZON in host or host.endswith(GOOGLE):
        return {"id-token": _("to sign in to the registry without a key (OIDC)")}
    return {}


def deploy_permissions(brief: Brief) -> Permissions:
    """Permissions of a job that deploys, each with its level and its reason."""
    target, provider = brief.context.platform.target or "registry", brief.context.platform.provider
    needed: Permissions = {}
    if target in {"ecs", "cloud_run"} or (target == "kubernetes" and provider in {"aws", "gcp"}):
        needed["id-token"] = ("write", _("to sign in to the cloud without a key (OIDC)"))
    if target == "registry":
        needed |= {scope: ("write", reason) for scope, reason in permissions(brief).items()}
    return needed or {"contents": ("read", _("the least a job can ask for"))}


def variables(brief: Brief) -> list[VariableToSet]:
    """What the image job needs set for the whole repository."""
    host = registry(brief).split("/")[0]
    where = _("GitHub repository")
    if AMAZON in host:
        purpose = _("IAM role that may push to the registry; it trusts this repository through OIDC.")
        example = "arn:aws:iam::123456789012:role/push-images"
        return [VariableToSet(name="AWS_ECR_ROLE_ARN", secret=False, where=where, purpose=purpose, example=example)]
    if host.endswith(GOOGLE):
        provider = "projects/123456789/locations/global/workloadIdentityPools/github/providers/github"
        return [
            VariableToSet(
                name="GCP_WORKLOAD_IDENTITY_PROVIDER",
                secret=False,
                where=where,
                purpose=_("Identity provider that trusts this repository."),
                example=provider,
            ),
            VariableToSet(
                name="GCP_SERVICE_ACCOUNT",
                secret=False,
                where=where,
                purpose=_("Service account that may push to the registry."),
                example="push@my-project.iam.gserviceaccount.com",
            ),
        ]
    if host == GITHUB:
        return []
    return [
        VariableToSet(
            name="REGISTRY_USERNAME", secret=False, where=where, purpose=_("User of the registry."), example="robot"
        ),
        VariableToSet(name="REGISTRY_PASSWORD", secret=True, where=where, purpose=_("Token that may push images.")),
    ]


def _log_in(host: str, username: str, password: str) -> Step:
    return Step(
        _("Sign in to the registry"),
        action="docker/login-action",
        options={"registry": host, "username": username, "password": password},
    )


def _conditioned(step: Step, condition: str) -> Step:
    return Step(**{**vars(step), "condition": condition})
