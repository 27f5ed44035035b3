"""No platform: promotion is a tag that moves. Whatever pulls `image:<environment>` gets the version that was tested."""

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.pipelines.targets.place import Place

MOVE = 'docker buildx imagetools create --tag "${IMAGE%[@:]*}:${ENVIRONMENT}" "${IMAGE}"\n'


def deploy(place: Place) -> list[Step]:
    """Remember what the environment's tag means now, then move it."""
    return [
        Step(
            _("Remember the current version"),
            id="previous",
            env={"IMAGE": place.image, "ENVIRONMENT": _name(place)},
            run=(
                "# The first deployment has no previous version.\n"
                'digest="$(docker buildx imagetools inspect --format "{{.Manifest.Digest}}" '
                '"${IMAGE%[@:]*}:${ENVIRONMENT}" || true)"\n'
                'echo "digest=${digest}" >> "${GITHUB_OUTPUT}"\n'
            ),
        ),
        Step(_("Promote the image"), env={"IMAGE": place.image, "ENVIRONMENT": _name(place)}, run=MOVE),
    ]


def undo(place: Place) -> list[Step]:
    """Move the tag back."""
    return [
        Step(
            _("Put the previous version back"),
            condition="failure() && steps.previous.outputs.digest != ''",
            env={
                "IMAGE": place.image,
                "ENVIRONMENT": _name(place),
                "PREVIOUS": "${{ steps.previous.outputs.digest }}",
            },
            run='repository="${IMAGE%[@:]*}"\n'
            'docker buildx imagetools create --tag "${repository}:${ENVIRONMENT}" "${repository}@${PREVIOUS}"\n',
        )
    ]


def variables(place: Place) -> list[VariableToSet]:  # noqa: ARG001 - every target's signature
    """Nothing beyond the registry's own."""
    return []


def _name(place: Place) -> str:
    return place.environment.name if place.environment else "${{ inputs.environment }}"
