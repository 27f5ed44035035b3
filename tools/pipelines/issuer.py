"""Who signs the tokens that jobs sign in to clouds with, and how it names a job in their subject."""

from dataclasses import dataclass

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Command

# What GitLab calls the kinds of environments; its tokens carry the kind since 18.7.
TIERS = {
    "production": ("prod", "live"),
    "staging": ("stag", "preprod", "model", "demo"),
    "testing": ("test", "tst", "qa", "int"),
    "development": ("dev", "review", "trunk"),
}


@dataclass(frozen=True)
class Issuer:
    """GitHub or GitLab. Texts may hold `${NAME}` of what the `naming` commands find out."""

    label: str
    pool: str
    """Google's name for its identities."""
    short: str
    """In names of roles."""
    host: str
    identity: tuple[str, str]
    """The claim that no other repository can ever have, and the variable with its value."""
    environment: str
    """How Google is told the environment; a mapping."""
    guard: str
    """What else Google must find in a token before it believes it; a CEL expression, or nothing."""
    naming: tuple[Command, ...]
    """What the subjects are made of."""
    numbering: tuple[Command, ...]
    """What the identity and the host are."""


def issuer_of(brief: Brief) -> Issuer:
    """The issuer of the brief's pipeline."""
    return _gitlab() if brief.context.pipeline == "gitlab_ci" else _github()


def branch_subjects(brief: Brief) -> list[str]:
    """The subjects of a job of the default branch that deploys nowhere."""
    branch = brief.context.default_branch
    if brief.context.pipeline == "gitlab_ci":
        return [f"project_path:${{PROJECT_PATH}}:ref_type:branch:ref:{branch}"]
    return _both_forms(f"ref:refs/heads/{branch}")


def environment_subjects(brief: Brief, environment: Environment) -> list[str]:
    """The subjects of a job that deploys to `environment`."""
    if brief.context.pipeline == "gitlab_ci":
        return [f"{subject}:deployment_tier:{tier(environment)}" for subject in branch_subjects(brief)]
    return _both_forms(f"environment:{environment.name}")


def tier(environment: Environment) -> str:
    """GitLab's kind of environment for this name."""
    for name, starts in TIERS.items():
        if environment.name.startswith(starts):
            return name
    return "production" if environment.needs_approval else "other"


def _both_forms(suffix: str) -> list[str]:
    return [f"repo:${{IMMUTABLE}}:{suffix}", f"repo:${{REPOSITORY}}:{suffix}"]


def _github() -> Issuer:
    # Repositories made since 15 July 2026 carry immutable ids in their subject; older ones, until they opt in, do not.
    repository = Command(
        run='REPOSITORY="$(gh repo view --json nameWithOwner --jq .nameWithOwner)"',
        purpose=_("Name the repository, for the commands below."),
    )
    immutable = '"\\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id)"'
    return Issuer(
        label="GitHub",
        pool="github",
        short="gh",
        host="token.actions.githubusercontent.com",
        identity=("repository_id", "REPOSITORY_ID"),
        environment="attribute.environment=assertion.environment",
        guard="",
        naming=(
            repository,
            Command(
                run=f'IMMUTABLE="$(gh api "repos/${{REPOSITORY}}" --jq \'{immutable}\')"',
                purpose=_("Its immutable name, which newer repositories sign in with."),
            ),
        ),
        numbering=(
            repository,
            Command(
                run='REPOSITORY_ID="$(gh api "repos/${REPOSITORY}" --jq .id)"',
                purpose=_("Its number, which no other repository can ever have."),
            ),
        ),
    )


def _gitlab() -> Issuer:
    about = "glab api projects/:id"
    host = Command(
        run=f'GITLAB_HOST="$({about} | jq --raw-output .web_url | cut -d / -f 3)"',
        purpose=_("Name the GitLab server that signs the tokens; clouds must be able to reach it."),
    )
    return Issuer(
        label="GitLab",
        pool="gitlab",
        short="gl",
        host="${GITLAB_HOST}",
        identity=("project_id", "PROJECT_ID"),
        # The job that pushes the image runs in no environment: its token has no such claim.
        environment="attribute.environment=has(assertion.environment) ? assertion.environment : 'none'",
        guard=" && assertion.ref_protected == 'true'",
        naming=(
            Command(
                run=f'PROJECT_PATH="$({about} | jq --raw-output .path_with_namespace)"',
                purpose=_("Name the project, for the commands below."),
            ),
            host,
            Command(
                run='printf \'%s\' \'{"ci_id_token_sub_claim_components": ["project_path", "ref_type", "ref", '
                '"deployment_tier"]}\' | glab api --method PUT projects/:id --header "Content-Type: application/json" '
                "--input -",
                purpose=_(
                    "Have the tokens say for which kind of environment a job runs (GitLab 18.7 or newer); who trusts "
                    "the shorter subject today must be told."
                ),
            ),
        ),
        numbering=(
            host,
            Command(
                run=f'PROJECT_ID="$({about} | jq --raw-output .id)"',
                purpose=_("Its number, which no other project can ever have."),
            ),
        ),
    )
