"""One machine with Docker Compose: EC2, a volume, and an address or a load balancer before it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.containers.compose import compose_file
from tools.containers.workloads import workloads
from tools.delivery import Check, Command, Risk, Rollback, VariableToSet
from tools.deployment.routing import Route
from tools.deployment.routing import routes as routes_of
from tools.infrastructure import regions
from tools.infrastructure.aws import common, inputs, networking
from tools.infrastructure.aws.extra import Extra
from tools.infrastructure.aws.images import repository_arn
from tools.infrastructure.aws.modules import virtual_machine as machine
from tools.infrastructure.aws.modules.acm import acm
from tools.infrastructure.aws.modules.alarms import alarms
from tools.infrastructure.aws.modules.alb import alb, web_acl_arn
from tools.infrastructure.aws.modules.alerts import alerts
from tools.infrastructure.aws.modules.budget import budget
from tools.infrastructure.aws.modules.deploy_role import deploy_role
from tools.infrastructure.aws.modules.ecs_service import registry_secret_arn
from tools.infrastructure.aws.modules.kms import kms
from tools.infrastructure.aws.modules.network import network
from tools.infrastructure.aws.modules.route53 import route53
from tools.infrastructure.aws.modules.s3_bucket import s3_bucket
from tools.infrastructure.aws.modules.secrets import names, secrets
from tools.infrastructure.constraints import host_of
from tools.infrastructure.design import BillLine
from tools.infrastructure.module import ROOT, Module, Output, text
from tools.infrastructure.scale import Scale, Tier
from tools.pipelines import registries
from tools.pipelines.image import is_deployed

PROMISE = 99.5
ENDPOINTS = ("ssm", "ssmmessages", "ec2messages", "logs", "secretsmanager")
ROOT_GB = 20
SIZES: Mapping[Tier, tuple[str, int]] = {
    "micro": ("t3.small", 20),
    "small": ("t3.medium", 30),
    "medium": ("t3.large", 50),
    "large": ("m6i.xlarge", 100),
}
"""The machine and its volume in GB; databases run on it too."""
_READ = re.compile(r"\$\{(?P<name>[A-Z][A-Z0-9_]*):\?\}")


def modules(brief: Brief) -> tuple[Module, ...]:
    """The modules it is made of."""
    made = [kms(), alerts(), alarms(), budget(), deploy_role(), network(), s3_bucket(), secrets()]
    made += [acm(), alb()] if balanced(brief) else []
    made += [route53()] if _routes(brief) else []
    return (*made, machine.virtual_machine())


def stack(brief: Brief) -> Module:
    """The module that puts them together."""
    public, before = bool(_routes(brief)), balanced(brief)
    url = Output("url", '"https://${var.domain_name}"', _("Where it is reached."))
    return Module(
        name="service",
        template=f"{inputs.FOLDER}/stacks/virtual_machine",
        about=_("Puts the other modules together into the machine of one environment."),
        variables=(
            *common.variables(public=public),
            text("key_region", _("Region whose logs the key encrypts: the one everything lies in.")),
            *networking.variables(),
            machine.instance_type(),
            machine.data_gb(),
            machine.backup_days(),
            machine.routes(),
            machine.health_path(),
            names(),
            machine.registry(),
            registry_secret_arn(),
            machine.repository_arns(),
            *((web_acl_arn(),) if before else ()),
        ),
        outputs=(
            *((url,) if public else ()),
            Output("files_bucket", "module.files.bucket", _("Bucket the folder deploy is copied to.")),
            Output("document", "module.machine.document", _("Command that deploys.")),
            Output("group", "module.machine.group", _("Group the machine belongs to.")),
            Output("deploy_role_arn", "module.deploy_role.role_arn", _("Variable AWS_ROLE_ARN of the pipeline.")),
        ),
        values={"public": public, "balanced": before},
    )


def values(brief: Brief, environment: Environment, scale: Scale) -> dict[str, object]:
    """What only this blueprint decides."""
    size, data = SIZES[scale.tier]
    found = _routes(brief)
    repositories = [repository_arn(brief, each) for each in brief.context.components if is_deployed(each)]
    healthy = next((each.health_path for each in brief.context.components if each.health_path), None)
    registry = registries.registry_of(brief)
    return {
        "key_region": regions.region_of(brief, environment, "aws"),
        **networking.values(brief, environment, _single(brief, scale), ENDPOINTS),
        "instance_type": size,
        "data_gb": data,
        "backup_days": scale.backup_days,
        "routes": {each.path: each.port for each in reversed(found)},
        **({"health_path": healthy} if healthy else {}),
        "secret_names": _secret_names(brief),
        **({} if "$" in registry.host else {"registry": registry.host}),
        "repository_arns": [each for each in repositories if each],
    }


def asked(brief: Brief, environment: Environment) -> dict[str, object]:  # noqa: ARG001 - every blueprint's signature
    """Who may pull, and the firewall."""
    told: dict[str, object] = {"registry_secret_arn": None}
    return {**told, "web_acl_arn": None} if balanced(brief) else told


def bill(brief: Brief, environment: Environment, scale: Scale) -> list[BillLine]:  # noqa: ARG001 - as above
    """The machine, its volume, and what stands before it."""
    size, data = SIZES[scale.tier]
    kept = {"instance_type": size, "root_block_device": [{"volume_size": ROOT_GB}]}
    held = _secret_names(brief)
    address = [] if balanced(brief) else [BillLine(_("its address"), "aws_eip")]
    return [
        BillLine(_("machine {size}", size=size), "aws_instance", kept),
        BillLine(_("volume of {size} GB", size=data), "aws_ebs_volume", {"size": data, "type": "gp3"}),
        *address,
        *([BillLine(_("secrets"), "aws_secretsmanager_secret", count=len(held))] if held else []),
        *networking.bill(brief, _single(brief, scale), ENDPOINTS, balanced=balanced(brief)),
        BillLine("KMS", "aws_kms_key"),
        common.alarm_lines(5 if balanced(brief) else 4),
    ]


def extra(brief: Brief) -> Extra:
    """The first deployment, and the values of the secrets."""
    told = [
        VariableToSet(
            name=name,
            secret=True,
            where=_("secret {name} of AWS Secrets Manager", name=f"{environment.name}/{brief.name}/{name}"),
            purpose=_("compose.yaml reads it. Letters and digits only: it may stand in an address."),
        )
        for environment in brief.context.environments
        for name in _secret_names(brief)
    ]
    commands = [each for environment in brief.context.environments for each in _deployed(brief, environment)]
    return Extra(after=tuple(commands), variables=tuple(told))


def checks(brief: Brief, environment: Environment) -> list[Check]:
    """It is there, and answers over TLS."""
    name = common.name_of(brief, environment)
    told = [
        Check(
            name=_("The machine of {name} is known to Systems Manager", name=environment.name),
            run=f"aws ssm describe-instance-information --filters Key=tag:Name,Values={name} "
            "--query 'InstanceInformationList[].PingStatus' --output text",
            expect="Online",
            environment=environment.name,
        )
    ]
    if _routes(brief):
        path = next((each.health_path for each in brief.context.components if each.health_path), None) or "/"
        told.append(
            Check(
                name=_("{name} answers over TLS", name=environment.name),
                url=f"https://{host_of(environment)}{path}",
                expect="200",
                environment=environment.name,
            )
        )
    return told


def rollback(brief: Brief) -> list[Rollback]:
    """The digests of before, by the same command."""
    last = brief.context.environments[-1]
    return [
        Rollback(
            strategy=_("What does not become healthy goes back by itself; later, the digests of before are deployed."),
            commands=[_sent(brief, last, _("Deploy the previous digests to {name}.", name=last.name))],
            data=_("The volume stays as it is; what was lost comes back from the snapshot of a night."),
        )
    ]


def risks(brief: Brief) -> list[Risk]:  # noqa: ARG001 - as above
    """One machine is one machine."""
    return [
        Risk(
            kind="downtime",
            level="medium",
            message=_("One machine in one zone: minutes without an answer at each restart."),
            mitigation=_("Set context.platform.target to ecs where that is too long."),
        )
    ]


def balanced(brief: Brief) -> bool:
    """Whether a load balancer with a certificate stands before the machine."""
    return brief.context.certificates == "acm" and bool(_routes(brief))


def _routes(brief: Brief) -> list[Route]:
    return routes_of(workloads(brief, overwrite=False))


def _single(brief: Brief, scale: Scale) -> Scale:
    """One machine needs one way out, and none where it has an address of its own."""
    return replace(scale, zones=2, nat_gateways=min(scale.nat_gateways, 1) if balanced(brief) else 0)


def _secret_names(brief: Brief) -> list[str]:
    """What compose.yaml refuses to start without, but for the images."""
    made = compose_file(brief, deployed=True)
    return sorted({each["name"] for each in _READ.finditer(made.file.content)}) if made else []


def _deployed(brief: Brief, environment: Environment) -> list[Command]:
    name, place = common.name_of(brief, environment), f"{ROOT}/environments/{environment.name}"
    bucket = f'"s3://$(terraform -chdir={place} output -raw files_bucket)/deploy"'
    copied = _("Give {name} the folder deploy.", name=environment.name)
    return [
        Command(
            run=f"aws s3 sync --delete --exclude compose/.env deploy {bucket}", purpose=copied, where=environment.name
        ),
        _sent(brief, environment, _("Deploy to {name} ({machine}), by digest.", name=environment.name, machine=name)),
    ]


def _sent(brief: Brief, environment: Environment, purpose: str) -> Command:
    name = common.name_of(brief, environment)
    images = " ".join(f"{each.key}=IMAGE@sha256:DIGEST" for each in workloads(brief, overwrite=False))
    run = (
        f"aws ssm send-command --document-name {name}-deploy --targets Key=tag:Name,Values={name} "
        f"--parameters 'Images=\"{images}\"'"
    )
    return Command(run=run, purpose=purpose, where=environment.name)
