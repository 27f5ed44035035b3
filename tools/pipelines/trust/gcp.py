"""Google Cloud: a workload identity pool for GitHub, one service account per environment, one for the registry."""

from collections.abc import Sequence

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Command
from tools.pipelines import registries
from tools.pipelines.trust.shell import REPOSITORY, quoted
from tools.project import Component

POOL = "projects/${PROJECT_NUMBER}/locations/global/workloadIdentityPools/github"
ROLES = {
    "cloud_run": ("roles/run.developer", "roles/iam.serviceAccountUser"),
    "kubernetes": ("roles/container.developer",),
}


def commands(brief: Brief, deployed: Sequence[Component]) -> list[Command]:  # noqa: ARG001 - every cloud's signature
    """Commands that create the pool and the service accounts, in the project gcloud points at."""
    # The repository's number never changes and is never given to another one, its name may be.
    condition = "\"assertion.repository_id == '${REPOSITORY_ID}'\""
    mapping = "google.subject=assertion.sub,attribute.repository_id=assertion.repository_id"
    told = [
        Command(run=REPOSITORY, purpose=_("Name the repository, for the commands below.")),
        Command(
            run='REPOSITORY_ID="$(gh api "repos/${REPOSITORY}" --jq .id)"',
            purpose=_("Its number, which no other repository can ever have."),
        ),
        Command(run='PROJECT="$(gcloud config get-value project)"', purpose=_("Name the Google Cloud project.")),
        Command(
            run='PROJECT_NUMBER="$(gcloud projects describe "${PROJECT}" --format \'value(projectNumber)\')"',
            purpose=_("Name its number."),
        ),
        Command(
            run="gcloud iam workload-identity-pools create github --location global",
            purpose=_("Create the pool of GitHub's identities; once per project."),
        ),
        Command(
            run="gcloud iam workload-identity-pools providers create-oidc github --location global "
            "--workload-identity-pool github --issuer-uri https://token.actions.githubusercontent.com "
            f"--attribute-mapping {mapping},attribute.environment=assertion.environment "
            f"--attribute-condition {condition}",
            purpose=_("Believe the tokens of this repository, and of no other."),
        ),
    ]
    if registries.registry_of(brief).kind == "google":
        told += _account("push", "attribute.repository_id/${REPOSITORY_ID}", ("roles/artifactregistry.writer",))
    for environment in brief.context.environments if _deploys_to_gcp(brief) else ():
        roles = ROLES[brief.context.platform.target or ""]
        told += _account(_deployer(environment), f"attribute.environment/{environment.name}", roles)
    return told


def values(brief: Brief, environment: Environment | None) -> dict[str, str]:  # noqa: ARG001 - every cloud's signature
    """What these commands make known, by the name of the variable that holds it."""
    told = {"GCP_WORKLOAD_IDENTITY_PROVIDER": f"{POOL}/providers/github", "ARTIFACT_PROJECT": "${PROJECT}"}
    if environment is None:
        return {**told, "GCP_PUSH_SERVICE_ACCOUNT": _email("push")}
    return {**told, "GCP_SERVICE_ACCOUNT": _email(_deployer(environment))}


def needed(brief: Brief) -> bool:
    """Whether anything of the pipeline signs in to Google Cloud."""
    return _deploys_to_gcp(brief) or registries.registry_of(brief).kind == "google"


def _deploys_to_gcp(brief: Brief) -> bool:
    platform = brief.context.platform
    return platform.target == "cloud_run" or (platform.target == "kubernetes" and platform.provider == "gcp")


def _deployer(environment: Environment) -> str:
    # Service account names: 6 to 30 characters.
    return f"deploy-{environment.name[:23].strip('-')}"


def _email(account: str) -> str:
    return f"github-{account}"[:30] + "@${PROJECT}.iam.gserviceaccount.com"


def _account(account: str, who: str, roles: Sequence[str]) -> list[Command]:
    email = quoted(_email(account))
    member = quoted(f"principalSet://iam.googleapis.com/{POOL}/{who}")
    name = f"github-{account}"[:30]
    return [
        Command(
            run=f"gcloud iam service-accounts create {name}",
            purpose=_("Create the service account {name}.", name=name),
        ),
        Command(
            run=f"gcloud iam service-accounts add-iam-policy-binding {email} "
            f"--role roles/iam.workloadIdentityUser --member {member}",
            purpose=_("Let only these jobs become it."),
        ),
        *(
            Command(
                run=f'gcloud projects add-iam-policy-binding "${{PROJECT}}" --role {role} '
                f"--member {quoted(f'serviceAccount:{_email(account)}')} --condition None",
                purpose=_("Allow it what the workflow does, and no more."),
            )
            for role in roles
        ),
    ]
