"""No platform: promotion is a tag that moves. Whatever pulls `image:<environment>` gets the version that was tested."""

from tools.pipelines.gitlab.registry_login import login
from tools.pipelines.gitlab.targets.target import Deploy
from tools.pipelines.targets.place import Place
from tools.pipelines.targets.registry import MOVE


def deploy(place: Place, *, migrates: bool) -> Deploy:  # noqa: ARG001 - nothing here can migrate
    """Remember what the environment's tag means now, then move it."""
    remember = (
        "docker buildx imagetools inspect --format '{{.Manifest.Digest}}' \\\n"
        '  "${REPOSITORY}:${ENVIRONMENT}" > previous || true\n'
    )
    return Deploy(
        script=[remember, MOVE + '"${IMAGE}"'],
        undo=MOVE + '"${REPOSITORY}@$(cat previous)"\n',
        sign_in=login(place.brief),
        packages=("curl",),
        variables={"ENVIRONMENT": place.environment_name},
    )
