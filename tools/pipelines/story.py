"""Everything of a pipeline's delivery but its files: commands in order, rollback, risks, escalations."""

import shlex
from collections.abc import Sequence

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import RECIPIENTS, Check, Command, Delivery, Escalation, File, Risk, Rollback, VariableToSet
from tools.project import Component, Question


def tell(
    brief: Brief,
    deployed: Sequence[Component],
    *,
    files: list[File],
    questions: list[Question],
    variables: list[VariableToSet],
    checks: list[Check],
) -> Delivery:
    """The delivery of `files`."""
    doubts = [*questions, *_target_questions(brief, deployed)]
    return Delivery(
        status="blocked" if not files else "waiting" if doubts else "done",
        files=files,
        commands=_commands(brief, variables) if files else [],
        variables=variables,
        checks=checks,
        rollback=[_rollback(brief, deployed)] if deployed else [],
        risks=_risks(brief, deployed),
        escalations=_escalations(brief, deployed, files),
        questions=doubts,
    )


def _target_questions(brief: Brief, deployed: Sequence[Component]) -> list[Question]:
    if not deployed or brief.context.platform.target is not None:
        return []
    text = _(
        "What runs the containers (context.platform.target: ecs, cloud_run, kubernetes)? Until it is said, a "
        "deployment only moves the image tag of the environment."
    )
    return [Question(component=None, field="context.platform.target", question=text)]


def _commands(brief: Brief, variables: Sequence[VariableToSet]) -> list[Command]:
    commands = [
        Command(
            run=f"gh api --method PUT 'repos/{{owner}}/{{repo}}/environments/{environment.name}'",
            purpose=_("Create the environment {name}.", name=environment.name)
            + (_(" Then add its required reviewers in the settings.") if environment.needs_approval else ""),
        )
        for environment in brief.context.environments
    ]
    names = [environment.name for environment in brief.context.environments]
    for variable in variables:
        if not variable.where.startswith("GitHub"):
            continue  # read when the service runs: it is set where the service runs
        environment = next((name for name in names if variable.where.endswith(f" {name}")), None)
        scope = f" --env {environment}" if environment else ""
        # `gh secret set` without a value asks for it on the terminal: no secret in a history.
        verb = "secret set" if variable.secret else "variable set"
        value = "" if variable.secret else f" --body {shlex.quote(variable.example or '')}"
        commands.append(Command(run=f"gh {verb} {variable.name}{scope}{value}", purpose=variable.purpose))
    commands += [
        Command(run="git switch --create add-delivery-pipeline", purpose=_("Work on a branch.")),
        Command(run="git add .github/workflows", purpose=_("Stage the workflows.")),
        Command(run="git commit --message 'Add the delivery pipeline'", purpose=_("Commit them.")),
        Command(
            run="gh pr create --fill",
            purpose=_("Have them reviewed; the pull request runs everything but the deployments."),
        ),
    ]
    return commands


def _rollback(brief: Brief, deployed: Sequence[Component]) -> Rollback:
    last = brief.context.environments[-1].name
    single = len(deployed) == 1
    workflow = "delivery.yml" if single else f"delivery-{deployed[0].name}.yml"
    component = "" if single else f" --field component={deployed[0].name}"
    return Rollback(
        strategy=_(
            "Automatic when the checks after a deployment fail: the job puts the previous version back. By hand "
            "afterwards: the rollback workflow deploys any earlier image tag to one environment."
        ),
        commands=[
            Command(
                run=f"gh run list --workflow {workflow} --status success --limit 10",
                purpose=_("Find the run, and so the commit, to go back to."),
            ),
            Command(
                run=f"gh workflow run rollback.yml --field environment={last}{component} --field version=sha-COMMIT",
                purpose=_("Go back to that commit's image."),
            ),
            Command(run="gh run watch", purpose=_("Wait until the checks have passed.")),
        ],
        data=_("Data and database migrations are not taken back: keep migrations compatible with the version before."),
    )


def _risks(brief: Brief, deployed: Sequence[Component]) -> list[Risk]:
    if not deployed:
        return []
    risks = []
    if (brief.context.platform.target or "registry") == "registry":
        risks.append(
            Risk(
                kind="downtime",
                level="medium",
                message=_("Whatever pulls the image decides how it restarts; a plain restart interrupts the service."),
                mitigation=_("Name the target in devops.yaml, or make the puller replace instances one by one."),
            )
        )
    else:
        risks.append(
            Risk(
                kind="downtime",
                level="low",
                message=_("With fewer than two instances, or without a readiness check, a rolling update interrupts."),
                mitigation=_("Run at least two instances in production and give each a health check."),
            )
        )
    if any(component.migrate_command for component in deployed):
        risks.append(
            Risk(
                kind="data_loss",
                level="high",
                message=_("The project migrates its database; a migration is not undone by a rollback."),
                mitigation=_("Expand, deploy, contract: each migration works with the version before and after."),
            )
        )
    return risks


def _escalations(brief: Brief, deployed: Sequence[Component], files: Sequence[File]) -> list[Escalation]:
    if not deployed:
        return []
    paths = [file.path for file in files]
    told = [
        Escalation(
            situation="secrets_or_network",
            to=RECIPIENTS["secrets_or_network"],
            reason=_("The pipeline signs in to the registry and the platform: its identities need a review."),
            done_so_far=_("Every job asks for the least permissions; clouds are reached through OIDC, without keys."),
            obstacle=_("Creating the roles and their trust is a decision about access."),
            options=[
                _("One role per environment (recommended)."),
                _("One role for all: cheaper to keep, wider reach."),
            ],
            files=paths,
        )
    ]
    if any(environment.needs_approval for environment in brief.context.environments):
        told.append(
            Escalation(
                situation="production_downtime",
                to=RECIPIENTS["production_downtime"],
                reason=_("Deployments to a protected environment wait for a person's approval."),
                done_so_far=_("The approval, the checks and the rollback are in the workflows."),
                obstacle=_("Who approves is not in the brief."),
                options=[
                    _("Name two reviewers per protected environment."),
                    _("Deploy in office hours only."),
                ],
                files=paths,
            )
        )
    return told
