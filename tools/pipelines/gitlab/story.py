"""Everything of a GitLab pipeline's delivery but its files: commands in order, rollback, what must be asked."""

import json
from collections.abc import Sequence

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Check, Command, Delivery, File, Rollback
from tools.pipelines.concerns import escalations, risks
from tools.pipelines.gitlab.review import SCOPE, review_commands
from tools.pipelines.issuer import tier
from tools.pipelines.package import is_packed
from tools.pipelines.settings import Setting
from tools.pipelines.story import target_questions, trust_commands
from tools.pipelines.trust.shell import quoted
from tools.project import Component, Question

MAINTAINER = 40


def tell(
    brief: Brief,
    deployed: Sequence[Component],
    *,
    files: list[File],
    questions: list[Question],
    settings: Sequence[Setting],
    checks: list[Check],
) -> Delivery:
    """The delivery of `files`."""
    doubts = [*questions, *target_questions(brief, deployed)]
    found = risks(brief, deployed)
    return Delivery(
        status="blocked" if not files else "waiting" if doubts else "done",
        files=files,
        commands=_commands(brief, deployed, settings) if files else [],
        variables=[each.variable for each in settings],
        checks=checks,
        rollback=[_alias_back(brief) if is_packed(brief) else _rollback(brief)] if deployed else [],
        risks=found,
        escalations=escalations(brief, deployed, [file.path for file in files], found),
        questions=doubts,
    )


def _commands(brief: Brief, deployed: Sequence[Component], settings: Sequence[Setting]) -> list[Command]:
    commands = [
        Command(
            run="glab api --method PUT projects/:id --field only_allow_merge_if_pipeline_succeeds=true",
            purpose=_("Nothing is merged whose pipeline has not succeeded."),
        )
    ]
    if deployed:
        commands.append(
            Command(
                run="glab api --method PUT projects/:id --field ci_pipeline_variables_minimum_override_role=maintainer",
                purpose=_("Let maintainers, and nobody else, give a rollback its digest."),
            )
        )
        for environment in brief.context.environments:
            commands += _environment(environment)
        commands += trust_commands(brief, deployed)
        commands += review_commands(brief, list(deployed))
        commands += [_set(each) for each in settings if each.read_by_workflows]
    return [
        *commands,
        Command(run="git switch --create add-delivery-pipeline", purpose=_("Work on a branch.")),
        Command(run="git add .gitlab-ci.yml .gitlab", purpose=_("Stage the pipeline."))
        if len(brief.context.components) > 1
        else Command(run="git add .gitlab-ci.yml", purpose=_("Stage the pipeline.")),
        Command(run="git commit --message 'Add the delivery pipeline'", purpose=_("Commit them.")),
        Command(
            run="glab mr create --fill",
            purpose=_("Have it reviewed; the merge request runs everything but the deployments."),
        ),
    ]


def _environment(environment: Environment) -> list[Command]:
    url = f" --field external_url={quoted(environment.url)}" if environment.url else ""
    told = [
        Command(
            run=f"glab api --method POST projects/:id/environments --field name={environment.name} "
            f"--field tier={tier(environment)}{url}",
            purpose=_("Create the environment {name}.", name=environment.name),
        )
    ]
    if environment.needs_approval:
        rule = {
            "name": environment.name,
            "deploy_access_levels": [{"access_level": MAINTAINER}],
            "approval_rules": [{"access_level": MAINTAINER, "required_approvals": 1}],
        }
        told.append(
            Command(
                run=f"printf '%s' {quoted(json.dumps(rule))} | glab api --method POST "
                "projects/:id/protected_environments --header 'Content-Type: application/json' --input -",
                purpose=_(
                    "Only maintainers deploy to {name}, after one approval (Premium; without it a protected default "
                    "branch is the only gate).",
                    name=environment.name,
                ),
            )
        )
    return told


def _set(setting: Setting) -> Command:
    variable = setting.variable
    scope = f" --scope {quoted(setting.environment)}" if setting.environment else ""
    # A merge request's branch is not protected.
    scope += "" if setting.environment == SCOPE else " --protected"
    if variable.name == "KUBECONFIG":
        return Command(
            run=f'glab variable set KUBECONFIG{scope} --type file < "${{KUBECONFIG_FILE:?}}"',
            purpose=variable.purpose,
        )
    if variable.secret:
        # Without a value glab reads it from the terminal: no secret in a history.
        return Command(run=f"glab variable set {variable.name}{scope} --masked --hidden", purpose=variable.purpose)
    # Neither is a value made up that a person would paste without reading.
    value = f" --value {quoted(setting.value)}" if setting.value is not None else ""
    return Command(run=f"glab variable set {variable.name}{scope}{value}", purpose=variable.purpose)


def _alias_back(brief: Brief) -> Rollback:
    last = brief.context.environments[-1].name
    variables = '{\\"job_variables_attributes\\": [{\\"key\\": \\"VERSION\\", \\"value\\": \\"${VERSION:?}\\"}]}'
    return Rollback(
        strategy=_(
            "Automatic when errors come or the checks fail: the alias goes back to the previous version. By hand "
            "afterwards: the job rollback-{name} of the newest pipeline points it at any earlier version, in seconds.",
            name=last,
        ),
        commands=[
            Command(
                run='aws lambda list-versions-by-function --function-name "${FUNCTION:?}" '
                "--query 'Versions[].[Version,LastModified]' --output text",
                purpose=_("Find the version to go back to."),
            ),
            Command(
                run=f"printf '%s' \"{variables}\" | glab api --method POST "
                "\"projects/:id/jobs/${ROLLBACK_JOB:?}/play\" --header 'Content-Type: application/json' --input -",
                purpose=_("Start rollback-{name}; ROLLBACK_JOB is its number in the newest pipeline.", name=last),
            ),
        ],
        data=_("Data is not taken back: what the code wrote elsewhere stays."),
    )


def _rollback(brief: Brief) -> Rollback:
    last = brief.context.environments[-1].name
    variables = '{\\"job_variables_attributes\\": [{\\"key\\": \\"VERSION\\", \\"value\\": \\"${DIGEST}\\"}]}'
    return Rollback(
        strategy=_(
            "Automatic when the checks after a deployment fail: the job puts the previous version back. By hand "
            "afterwards: the job rollback-{name} of the newest pipeline deploys any earlier digest. GitLab's own "
            "«rollback» button runs the old job again, migrations included.",
            name=last,
        ),
        commands=[
            Command(
                run=f"glab api 'projects/:id/deployments?environment={last}&status=success&order_by=id&sort=desc' | "
                "jq --raw-output '.[] | [.created_at, .sha, .deployable.id] | @tsv'",
                purpose=_("Find the deployment to go back to, and its job."),
            ),
            Command(
                run='DIGEST="$(glab api "projects/:id/jobs/${JOB:?}/trace" | '
                "grep --only-matching --max-count 1 'sha256:[0-9a-f]\\{64\\}')\"",
                purpose=_("Read the digest that this job deployed."),
            ),
            Command(
                run=f"printf '%s' \"{variables}\" | glab api --method POST "
                "\"projects/:id/jobs/${ROLLBACK_JOB:?}/play\" --header 'Content-Type: application/json' --input -",
                purpose=_("Start rollback-{name}; ROLLBACK_JOB is its number in the newest pipeline.", name=last),
            ),
        ],
        data=_("Data and database migrations are not taken back: keep migrations compatible with the version before."),
    )
