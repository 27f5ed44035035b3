"""Everything of a pipeline's delivery but its files: commands in order, rollback, what must be asked."""

from collections.abc import Sequence

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import Check, Command, Delivery, File, Rollback
from tools.pipelines import registries
from tools.pipelines.concerns import escalations, risks
from tools.pipelines.package import is_packed
from tools.pipelines.settings import Setting
from tools.pipelines.trust.registry import TRUSTS
from tools.pipelines.trust.shell import quoted
from tools.project import Component, Question


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
        rollback=[_rollback(brief, deployed, files)] if deployed else [],
        risks=found,
        escalations=escalations(brief, deployed, [file.path for file in files], found),
        questions=doubts,
    )


def target_questions(brief: Brief, deployed: Sequence[Component]) -> list[Question]:
    """What must be known of the target before a deployment can be more than a tag."""
    if not deployed:
        return []
    questions = []
    if brief.context.platform.target is None:
        text = _(
            "What runs the containers (context.platform.target: ecs, cloud_run, kubernetes)? Until it is said, a "
            "deployment only moves the image tag of the environment."
        )
        questions.append(Question(component=None, field="context.platform.target", question=text))
    if not registries.can_pull(brief):
        text = _(
            "Which Artifact Registry holds the images? Cloud Run cannot pull from {registry}.",
            registry=registries.registry_of(brief).host,
        )
        questions.append(Question(component=None, field="context.registry", question=text))
    return questions


def _commands(brief: Brief, deployed: Sequence[Component], settings: Sequence[Setting]) -> list[Command]:
    commands: list[Command] = []
    if deployed:
        commands += _environments(brief)
        commands += trust_commands(brief, deployed)
        commands += [_set(each) for each in settings if each.read_by_workflows]
    return [
        *commands,
        Command(run="git switch --create add-delivery-pipeline", purpose=_("Work on a branch.")),
        Command(run="git add .github/workflows", purpose=_("Stage the workflows.")),
        Command(run="git commit --message 'Add the delivery pipeline'", purpose=_("Commit them.")),
        Command(
            run="gh pr create --fill",
            purpose=_("Have them reviewed; the pull request runs everything but the deployments."),
        ),
    ]


def _environments(brief: Brief) -> list[Command]:
    told = []
    for environment in brief.context.environments:
        only = "-F 'deployment_branch_policy[protected_branches]=false' "
        only += "-F 'deployment_branch_policy[custom_branch_policies]=true'"
        where = f"repos/{{owner}}/{{repo}}/environments/{environment.name}"
        purpose = _("Create the environment {name}.", name=environment.name)
        approved = ""
        if environment.needs_approval:
            purpose += _(" REVIEWER is the GitHub user who approves; nobody approves their own change.")
            approved = ' -F \'reviewers[][type]=User\' -F "reviewers[][id]=$(gh api "users/${REVIEWER}" --jq .id)"'
            approved += " -F prevent_self_review=true"
        told += [
            Command(run=f"gh api --method PUT '{where}' {only}{approved}", purpose=purpose),
            Command(
                run=f"gh api --method POST '{where}/deployment-branch-policies' "
                f"-f name={quoted(brief.context.default_branch)}",
                purpose=_("Only the default branch deploys to {name}.", name=environment.name),
            ),
        ]
    return told


def trust_commands(brief: Brief, deployed: Sequence[Component]) -> list[Command]:
    """What makes the clouds believe the jobs, in order."""
    told: list[Command] = []
    for trust in TRUSTS:
        if trust.needed(brief):
            told += [each for each in trust.commands(brief, deployed) if each not in told]
    return told


def _set(setting: Setting) -> Command:
    variable = setting.variable
    scope = f" --env {setting.environment}" if setting.environment else ""
    if variable.secret:
        # Without a value gh asks for it on the terminal: no secret in a history.
        return Command(run=f"gh secret set {variable.name}{scope}", purpose=variable.purpose)
    # Neither is a value made up that a person would paste without reading.
    value = f" --body {quoted(setting.value)}" if setting.value is not None else ""
    return Command(run=f"gh variable set {variable.name}{scope}{value}", purpose=variable.purpose)


def _alias_back(last: str) -> Rollback:
    return Rollback(
        strategy=_(
            "Automatic when errors come or the checks fail: the alias goes back to the previous version. By hand "
            "afterwards: the rollback workflow points it at any earlier version, in seconds."
        ),
        commands=[
            Command(
                run='aws lambda list-versions-by-function --function-name "${FUNCTION:?}" '
                "--query 'Versions[].[Version,LastModified]' --output text",
                purpose=_("Find the version to go back to."),
            ),
            Command(
                run=f'gh workflow run rollback.yml --field environment={last} --field version="${{VERSION:?}}"',
                purpose=_("Give that version all of the traffic."),
            ),
            Command(run="gh run watch", purpose=_("Wait until the checks have passed.")),
        ],
        data=_("Data is not taken back: what the code wrote elsewhere stays."),
    )


def _rollback(brief: Brief, deployed: Sequence[Component], files: Sequence[File]) -> Rollback:
    last = brief.context.environments[-1].name
    if is_packed(brief):
        return _alias_back(last)
    workflow = files[0].path.rpartition("/")[2]
    component = f" --field component={deployed[0].name}" if len(deployed) > 1 else ""
    return Rollback(
        strategy=_(
            "Automatic when the checks after a deployment fail: the job puts the previous version back. By hand "
            "afterwards: the rollback workflow deploys any earlier image tag to one environment."
        ),
        commands=[
            Command(
                run=f"gh run list --workflow {workflow} --status success --json headSha,createdAt,displayTitle",
                purpose=_("Find the run, and so the commit, to go back to."),
            ),
            Command(
                run=f"gh workflow run rollback.yml --field environment={last}{component} "
                '--field version="sha-${COMMIT}"',
                purpose=_("Go back to that commit's image."),
            ),
            Command(run="gh run watch", purpose=_("Wait until the checks have passed.")),
        ],
        data=_("Data and database migrations are not taken back: keep migrations compatible with the version before."),
    )
