"""Cloud Run: a new revision, which takes the traffic once it is ready."""

import json

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.pipelines.targets import gcp
from tools.pipelines.targets.place import BROKEN, Place

RUN_MIGRATION = (
    'gcloud run jobs describe "${JOB}" --region "${REGION}" --format json |\n'
    '  jq --arg image "${IMAGE}" --argjson migration "${MIGRATION}" \\\n'
    "    'del(.status) | .spec.template.spec.template.spec.containers[0] += ({image: $image} + $migration)'"
    " \\\n"
    "    > migration.json\n"
    'gcloud run jobs replace migration.json --region "${REGION}"\n'
    'gcloud run jobs execute "${JOB}" --region "${REGION}" --wait\n'
)


def deploy(place: Place) -> list[Step]:
    """Remember the revision that serves, migrate, deploy the image, then give it the traffic."""
    return [
        gcp.sign_in(),
        Step(_("Set up gcloud"), action="google-github-actions/setup-gcloud"),
        Step(
            _("Remember the current version"),
            id="previous",
            comment=_("Empty before the first deployment."),
            env=_service(place),
            run=(
                'revision="$(gcloud run services list --region "${REGION}" \\\n'
                '  --filter "metadata.name=${SERVICE}" --format \'value(status.traffic[0].revisionName)\')"\n'
                'echo "revision=${revision}" >> "${GITHUB_OUTPUT}"\n'
            ),
        ),
        *_migrate(place),
        Step(
            _("Deploy the new revision"),
            id="deploy",
            action="google-github-actions/deploy-cloudrun",
            options={"service": place.workload, "region": _region(place), "image": place.image},
        ),
        Step(
            _("Send it all the traffic"),
            comment=_("After a rollback the traffic is held by an older revision until it is released."),
            env=_service(place),
            run='gcloud run services update-traffic "${SERVICE}" --region "${REGION}" --to-latest',
        ),
    ]


def undo(place: Place) -> list[Step]:
    """Send all traffic back to the revision that served before."""
    return [
        Step(
            _("Put the previous version back"),
            condition=f"{BROKEN} && steps.previous.outputs.revision != ''",
            env={**_service(place), "PREVIOUS": "${{ steps.previous.outputs.revision }}"},
            run=(
                'gcloud run services update-traffic "${SERVICE}" --region "${REGION}" \\\n'
                '  --to-revisions "${PREVIOUS}=100"\n'
            ),
        )
    ]


def variables(place: Place) -> list[VariableToSet]:
    """What Google Cloud's sign-in needs."""
    return gcp.variables(place)


def _region(place: Place) -> str:
    return place.value("GCP_REGION", place.region)


def _service(place: Place) -> dict[str, str]:
    return {"SERVICE": place.workload, "REGION": _region(place)}


def _migrate(place: Place) -> list[Step]:
    """A job of the new image that migrates the database; it is created once, with the service's configuration."""
    if place.migration is None:
        return []
    return [
        Step(
            _("Migrate the database"),
            comment=_("Before the new version serves: a failed migration stops the deployment here."),
            env={
                "JOB": f"{place.workload}-migrate",
                "REGION": _region(place),
                "IMAGE": place.image,
                "MIGRATION": json.dumps({"command": ["sh"], "args": ["-c", place.migration]}, ensure_ascii=False),
            },
            run=RUN_MIGRATION,
        )
    ]
