"""AWS: chooses the blueprint of the target and makes the design of it."""

from collections.abc import Callable, Mapping
from types import ModuleType

from resources.catalogue import _
from tools.brief import Brief, Environment, Target
from tools.delivery import VariableToSet
from tools.guard.errors import UnsupportedError
from tools.infrastructure import regions
from tools.infrastructure.aws import bootstrap, common
from tools.infrastructure.aws.blueprints import container_service, function_api, static_site, virtual_machine
from tools.infrastructure.aws.extra import Extra
from tools.infrastructure.design import BillLine, Design, Root
from tools.infrastructure.scale import Scale
from tools.project import Question

BLUEPRINTS: Mapping[Target, ModuleType] = {
    "static_site": static_site,
    "lambda": function_api,
    "ecs": container_service,
    "ec2": virtual_machine,
}
EXTRAS: Mapping[Target, Callable[[Brief], Extra]] = {"ecs": container_service.extra, "ec2": virtual_machine.extra}
"""What some blueprints need besides."""


def usual_target(brief: Brief) -> Target:
    """Pages go into a bucket, everything else into containers."""
    kinds = {each.kind for each in brief.context.components}
    return "static_site" if kinds == {"static"} else "ecs"


def promise(brief: Brief) -> float:
    """What AWS itself promises of the blueprint's weakest part, spread over zones."""
    return float(_blueprint(brief).PROMISE)


def bill(brief: Brief, environment: Environment, scale: Scale) -> list[BillLine]:
    """The blueprint's own lines."""
    found: list[BillLine] = _blueprint(brief).bill(brief, environment, scale)
    return found


def design(brief: Brief, scales: Mapping[str, Scale], budgets: Mapping[str, int]) -> Design:
    """The design of `brief`."""
    blueprint, extra = _blueprint(brief), _extra(brief)
    environments = brief.context.environments
    roots = tuple(_root(brief, each, blueprint, scales[each.name], budgets[each.name]) for each in environments)
    return Design(
        cloud="aws",
        modules=blueprint.modules(brief),
        stack=blueprint.stack(brief),
        roots=roots,
        bootstrap=tuple(
            bootstrap.files(brief, {key: each for key, each in roots[0].tags.items() if key != "environment"})
        ),
        first=tuple(bootstrap.commands(brief)),
        extra=extra.files,
        after=extra.after,
        variables=(*_to_set(brief), *extra.variables),
        checks=tuple(check for each in environments for check in blueprint.checks(brief, each)),
        rollback=tuple(blueprint.rollback(brief)),
        risks=tuple(blueprint.risks(brief)),
        questions=(*_questions(brief), *extra.questions),
    )


def _blueprint(brief: Brief) -> ModuleType:
    target = brief.context.platform.target
    if target is None or target not in BLUEPRINTS:
        raise UnsupportedError(
            _("No infrastructure of AWS is generated for the target {target}.", target=target),
            _("Set context.platform.target to one of: {targets}.", targets=", ".join(BLUEPRINTS)),
        )
    return BLUEPRINTS[target]


def _extra(brief: Brief) -> Extra:
    target = brief.context.platform.target
    make = EXTRAS.get(target) if target else None
    return make(brief) if make else Extra()


def _root(brief: Brief, environment: Environment, blueprint: ModuleType, scale: Scale, budget: int) -> Root:
    region = regions.region_of(brief, environment, "aws")
    operations = brief.context.operations
    return Root(
        environment=environment,
        region=region,
        values={
            **common.values(brief, environment, scale.log_days, budget),
            **blueprint.values(brief, environment, scale),
        },
        asked={**common.asked(brief, environment), **blueprint.asked(brief, environment)},
        tags={
            "service": brief.name,
            "environment": environment.name,
            "owner": operations.owner or "unknown",
            "cost_centre": operations.cost_centre or "unknown",
            "managed_by": "terraform",
        },
        backend=bootstrap.backend(brief, environment),
        provider={"account_id": environment.aws_account},
    )


def _to_set(brief: Brief) -> list[VariableToSet]:
    told = []
    for each in brief.context.environments:
        where = f"infra/environments/{each.name}/terraform.tfvars"
        told.append(
            VariableToSet(
                name="alert_emails",
                secret=False,
                where=where,
                example='["oncall@example.com"]',
                purpose=_("Who gets the alarms of {name}; nobody does until it is set.", name=each.name),
            )
        )
    return told


def _questions(brief: Brief) -> list[Question]:
    asked: list[Question] = []
    context = brief.context
    if any(each.aws_account is None for each in context.environments):
        text = _("Which AWS accounts are they? Until it is said, nothing stops an apply with the wrong credentials.")
        asked.append(Question(field="context.environments.aws_account", question=text))
    if not context.operations.repository:
        text = _("Which repository deploys? Until it is said, the roles trust OWNER/REPOSITORY, which is nobody.")
        asked.append(Question(field="context.operations.repository", question=text))
    if not context.operations.owner:
        text = _("Which team owns the service? The tag owner says unknown.")
        asked.append(Question(field="context.operations.owner", question=text))
    return asked
