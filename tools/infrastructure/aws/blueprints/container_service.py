"""Services of containers: ECS on Fargate, a load balancer, and a database where one is needed."""

from collections.abc import Mapping
from typing import Any

from resources.catalogue import _
from resources.facts import read_facts
from resources.templates import render
from tools.brief import Brief, Environment
from tools.delivery import Check, Command, File, Risk, Rollback, VariableToSet
from tools.infrastructure import regions
from tools.infrastructure.aws import common, inputs, networking
from tools.infrastructure.aws.blueprints.container_stack import stack
from tools.infrastructure.aws.extra import Extra
from tools.infrastructure.aws.images import first_image, repository_arn
from tools.infrastructure.aws.modules.acm import acm
from tools.infrastructure.aws.modules.alarms import alarms
from tools.infrastructure.aws.modules.alb import alb
from tools.infrastructure.aws.modules.alerts import alerts
from tools.infrastructure.aws.modules.budget import budget
from tools.infrastructure.aws.modules.database_user import database_user
from tools.infrastructure.aws.modules.deploy_role import deploy_role
from tools.infrastructure.aws.modules.ecs_cluster import ecs_cluster
from tools.infrastructure.aws.modules.ecs_service import ecs_service
from tools.infrastructure.aws.modules.kms import kms
from tools.infrastructure.aws.modules.network import network
from tools.infrastructure.aws.modules.rds import rds
from tools.infrastructure.aws.modules.route53 import route53
from tools.infrastructure.aws.modules.s3_bucket import s3_bucket
from tools.infrastructure.aws.modules.secrets import secrets
from tools.infrastructure.aws.services import Service, engine_of, not_made, services, version_of
from tools.infrastructure.constraints import host_of
from tools.infrastructure.design import BillLine
from tools.infrastructure.module import ROOT, Module
from tools.infrastructure.problems import ContradictionError
from tools.infrastructure.scale import Scale, Tier
from tools.project import Question
from tools.terraform.cost import HOURS

__all__ = ["PROMISE", "asked", "bill", "checks", "extra", "modules", "risks", "rollback", "stack", "values"]

PROMISE = 99.95
ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
TASK: Mapping[Tier, tuple[int, int]] = {
    "micro": (256, 512),
    "small": (512, 1024),
    "medium": (1024, 2048),
    "large": (2048, 4096),
}
DATABASE: Mapping[Tier, tuple[str, int]] = {
    "micro": ("db.t4g.micro", 20),
    "small": ("db.t4g.small", 20),
    "medium": ("db.t4g.medium", 50),
    "large": ("db.m7g.large", 100),
}


def modules(brief: Brief) -> tuple[Module, ...]:
    """The modules it is made of."""
    found = services(brief)
    made = [kms(), alerts(), alarms(), budget(), deploy_role(), network(), ecs_cluster(), ecs_service(), secrets()]
    if any(each.port for each in found):
        made += [s3_bucket(), acm(), alb(), route53()]
    if _engine(brief):
        made += [rds(), database_user()]
    return tuple(made)


def values(brief: Brief, environment: Environment, scale: Scale) -> dict[str, object]:
    """What only this blueprint decides."""
    found = services(brief)
    database = _engine(brief)
    size, storage = DATABASE[scale.tier]
    made: dict[str, object] = {
        "key_region": regions.region_of(brief, environment, "aws"),
        **networking.values(brief, environment, scale, ENDPOINTS),
        "cluster": brief.context.platform.cluster or common.name_of(brief, environment),
        "execute_command": not scale.production,
        "services": {each.name: _service(brief, environment, scale, each, index) for index, each in enumerate(found)},
        "secret_names": sorted({name for each in found for name in (*each.secrets, *each.credentials)}),
    }
    if database:
        made["database"] = {
            "engine": database,
            "version": version_of(database),
            "instance_class": size,
            "storage_gb": storage,
            "multi_az": scale.standby,
            "backup_days": scale.backup_days,
            "clients": [each.name for each in found if database in each.component.needs],
        }
        made["database_secrets"] = {name: text for each in found for name, text in sorted(each.credentials.items())}
    return made


def asked(brief: Brief, environment: Environment) -> dict[str, object]:  # noqa: ARG001 - every blueprint's signature
    """First images, and what only people know."""
    found = services(brief)
    told: dict[str, object] = {
        "images": {each.name: first_image(brief, each.component) for each in found},
        "registry_secret_arn": None,
        "settings": {each.name: {} for each in found},
    }
    return {**told, "web_acl_arn": None} if any(each.port for each in found) else told


def bill(brief: Brief, environment: Environment, scale: Scale) -> list[BillLine]:  # noqa: ARG001 - as above
    """What runs, day and night."""
    found = services(brief)
    rates: dict[str, Any] = read_facts("infrastructure_prices")["aws"]
    cpu, memory = TASK[scale.tier]
    task = HOURS * (cpu / 1024 * rates["fargate_x86_vcpu_hour"] + memory / 1024 * rates["fargate_x86_gb_hour"])
    if not scale.production:
        task *= rates["fargate_spot_share"]
    public = any(each.port for each in found)
    lines = [
        BillLine(_("tasks of {name}: {count}", count=scale.least, name=each.name), monthly=task, count=scale.least)
        for each in found
    ]
    if not scale.nat_gateways:
        told = _("addresses of the tasks")
        lines.append(BillLine(told, monthly=rates["public_ipv4_hour"] * HOURS, count=scale.least * len(found)))
    if _engine(brief):
        size, storage = DATABASE[scale.tier]
        told = _("database") + f" {size}"
        kept = {"instance_class": size, "allocated_storage": storage, "multi_az": scale.standby}
        lines.append(BillLine(told, "aws_db_instance", kept))
        lines.append(BillLine(_("its passwords"), "aws_secretsmanager_secret", count=2))
    held = len({name for each in found for name in (*each.secrets, *each.credentials)})
    lines += [BillLine(_("secrets"), "aws_secretsmanager_secret", count=held)] if held else []
    lines += networking.bill(brief, scale, ENDPOINTS, balanced=public)
    alarmed = len(found) + (3 if public else 0) + (3 if _engine(brief) else 0)
    return [*lines, BillLine("KMS", "aws_kms_key"), common.alarm_lines(alarmed)]


def extra(brief: Brief) -> Extra:
    """What people do and say besides."""
    return Extra(
        files=_script() if _engine(brief) else (),
        after=_after(brief) if _engine(brief) else (),
        variables=tuple(each for environment in brief.context.environments for each in _variables(brief, environment)),
        questions=_questions(brief),
    )


def _script() -> tuple[File, ...]:
    content = render(f"infrastructure/{inputs.FOLDER}/database_user.sh.j2")
    purpose = _("Makes the application's own user in the database, and changes its password.")
    return (File(path=f"{ROOT}/database_user.sh", content=content, purpose=purpose, executable=True),)


def _variables(brief: Brief, environment: Environment) -> list[VariableToSet]:
    """The first images, settings nobody here knows, and the values of the secrets."""
    where = f"{ROOT}/environments/{environment.name}/terraform.tfvars"
    first = services(brief)[0]
    told = [
        VariableToSet(
            name="images",
            secret=False,
            where=where,
            example=f'{{ {first.name} = "{first_image(brief, first.component)}" }}',
            purpose=_("What each service begins with: an image that the pipeline has pushed. It brings the next ones."),
        )
    ]
    for each in services(brief):
        told += [
            VariableToSet(
                name=name,
                secret=False,
                where=f"{where}, settings.{each.name}",
                purpose=_("{name} reads it, and nothing says its value.", name=each.name),
            )
            for name in each.unknown
        ]
        told += [
            VariableToSet(
                name=name,
                secret=True,
                where=_("secret {name} of AWS Secrets Manager", name=f"{environment.name}/{brief.name}/{name}"),
                purpose=_("{name} reads it; its tasks start once it has a value.", name=each.name),
            )
            for name in each.secrets
        ]
    return told


def _after(brief: Brief) -> tuple[Command, ...]:
    """The user of the application in each database."""
    return tuple(
        Command(
            run=f"{ROOT}/database_user.sh {each.name}",
            purpose=_("Make the application's own user in the database of {name}, and tell the tasks.", name=each.name),
            where=each.name,
        )
        for each in brief.context.environments
    )


def _questions(brief: Brief) -> tuple[Question, ...]:
    """What is needed and not made here."""
    missing = not_made(brief)
    if not missing:
        return ()
    text = _(
        "Where does {names} run? Nothing here makes it: its address goes into settings or a secret.",
        names=", ".join(missing),
    )
    return (Question(field="context.components.needs", question=text),)


def checks(brief: Brief, environment: Environment) -> list[Check]:
    """It answers over TLS, and as many tasks run as must."""
    found = services(brief)
    cluster = brief.context.platform.cluster or common.name_of(brief, environment)
    names = " ".join(each.name for each in found)
    told = [
        Check(
            name=_("All tasks of {name} run", name=environment.name),
            run=f"aws ecs describe-services --cluster {cluster} --services {names} "
            "--query 'services[].[serviceName,desiredCount,runningCount]' --output text",
            expect=_("the same number twice on every line"),
            environment=environment.name,
        )
    ]
    first = next((each for each in found if each.port), None)
    if first is not None:
        told.append(
            Check(
                name=_("{name} answers over TLS", name=environment.name),
                url=f"https://{host_of(environment)}{first.component.health_path or '/'}",
                expect="200",
                environment=environment.name,
            )
        )
    return told


def rollback(brief: Brief) -> list[Rollback]:
    """A release goes back by its task definition."""
    last = brief.context.environments[-1]
    cluster = brief.context.platform.cluster or common.name_of(brief, last)
    first = services(brief)[0]
    back = f"aws ecs update-service --cluster {cluster} --service {first.name}"
    return [
        Rollback(
            strategy=_("A release that does not come up goes back by itself; a later one by its task definition."),
            commands=[
                Command(
                    run=f"{back} --task-definition {first.family(brief, last)}:PREVIOUS",
                    purpose=_("Run the previous revision in {name}.", name=last.name),
                )
            ],
            data=_("The database stays as it is: a migration is taken back by a migration, lost data by a restore."),
        )
    ]


def risks(brief: Brief) -> list[Risk]:
    """What surprises."""
    told = []
    if _engine(brief):
        told.append(
            Risk(
                kind="compatibility",
                level="low",
                message=_("The database speaks TLS alone: a driver that does not try it by itself is refused."),
                mitigation=_("Turn TLS on in the driver (node-postgres: ssl), with the certificates of Amazon RDS."),
            )
        )
    frugal = [each.name for each in brief.context.environments if not each.needs_approval]
    if frugal:
        told.append(
            Risk(
                kind="downtime",
                level="low",
                message=_(
                    "{names}: tasks on spare capacity, which is taken back at two minutes' notice.",
                    names=", ".join(frugal),
                ),
                mitigation=_("Set spot to false in its main.tf where that disturbs."),
            )
        )
    return told


def _service(brief: Brief, environment: Environment, scale: Scale, each: Service, index: int) -> dict[str, object]:
    cpu, memory = TASK[scale.tier]
    told: dict[str, object] = {
        "family": each.family(brief, environment),
        "cpu": cpu,
        "memory": memory,
        "least": scale.least,
        "most": scale.most,
    }
    if not scale.production:
        told["spot"] = True
    if each.port is not None:
        told |= {"port": each.port, "health_path": each.component.health_path or "/"}
        whole = each.paths == ("/*",)
        told |= {} if whole else {"paths": list(each.paths), "priority": 10 + index}
    repository = repository_arn(brief, each.component)
    told |= {"repository_arn": repository} if repository else {}
    told |= {"health_command": list(each.health_command)} if each.health_command else {}
    told |= {"environment": dict(each.settings)} if each.settings else {}
    told |= {"database": dict(each.database)} if each.database else {}
    held = sorted((*each.secrets, *each.credentials))
    return {**told, "secrets": held} if held else told


def _engine(brief: Brief) -> str | None:
    engines = engine_of(brief)
    if len(engines) > 1:
        raise ContradictionError(
            _("The components need {engines}: one database is generated for a service.", engines=", ".join(engines)),
            _("Leave one of them in context.components.needs, and give the address of the other as a setting."),
        )
    return engines[0] if engines else None
