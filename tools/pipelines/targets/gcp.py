"""Signs a job in to Google Cloud through Workload Identity Federation: no long-lived key exists."""

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.issuer import issuer_of
from tools.pipelines.step import Step
from tools.pipelines.targets.place import Place


def sign_in() -> Step:
    """The step that becomes the environment's service account."""
    return Step(
        _("Sign in to Google Cloud"),
        action="google-github-actions/auth",
        options={
            "workload_identity_provider": "${{ vars.GCP_WORKLOAD_IDENTITY_PROVIDER }}",
            "service_account": "${{ vars.GCP_SERVICE_ACCOUNT }}",
        },
    )


def variables(place: Place) -> list[VariableToSet]:
    """The identity provider, the service account and, where the brief does not name it, the region."""
    pool = issuer_of(place.brief).pool
    provider = f"projects/123456789/locations/global/workloadIdentityPools/{pool}/providers/{pool}"
    account = "deploy@my-project.iam.gserviceaccount.com"
    trusts = _("Identity provider that trusts this repository.")
    told = [
        place.variable("GCP_WORKLOAD_IDENTITY_PROVIDER", trusts, provider),
        place.variable("GCP_SERVICE_ACCOUNT", _("Service account that deploys."), account),
    ]
    if not place.region_is_fixed:
        told.append(place.variable("GCP_REGION", _("Region to deploy to."), place.region or "europe-west9"))
    return told
