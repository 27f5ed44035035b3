"""Signs a job in to AWS through OIDC: no long-lived key exists."""

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.pipelines.targets.place import Place


def sign_in(place: Place) -> Step:
    """The step that takes the environment's role."""
    return Step(
        _("Sign in to AWS"),
        action="aws-actions/configure-aws-credentials",
        options={
            "role-to-assume": "${{ vars.AWS_ROLE_ARN }}",
            "aws-region": place.value("AWS_REGION", place.region),
        },
    )


def variables(place: Place) -> list[VariableToSet]:
    """The role and, where the brief does not name it, the region."""
    purpose = _("IAM role that trusts this repository and this environment through OIDC.")
    told = [place.variable("AWS_ROLE_ARN", purpose, "arn:aws:iam::123456789012:role/deploy")]
    if not place.region_is_fixed:
        told.append(place.variable("AWS_REGION", _("Region to deploy to."), place.region or "eu-west-3"))
    return told
