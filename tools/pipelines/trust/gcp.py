"""Google Cloud: an identity pool for the pipeline, one service account per environment, one for the registry."""

from collections.abc import Sequence

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Command
from tools.pipelines import registries
from tools.pipelines.issuer import Issuer, issuer_of
from tools.pipelines.trust.shell import quoted
from tools.project import Component

POOLS = "projects/${PROJECT_NUMBER}/locations/global/workloadIdentityPools/"
ROLES = {
    "cloud_run": ("roles/run.developer", "roles/iam.serviceAccountUser"),
    "kubernetes": ("roles/container.developer",),
}


def commands(brief: Brief, deployed: Sequence[Component]) -> list[Command]:  # noqa: ARG001 - every cloud's signature
    """Commands that create the pool and the service accounts, in the project gcloud points at."""
    # The repository's number never changes and is never given to another one, its name may be.
    issuer = issuer_of(brief)
    claim, holder = issuer.identity
    condition = f"\"assertion.{claim} == '${{{holder}}}'{issuer.guard}\""
    mapping = f"google.subject=assertion.sub,attribute.{claim}=assertion.{claim},{issuer.environment}"
    told = [
        *issuer.numbering,
        Command(run='PROJECT="$(gcloud config get-value project)"', purpose=_("Name the Google Cloud project.")),
        Command(
            run='PROJECT_NUMBER="$(gcloud projects describe "${PROJECT}" --format \'value(projectNumber)\')"',
            purpose=_("Name its number."),
        ),
        Command(
            run=f"gcloud iam workload-identity-pools create {issuer.pool} --location global",
            purpose=_("Create the pool of {issuer}'s identities; once per project.", issuer=issuer.label),
        ),
        Command(
            run=f"gcloud iam workload-identity-pools providers create-oidc {issuer.pool} --location global "
            f"--workload-identity-pool {issuer.pool} --issuer-uri {quoted(f'https://{issuer.host}')} "
            f"--attribute-mapping {quoted(mapping)} "
            f"--attribute-condition {condition}",
            purpose=_("Believe the tokens of this repository, and of no other."),
        ),
    ]
    if registries.registry_of(brief).kind == "google":
        told += _account(issuer, "push", f"attribute.{claim}/${{{holder}}}", ("roles/artifactregistry.writer",))
    for environment in brief.context.environments if _deploys_to_gcp(brief) else ():
        roles = ROLES[brief.context.platform.target or ""]
        told += _account(issuer, _deployer(environment), f"attribute.environment/{environment.name}", roles)
    return told


def values(brief: Brief, environment: Environment | None) -> dict[str, str]:
    """What these commands make known, by the name of the variable that holds it."""
    pool = issuer_of(brief).pool
    told = {"GCP_WORKLOAD_IDENTITY_PROVIDER": f"{POOLS}{pool}/providers/{pool}", "ARTIFACT_PROJECT": "${PROJECT}"}
    if environment is None:
        return {**told, "GCP_PUSH_SERVICE_ACCOUNT": _email(pool, "push")}
    return {**told, "GCP_SERVICE_ACCOUNT": _email(pool, _deployer(environment))}


def needed(brief: Brief) -> bool:
    """Whether anything of the pipeline signs in to Google Cloud."""
    return _deploys_to_gcp(brief) or registries.registry_of(brief).kind == "google"


def _deploys_to_gcp(brief: Brief) -> bool:
    platform = brief.context.platform
    return platform.target == "cloud_run" or (platform.target == "kubernetes" and platform.provider == "gcp")


def _deployer(environment: Environment) -> str:
    # Service account names: 6 to 30 characters.
    return f"deploy-{environment.name[:23].strip('-')}"


def _email(pool: str, account: str) -> str:
    return f"{pool}-{account}"[:30] + "@${PROJECT}.iam.gserviceaccount.com"


def _account(issuer: Issuer, account: str, who: str, roles: Sequence[str]) -> list[Command]:
    email = quoted(_email(issuer.pool, account))
    member = quoted(f"principalSet://iam.googleapis.com/{POOLS}{issuer.pool}/{who}")
    name = f"{issuer.pool}-{account}"[:30]
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
                f"--member {quoted(f'serviceAccount:{_email(issuer.pool, account)}')} --condition None",
                purpose=_("Allow it what the workflow does, and no more."),
            )
            for role in roles
        ),
    ]
