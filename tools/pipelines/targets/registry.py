"""No platform: promotion is a tag that moves. Whatever pulls `image:<environment>` gets the version that was tested."""

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.pipelines.targets.place import Place

MOVE = 'docker buildx imagetools create --tag "${REPOSITORY}:${ENVIRONMENT}" "${IMAGE}"'


def deploy(place: Place) -> list[Step]:
    """Remember what the environment's tag means now, then move it."""
    return [
        Step(
            _("Remember the current version"),
            id="previous",
            env={"REPOSITORY": place.repository, "ENVIRONMENT": _name(place)},
            run=(
                "# The first deployment has no previous version.\n"
                'digest="$(docker buildx imagetools inspect --format "{{.Manifest.Digest}}" '
                '"${REPOSITORY}:${ENVIRONMENT}" || true)"\n'
                'echo "digest=${digest}" >> "${GITHUB_OUTPUT}"\n'
            ),
        ),
        Step(
            _("Promote the image"),
            env={"IMAGE": place.image, "REPOSITORY": place.repository, "ENVIRONMENT": _name(place)},
            run=MOVE,
        ),
    ]


def undo(place: Place) -> list[Step]:
    """Move the tag back."""
    return [
        Step(
            _("Put the previous version back"),
            condition="failure() && steps.previous.outputs.digest != ''",
            env={
                "REPOSITORY": place.repository,
                "ENVIRONMENT": _name(place),
                "PREVIOUS": "${{ steps.previous.outputs.digest }}",
            },
            run='docker buildx imagetools create --tag "${REPOSITORY}:${ENVIRONMENT}" "${REPOSITORY}@${PREVIOUS}"',
        )
    ]


def variables(place: Place) -> list[VariableToSet]:  # noqa: ARG001 - every target's signature
    """Nothing beyond the registry's own."""
    return []


def _name(place: Place) -> str:
    return place.environment.name if place.environment else "${{ inputs.environment }}"
