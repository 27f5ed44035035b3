"""Google Cloud: chooses the blueprint of the target and makes the design of it."""

from collections.abc import Mapping
from types import ModuleType

from resources.catalogue import _
from tools.brief import Brief, Environment, Target
from tools.delivery import VariableToSet
from tools.guard.errors import UnsupportedError
from tools.infrastructure import regions
from tools.infrastructure.design import BillLine, Design, Root
from tools.infrastructure.gcp import bootstrap, common
from tools.infrastructure.gcp.blueprints import cluster, container_service
from tools.infrastructure.gcp.wiring import has_database
from tools.infrastructure.problems import ContradictionError
from tools.infrastructure.scale import Scale
from tools.pipelines.image import is_deployed
from tools.project import Question
from tools.secrets.held import store_of

BLUEPRINTS: Mapping[Target, ModuleType] = {"cloud_run": container_service, "kubernetes": cluster}


def usual_target(brief: Brief) -> Target:
    """Containers that nobody has to look after; Cloud Run has no place for what listens on no port."""
    deployed = [each for each in brief.context.components if is_deployed(each)]
    silent = any(each.port is None and each.kind != "static" for each in deployed)
    return "kubernetes" if silent else "cloud_run"


def promise(brief: Brief) -> float:
    """What Google itself promises of the blueprint's weakest part, spread over zones."""
    return float(_blueprint(brief).PROMISE)


def bill(brief: Brief, environment: Environment, scale: Scale) -> list[BillLine]:
    """The blueprint's own lines."""
    found: list[BillLine] = _blueprint(brief).bill(brief, environment, scale)
    return found


def design(brief: Brief, scales: Mapping[str, Scale], budgets: Mapping[str, int]) -> Design:
    """The design of `brief`."""
    blueprint = _blueprint(brief)
    environments = brief.context.environments
    return Design(
        cloud="gcp",
        modules=blueprint.modules(brief),
        stack=blueprint.stack(brief),
        roots=tuple(_root(brief, each, blueprint, scales[each.name], budgets[each.name]) for each in environments),
        bootstrap=tuple(bootstrap.files(brief, blueprint.NEEDS)),
        first=tuple(bootstrap.commands(brief)),
        after=tuple(blueprint.after(brief)),
        variables=(*_to_set(brief), *blueprint.to_set(brief)),
        checks=tuple(check for each in environments for check in blueprint.checks(brief, each)),
        rollback=tuple(blueprint.rollback(brief)),
        risks=tuple(blueprint.risks(brief)),
        questions=tuple(_questions(brief)),
    )


def _blueprint(brief: Brief) -> ModuleType:
    target, nodes = brief.context.platform.target, brief.context.platform.nodes
    if target is None or target not in BLUEPRINTS:
        raise UnsupportedError(
            _("No infrastructure of Google Cloud is generated for the target {target}.", target=target),
            _("Set context.platform.target to one of: {targets}.", targets=", ".join(BLUEPRINTS)),
        )
    if nodes is not None and target != "kubernetes":
        raise ContradictionError(
            _("context.platform.nodes is {nodes}, and the target {target} has none.", nodes=nodes, target=target),
            _("Leave nodes out, or set context.platform.target to kubernetes."),
        )
    return BLUEPRINTS[target]


def _root(brief: Brief, environment: Environment, blueprint: ModuleType, scale: Scale, budget: int) -> Root:
    return Root(
        environment=environment,
        region=regions.region_of(brief, environment, "gcp"),
        values={
            **common.values(brief, environment, scale, budget),
            **blueprint.values(brief, environment, scale),
        },
        asked={**common.asked(brief, environment), **blueprint.asked(brief, environment)},
        tags=common.labels(brief, environment),
        backend=bootstrap.backend(brief, environment),
        provider={"project": environment.gcp_project},
    )


def _to_set(brief: Brief) -> list[VariableToSet]:
    told = []
    for each in brief.context.environments:
        where = f"infra/environments/{each.name}/terraform.tfvars"
        told += [
            VariableToSet(
                name="alert_emails",
                secret=False,
                where=where,
                example='["oncall@example.com"]',
                purpose=_("Who gets the alarms of {name}; nobody does until it is set.", name=each.name),
            ),
            VariableToSet(
                name="billing_account",
                secret=False,
                where=where,
                example="012345-6789AB-CDEF01",
                purpose=_("Who pays for {name}; no budget warns until it is set.", name=each.name),
            ),
        ]
    return told


def _questions(brief: Brief) -> list[Question]:
    asked: list[Question] = []
    context = brief.context
    if any(each.gcp_project is None for each in context.environments):
        text = _("Which projects of Google Cloud are they? Until it is said, the credentials decide.")
        asked.append(Question(field="context.environments.gcp_project", question=text))
    store = store_of(brief)
    if context.platform.target == "kubernetes" and has_database(brief) and store != "gcp_secret_manager":
        text = _("The database's secret is made in Secret Manager, and the manifests read {store}: which?", store=store)
        asked.append(Question(field="context.secret_store", question=text))
    if not context.operations.repository:
        text = _("Which repository deploys? Until it is said, the accounts trust OWNER/REPOSITORY, which is nobody.")
        asked.append(Question(field="context.operations.repository", question=text))
    if not context.operations.owner:
        text = _("Which team owns the service? The label owner says unknown.")
        asked.append(Question(field="context.operations.owner", question=text))
    return asked
