"""AWS Lambda: a new version of the function, to which the alias turns part of the traffic first, then all of it."""

from resources.catalogue import _
from tools.brief import Strategy
from tools.delivery import VariableToSet
from tools.pipelines.holders import reference
from tools.pipelines.package import NAME
from tools.pipelines.step import Step
from tools.pipelines.targets import aws
from tools.pipelines.targets.place import BROKEN, Place

FUNCTION, BUCKET, ALIAS = "FUNCTION", "CODE_BUCKET", "live"
SHARES: dict[Strategy, str] = {"rolling": "0.1 0.5", "canary": "0.05 0.25", "blue_green": ""}
"""Parts of the traffic that the new version gets before it gets everything; each for two minutes."""
REMEMBER = (
    f'previous="$(aws lambda get-alias --function-name "${{FUNCTION}}" --name {ALIAS} \\\n'
    '  --query FunctionVersion --output text)"\n'
)
# The digest says that this is the package that was proved.
PUBLISH = (
    'echo "${PACKAGE#*@sha256:}  package.zip" | sha256sum -c\n'
    'key="releases/${PACKAGE#*@sha256:}.zip"\n'
    'aws s3 cp --only-show-errors package.zip "s3://${CODE_BUCKET}/${key}"\n'
    'aws lambda update-function-code --function-name "${FUNCTION}" \\\n'
    '  --s3-bucket "${CODE_BUCKET}" --s3-key "${key}" > update.json\n'
    'aws lambda wait function-updated-v2 --function-name "${FUNCTION}"\n'
    'version="$(aws lambda publish-version --function-name "${FUNCTION}" --query Version --output text)"\n'
)
# AWS publishes no second version of the same code and settings: then there is nothing to shift.
SHIFT = (
    'if [ "${version}" != "${previous}" ]; then\n'
    '  begun="$(date -u +%Y-%m-%dT%H:%M:%SZ)"\n'
    "  for share in ${SHARES}; do\n"
    f'    aws lambda update-alias --function-name "${{FUNCTION}}" --name {ALIAS} \\\n'
    '      --function-version "${previous}" \\\n'
    '      --routing-config "AdditionalVersionWeights={${version}=${share}}" > alias.json\n'
    "    sleep 120\n"
    '    errors="$(aws cloudwatch get-metric-statistics --namespace AWS/Lambda --metric-name Errors \\\n'
    f'      --dimensions "Name=FunctionName,Value=${{FUNCTION}}" "Name=Resource,Value=${{FUNCTION}}:{ALIAS}" \\\n'
    '      "Name=ExecutedVersion,Value=${version}" --statistics Sum --period 60 \\\n'
    '      --start-time "${begun}" --end-time "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \\\n'
    "      --query 'sum(Datapoints[].Sum)' --output text)\"\n"
    '    echo "${share}: ${errors}"\n'
    '    test "${errors%.*}" -eq 0\n'
    "  done\n"
    "fi\n"
)


def pointed(version: str) -> str:
    """Gives `version` all of the traffic."""
    return (
        f'aws lambda update-alias --function-name "${{FUNCTION}}" --name {ALIAS} --function-version "{version}" \\\n'
        "  --routing-config 'AdditionalVersionWeights={}' > alias.json\n"
    )


def deploy(place: Place) -> list[Step]:
    """Fetch the package, publish a version, shift the traffic while no error comes, then give it everything."""
    fetch = f'gh run download "${{GITHUB_RUN_ID}}" --name {NAME}\n'
    known = "${{ steps.publish.outputs.version }}"
    return [
        aws.sign_in(place),
        Step(
            _("Fetch the package"),
            env={"GH_TOKEN": "${{ github.token }}", "GH_REPO": "${{ github.repository }}"},
            run=fetch,
        ),
        Step(
            _("Remember the current version"),
            id="previous",
            env=_function(place),
            run=REMEMBER + 'echo "version=${previous}" >> "${GITHUB_OUTPUT}"\n',
        ),
        Step(
            _("Publish a new version"),
            id="publish",
            env={**_function(place), "CODE_BUCKET": reference(place.brief, BUCKET), "PACKAGE": place.image},
            run=PUBLISH + 'echo "version=${version}" >> "${GITHUB_OUTPUT}"\n',
        ),
        Step(
            _("Shift the traffic while no error comes"),
            env={
                **_function(place),
                "previous": "${{ steps.previous.outputs.version }}",
                "version": known,
                "SHARES": SHARES[place.brief.context.platform.strategy],
            },
            run=SHIFT + pointed("${version}"),
        ),
    ]


def undo(place: Place) -> list[Step]:
    """Point the alias at the version it had before."""
    return [
        Step(
            _("Put the previous version back"),
            condition=f"{BROKEN} && steps.previous.outputs.version != ''",
            env={**_function(place), "PREVIOUS": "${{ steps.previous.outputs.version }}"},
            run=pointed("${PREVIOUS}"),
        )
    ]


def go_back(place: Place) -> list[Step]:
    """Point the alias at a version that a person names."""
    checked = 'if ! [[ "${VERSION}" =~ ^[1-9][0-9]{0,8}$ ]]; then\n  echo "::error::${REFUSED}"\n  exit 1\nfi\n'
    env = {"VERSION": "${{ inputs.version }}", "REFUSED": _("this is no number of a version")}
    return [
        Step(_("Check the version"), env=env, run=checked),
        aws.sign_in(place),
        Step(
            _("Give it all of the traffic"),
            env={**_function(place), "VERSION": "${{ inputs.version }}"},
            run=pointed("${VERSION}"),
        ),
    ]


def variables(place: Place) -> list[VariableToSet]:
    """The role, the function and where its code goes."""
    example = f"{place.brief.name}-{place.environment.name}" if place.environment else place.brief.name
    return [
        *aws.variables(place),
        place.variable(FUNCTION, _("Function of this environment: the output function of its Terraform."), example),
        place.variable(
            BUCKET,
            _("Bucket of its code: the output code_bucket of its Terraform."),
            f"{example}-code-123456789012",
        ),
    ]


def _function(place: Place) -> dict[str, str]:
    return {"FUNCTION": reference(place.brief, FUNCTION)}
