"""AWS Lambda: a new version of the function, to which the alias turns part of the traffic first, then all of it."""

from tools.pipelines.gitlab import clouds
from tools.pipelines.gitlab.targets.target import Deploy
from tools.pipelines.targets.function import PUBLISH, REMEMBER, SHARES, SHIFT, pointed
from tools.pipelines.targets.place import Place


def deploy(place: Place, *, migrates: bool) -> Deploy:
    """Remember the version, publish the package, shift the traffic; going back only points the alias elsewhere."""
    release = ['PACKAGE="${IMAGE}"\n' + PUBLISH + SHIFT + pointed("${version}")]
    return Deploy(
        script=[REMEMBER + 'printf %s "${previous}" > previous\n', *release] if migrates else [pointed("${VERSION}")],
        undo=pointed("$(cat previous)"),
        sign_in=clouds.aws(place.value("AWS_REGION", place.region)),
        packages=("curl",),
        variables={"SHARES": SHARES[place.brief.context.platform.strategy]},
    )
