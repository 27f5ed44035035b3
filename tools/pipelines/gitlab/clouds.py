"""Signs a job in to a cloud with its own token: no long-lived key exists."""

from dataclasses import dataclass, field

from tools.pipelines.gitlab.job import Script

PROVIDER = "${GCP_WORKLOAD_IDENTITY_PROVIDER}"
_GCLOUD = (
    f'gcloud iam workload-identity-pools create-cred-config "{PROVIDER}" \\\n'
    '  --service-account "${GCP_SERVICE_ACCOUNT}" --credential-source-file /tmp/gcp-token \\\n'
    "  --output-file /tmp/gcp-credentials.json\n"
    "gcloud auth login --brief --cred-file /tmp/gcp-credentials.json\n"
    # The account's address names its project.
    'project="${GCP_SERVICE_ACCOUNT#*@}"\n'
    'gcloud config set project "${project%%.*}"\n'
)
_AZ = (
    'az login --service-principal --username "${AZURE_CLIENT_ID}" --tenant "${AZURE_TENANT_ID}" \\\n'
    '  --federated-token "${AZURE_ID_TOKEN}" --output none\n'
    'az account set --subscription "${AZURE_SUBSCRIPTION_ID}"\n'
)


@dataclass(frozen=True)
class SignIn:
    """What a job needs to be somebody: tokens, variables, and a few lines."""

    script: Script = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    packages: tuple[str, ...] = ()
    """Of Alpine, for the images made of it."""


def aws(region: str, role: str | None = None) -> SignIn:
    """Any AWS program takes the role by itself: it finds the token in the file. AWS_ROLE_ARN is the environment's."""
    return SignIn(
        script=['(umask 077 && printf \'%s\' "${AWS_ID_TOKEN}" > "${AWS_WEB_IDENTITY_TOKEN_FILE}")'],
        tokens={"AWS_ID_TOKEN": "sts.amazonaws.com"},
        variables={
            **({"AWS_ROLE_ARN": role} if role else {}),
            "AWS_ROLE_SESSION_NAME": "gitlab-${CI_JOB_ID}",
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/tmp/aws-token",  # noqa: S108 - a container of this job alone
            "AWS_DEFAULT_REGION": region,
        },
        packages=("aws-cli",),
    )


def gcp() -> SignIn:
    """gcloud exchanges the token for one of the environment's service account."""
    return SignIn(
        script=[
            "(umask 077 && printf '%s' \"${GCP_ID_TOKEN}\" > /tmp/gcp-token)",
            _GCLOUD,
        ],
        tokens={"GCP_ID_TOKEN": f"https://iam.googleapis.com/{PROVIDER}"},
        variables={"CLOUDSDK_CORE_DISABLE_PROMPTS": "1"},
    )


def azure() -> SignIn:
    """The az program becomes the environment's application."""
    return SignIn(
        script=[
            _AZ,
        ],
        tokens={"AZURE_ID_TOKEN": "api://AzureADTokenExchange"},
    )
