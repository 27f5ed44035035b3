"""An API of one function: Lambda, API Gateway, ACM and Route 53."""

import base64
import io
import zipfile
from collections.abc import Mapping

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Check, Command, Risk, Rollback
from tools.guard.errors import UnsupportedError
from tools.infrastructure import regions
from tools.infrastructure.aws import common, inputs
from tools.infrastructure.aws.modules.acm import acm
from tools.infrastructure.aws.modules.alarms import alarms
from tools.infrastructure.aws.modules.alerts import alerts
from tools.infrastructure.aws.modules.budget import budget
from tools.infrastructure.aws.modules.deploy_role import deploy_role
from tools.infrastructure.aws.modules.function import (
    environment_variables,
    first_code,
    function,
    handler,
    memory,
    runtime,
    secret_arns,
)
from tools.infrastructure.aws.modules.http_api import http_api, requests
from tools.infrastructure.aws.modules.kms import kms
from tools.infrastructure.aws.modules.route53 import route53
from tools.infrastructure.aws.modules.s3_bucket import s3_bucket
from tools.infrastructure.constraints import host_of
from tools.infrastructure.design import BillLine
from tools.infrastructure.module import Module, Output, text
from tools.infrastructure.scale import Scale, Tier
from tools.pipelines.image import is_deployed

PROMISE = 99.9
ALARMS = 4
MEMORY: Mapping[Tier, int] = {"micro": 256, "small": 512, "medium": 1024, "large": 2048}
WAITING = '{"statusCode": 503, "body": "No release yet"}'
RUNTIMES: Mapping[str, tuple[str, str, str]] = {
    "python": ("python3.14", "app.py", f"def handler(event, context):\n    return {WAITING}\n"),
    "node": ("nodejs24.x", "app.mjs", f"export const handler = async () => ({WAITING});\n"),
}
"""Language to runtime, the file it begins with and what stands in it."""


def modules(brief: Brief) -> tuple[Module, ...]:  # noqa: ARG001 - every blueprint's signature
    """The modules it is made of."""
    made = kms(), s3_bucket(), function(), acm(), route53(), http_api()
    return *made, alerts(), alarms(), budget(), deploy_role()


def stack(brief: Brief) -> Module:  # noqa: ARG001 - as above
    """The module that puts them together."""
    return Module(
        name="service",
        template=f"{inputs.FOLDER}/stacks/function_api",
        about=_("Puts the other modules together into the API of one environment."),
        variables=(
            *common.variables(public=True),
            text("key_region", _("Region whose logs the key encrypts: the one everything lies in.")),
            runtime(),
            handler(),
            memory(),
            first_code(),
            environment_variables(),
            secret_arns(),
            requests(),
        ),
        outputs=(
            Output("url", '"https://${var.domain_name}"', _("Where it is reached.")),
            Output("function", "module.function.name", _("Function the pipeline updates.")),
            Output("alias", "module.function.alias", _("Alias it then moves.")),
            Output("code_bucket", "module.code.bucket", _("Bucket it copies the code to.")),
            Output("deploy_role_arn", "module.deploy_role.role_arn", _("Variable AWS_ROLE_ARN of the pipeline.")),
        ),
    )


def values(brief: Brief, environment: Environment, scale: Scale) -> dict[str, object]:
    """What only this blueprint decides."""
    name, file, content = RUNTIMES[_language(brief)]
    return {
        "key_region": regions.region_of(brief, environment, "aws"),
        "runtime": name,
        "handler": f"{file.split('.')[0]}.handler",
        "memory_mb": MEMORY[scale.tier],
        "first_code": _zipped(file, content),
    }


def asked(brief: Brief, environment: Environment) -> dict[str, object]:  # noqa: ARG001 - as above
    """Settings and the secrets it reads."""
    return {"environment_variables": {}, "secret_arns": []}


def bill(brief: Brief, environment: Environment, scale: Scale) -> list[BillLine]:  # noqa: ARG001 - as above
    """Next to nothing stands still: requests are what costs."""
    return [BillLine("KMS", "aws_kms_key"), common.alarm_lines(ALARMS)]


def checks(brief: Brief, environment: Environment) -> list[Check]:  # noqa: ARG001 - as above
    """It answers over TLS: 503 says that the first release is still to come."""
    return [
        Check(
            name=_("{name} answers over TLS", name=environment.name),
            url=f"https://{host_of(environment)}/",
            expect="200",
            environment=environment.name,
        )
    ]


def rollback(brief: Brief) -> list[Rollback]:
    """A release goes back by its alias."""
    last = brief.context.environments[-1]
    move = (
        f"aws lambda update-alias --function-name {common.name_of(brief, last)} --name live "
        "--function-version PREVIOUS_VERSION --routing-config AdditionalVersionWeights={}"
    )
    return [
        Rollback(
            strategy=_("A release goes back by moving the alias to the previous version, in seconds."),
            commands=[
                Command(run=move, purpose=_("Give all traffic of {name} to the previous version.", name=last.name))
            ],
            data=_("The function keeps no data; events that failed wait two weeks in its queue."),
        )
    ]


def risks(brief: Brief) -> list[Risk]:  # noqa: ARG001 - as above
    """The gateway lets everybody through."""
    return [
        Risk(
            kind="security",
            level="medium",
            message=_("The gateway lets every request through to the function: nothing before it asks who it is."),
            mitigation=_("The application must authorise, or an authorizer be added to the route of modules/http_api."),
        )
    ]


def _language(brief: Brief) -> str:
    deployed = [each for each in brief.context.components if is_deployed(each)]
    languages = [each.language or "" for each in deployed]
    if len(deployed) != 1 or languages[0] not in RUNTIMES:
        raise UnsupportedError(
            _("A function API is made of one component, in {languages}.", languages=", ".join(RUNTIMES)),
            _("Leave exactly one such component in context.components."),
        )
    return languages[0]


def _zipped(file: str, content: str) -> str:
    """An archive of one file, the same bytes every time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        entry = zipfile.ZipInfo(file)
        entry.create_system, entry.external_attr = 3, 0o644 << 16
        archive.writestr(entry, content)
    return base64.b64encode(made.getvalue()).decode()
