"""Cloud Run: a new revision, which takes the traffic once it is ready."""

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.pipelines.targets import gcp
from tools.pipelines.targets.place import Place


def deploy(place: Place) -> list[Step]:
    """Remember the revision that serves, then deploy the image."""
    region = place.value("GCP_REGION", place.region)
    return [
        gcp.sign_in(),
        Step(_("Set up gcloud"), action="google-github-actions/setup-gcloud"),
        Step(
            _("Remember the current version"),
            id="previous",
            env={"SERVICE": place.workload, "REGION": region},
            run=(
                "# The first deployment has no previous version.\n"
                'revision="$(gcloud run services describe "${SERVICE}" --region "${REGION}" '
                "--format 'value(status.latestReadyRevisionName)' || true)\"\n"
                'echo "revision=${revision}" >> "${GITHUB_OUTPUT}"\n'
            ),
        ),
        Step(
            _("Deploy the new revision"),
            action="google-github-actions/deploy-cloudrun",
            options={"service": place.workload, "region": region, "image": place.image},
        ),
    ]


def undo(place: Place) -> list[Step]:
    """Send all traffic back to the revision that served before."""
    return [
        Step(
            _("Put the previous version back"),
            condition="failure() && steps.previous.outputs.revision != ''",
            env={
                "SERVICE": place.workload,
                "REGION": place.value("GCP_REGION", place.region),
                "PREVIOUS": "${{ steps.previous.outputs.revision }}",
            },
            run=(
                'gcloud run services update-traffic "${SERVICE}" --region "${REGION}" '
                '--to-revisions "${PREVIOUS}=100"\n'
            ),
        )
    ]


def variables(place: Place) -> list[VariableToSet]:
    """What Google Cloud's sign-in needs."""
    return gcp.variables(place)
