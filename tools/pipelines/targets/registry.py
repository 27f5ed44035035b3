"""No platform: promotion is a tag that moves. Whatever pulls `image:<environment>` gets the version that was tested."""

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.pipelines.targets.place import BROKEN, Place

MOVE = 'docker buildx imagetools create --tag "${REPOSITORY}:${ENVIRONMENT}" '


def deploy(place: Place) -> list[Step]:
    """Remember what the environment's tag means now, then move it."""
    return [
        Step(
            _("Remember the current version"),
            id="previous",
            env=_tag(place),
            comment=_("The first deployment has no previous version."),
            run=(
                'digest="$(docker buildx imagetools inspect --format "{{.Manifest.Digest}}" \\\n'
                '  "${REPOSITORY}:${ENVIRONMENT}" || true)"\n'
                'echo "digest=${digest}" >> "${GITHUB_OUTPUT}"\n'
            ),
        ),
        Step(_("Promote the image"), env={"IMAGE": place.image, **_tag(place)}, run=MOVE + '"${IMAGE}"'),
    ]


def undo(place: Place) -> list[Step]:
    """Move the tag back."""
    return [
        Step(
            _("Put the previous version back"),
            condition=f"{BROKEN} && steps.previous.outputs.digest != ''",
            env={**_tag(place), "PREVIOUS": "${{ steps.previous.outputs.digest }}"},
            run=MOVE + '"${REPOSITORY}@${PREVIOUS}"',
        )
    ]


def variables(place: Place) -> list[VariableToSet]:  # noqa: ARG001 - every target's signature
    """Nothing beyond the registry's own."""
    return []


def _tag(place: Place) -> dict[str, str]:
    return {"REPOSITORY": place.repository, "ENVIRONMENT": place.environment_name}
