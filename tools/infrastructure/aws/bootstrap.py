"""What an account needs before the first plan: the bucket of the states, its key, and the role that plans."""

from dataclasses import dataclass

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Command, File
from tools.infrastructure import regions
from tools.infrastructure.aws import common, inputs
from tools.infrastructure.module import (
    ROOT,
    Output,
    Rule,
    Variable,
    flag,
    matches,
    outputs_tf,
    text,
    texts,
    tf,
    variables_tf,
)
from tools.pipelines.trust.shell import quoted

FOLDER = f"{ROOT}/bootstrap"


@dataclass(frozen=True)
class Account:
    """One account and the environments in it. `number` is None where the brief does not say it."""

    name: str
    number: str | None
    environments: tuple[Environment, ...]


def accounts(brief: Brief) -> list[Account]:
    """The accounts of the brief; environments without one are taken to share the same."""
    grouped: dict[str | None, list[Environment]] = {}
    for each in brief.context.environments:
        grouped.setdefault(each.aws_account, []).append(each)
    several = len(grouped) > 1
    return [Account(found[0].name if several else "main", number, tuple(found)) for number, found in grouped.items()]


def state_bucket(brief: Brief) -> str:
    """What the bucket of the states is called, before the account's number."""
    return f"{common.short(brief)}-tfstate"


def backend(brief: Brief, environment: Environment) -> dict[str, object]:
    """The backend's arguments. A bucket whose account nobody knows is named when terraform is initialised."""
    account = environment.aws_account
    first = next(each.environments[0] for each in accounts(brief) if environment in each.environments)
    return {
        "bucket": f"{state_bucket(brief)}-{account}" if account else None,
        "key": f"{brief.name}/{environment.name}.tfstate",
        "region": regions.region_of(brief, first, "aws"),
        "use_lockfile": True,
    }


def files(brief: Brief, tags: dict[str, object]) -> list[File]:
    """The folder `bootstrap`."""
    purpose = _("Where the states are kept, and who may read them.")
    values = {"state_bucket": state_bucket(brief), "service": common.short(brief), "tags": tags}
    made = [
        File(
            path=f"{FOLDER}/{part}.tf", content=tf(f"{inputs.FOLDER}/bootstrap/{part}.tf.j2", **values), purpose=purpose
        )
        for part in ("main", "versions")
    ]
    made += [
        File(path=f"{FOLDER}/variables.tf", content=variables_tf(_variables(brief)), purpose=purpose),
        File(path=f"{FOLDER}/outputs.tf", content=outputs_tf(_outputs()), purpose=purpose),
    ]
    for account in accounts(brief):
        told = {
            "region": regions.region_of(brief, account.environments[0], "aws"),
            "account_id": account.number,
            "plan_subjects": _plan_subjects(brief, account),
        }
        content = tf("root/values.tfvars.j2", values={key: each for key, each in told.items() if each is not None})
        made.append(File(path=f"{FOLDER}/{account.name}.tfvars", content=content, purpose=purpose))
    return made


def commands(brief: Brief) -> list[Command]:
    """Apply it, once an account."""
    told: list[Command] = []
    for account in accounts(brief):
        profile = account.environments[0].aws_profile
        before = f"AWS_PROFILE={quoted(profile)} " if profile else ""
        run = f"{before}terraform -chdir={FOLDER}"
        told += [
            Command(run=f"{run} init", purpose=_("Prepare the bootstrap of {name}.", name=account.name)),
            Command(
                run=f"{run} workspace select -or-create {account.name}",
                purpose=_("One workspace an account: their states stay apart."),
            ),
            Command(
                run=f"{run} apply -var-file={account.name}.tfvars",
                purpose=_(
                    "Make the bucket of the states and the role that plans, once an account; an administrator does it."
                ),
            ),
        ]
    return told


def _plan_subjects(brief: Brief, account: Account) -> list[str]:
    told = [subject for each in account.environments for subject in common.subjects(brief, each)]
    if not common.on_gitlab(brief):
        repository = told[0].split(":")[1]
        told.append(f"repo:{repository}:pull_request")
    return list(dict.fromkeys(told))


def _variables(brief: Brief) -> tuple[Variable, ...]:
    rule = Rule("length(var.plan_subjects) > 0", _("Somebody must be able to plan."))
    return (
        text("region", _("Region of the state.")),
        text(
            "account_id",
            _("Account this must be, 12 digits; null: whichever the credentials belong to."),
            matches("account_id", r"^\\d{12}$", _("An account has 12 digits."), optional=True),
            default=None,
        ),
        text("oidc_host", _("Issuer of the pipeline's tokens."), default=common.oidc_host(brief)),
        text("oidc_audience", _("Audience of the tokens."), default="sts.amazonaws.com"),
        flag("create_oidc_provider", _("False where the account already trusts the issuer."), default=True),
        texts("plan_subjects", _("Subjects of the pipeline's tokens that may plan."), rule),
    )


def _outputs() -> tuple[Output, ...]:
    return (
        Output("state_bucket", "module.state.bucket", _("Bucket of the states, for -backend-config=bucket=….")),
        Output("plan_role_arn", "module.plan_role.role_arn", _("Role in which the pipeline plans.")),
    )
