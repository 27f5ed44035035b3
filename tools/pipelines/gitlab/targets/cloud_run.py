"""Cloud Run: a new revision, which takes the traffic once it is ready; a merge request gets an address of its own."""

import json

from tools.containers.base_images import base
from tools.pipelines.gitlab import clouds
from tools.pipelines.gitlab.job import Image, Script
from tools.pipelines.gitlab.targets.target import Deploy
from tools.pipelines.targets.cloud_run import RUN_MIGRATION
from tools.pipelines.targets.place import Place

REMEMBER = (
    'gcloud run services list --region "${REGION}" --filter "metadata.name=${SERVICE}" \\\n'
    "  --format 'value(status.traffic[0].revisionName)' > previous\n"
)
# After a rollback the traffic is held by an older revision until it is released.
RELEASE = (
    'gcloud run deploy "${SERVICE}" --region "${REGION}" --image "${IMAGE}" --quiet\n'
    'gcloud run services update-traffic "${SERVICE}" --region "${REGION}" --to-latest\n'
)
UNDO = (
    'gcloud run services update-traffic "${SERVICE}" --region "${REGION}" \\\n  --to-revisions "$(cat previous)=100"\n'
)


def deploy(place: Place, *, migrates: bool) -> Deploy:
    """Remember the revision that serves, migrate, deploy the image, then give it the traffic."""
    script: Script = [REMEMBER]
    data = {}
    if migrates and place.migration is not None:
        arguments = {"command": ["sh"], "args": ["-c", place.migration]}
        data = {"MIGRATION": json.dumps(arguments, ensure_ascii=False)}
        script += ["apt-get update -qq && apt-get install -qq --yes --no-install-recommends jq", RUN_MIGRATION]
    return Deploy(
        script=[*script, RELEASE],
        undo=UNDO,
        image=Image(base("gcloud"), bare=True),
        sign_in=clouds.gcp(),
        variables={
            "SERVICE": place.workload,
            "REGION": place.value("GCP_REGION", place.region),
            **({"JOB": f"{place.workload}-migrate"} if data else {}),
        },
        data=data,
    )
