"""Signs a job in to Google Cloud through Workload Identity Federation: no long-lived key exists."""

from resources.catalogue import _
from tools.delivery import VariableToSet
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
    where = _("GitHub environment {name}", name=place.environment.name if place.environment else "*")
    told = [
        VariableToSet(
            name="GCP_WORKLOAD_IDENTITY_PROVIDER",
            secret=False,
            where=where,
            purpose=_("Identity provider that trusts this repository."),
            example="projects/123456789/locations/global/workloadIdentityPools/github/providers/github",
        ),
        VariableToSet(
            name="GCP_SERVICE_ACCOUNT",
            secret=False,
            where=where,
            purpose=_("Service account that deploys."),
            example="deploy@my-project.iam.gserviceaccount.com",
        ),
    ]
    if not place.region_is_fixed:
        purpose = _("Region to deploy to.")
        told.append(
            VariableToSet(name="GCP_REGION", secret=False, where=where, purpose=purpose, example="europe-west9")
        )
    return told
