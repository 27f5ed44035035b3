"""Signs a job in to the container registry, from an image that has only the Docker client."""

from tools.brief import Brief
from tools.pipelines import registries
from tools.pipelines.gitlab import clouds
from tools.pipelines.gitlab.clouds import PROVIDER, SignIn

# Azure's registry takes a token under this name.
NOBODY = "00000000-0000-0000-0000-000000000000"
CURL = "curl --fail --silent --show-error"


def repository(brief: Brief, workload: str) -> str:
    """The image's name without tag or digest; of the registry's address only GitLab's own parts may be variables."""
    address = registries.registry_of(brief).address
    return f"{address if '${' in address else address.lower()}/{workload}"


def login(brief: Brief) -> SignIn:
    """What signs in to the registry of `brief`."""
    registry = registries.registry_of(brief)
    if registry.kind == "gitlab":
        return SignIn([_docker("CI_REGISTRY_USER", "CI_REGISTRY_PASSWORD", "${CI_REGISTRY}")])
    if registry.kind == "amazon":
        signed = clouds.aws(registry.region or "", "${AWS_ECR_ROLE_ARN}")
        ask = f'aws ecr get-login-password | docker login --username AWS --password-stdin "{registry.host}"'
        return SignIn([*signed.script, ask], signed.tokens, signed.variables, signed.packages)
    if registry.kind == "google":
        return SignIn([_google(registry.host)], {"GCP_ID_TOKEN": f"https://iam.googleapis.com/{PROVIDER}"}, {}, _WEB)
    if registry.kind == "azure":
        return SignIn([_azure(registry.host)], {"AZURE_ID_TOKEN": "api://AzureADTokenExchange"}, {}, _WEB)
    line = _docker("REGISTRY_USERNAME", "REGISTRY_PASSWORD", "${REGISTRY_HOST}")
    return SignIn([line], variables={"REGISTRY_HOST": registry.host})


_WEB = ("curl", "jq")


def _docker(username: str, password: str, host: str) -> str:
    return f'printf \'%s\' "${{{password}}}" | docker login --username "${{{username}}}" --password-stdin "{host}"'


def _google(host: str) -> str:
    urn = "urn:ietf:params:oauth"
    return (
        f'federated="$({CURL} https://sts.googleapis.com/v1/token \\\n'
        f'  --data-urlencode "grant_type={urn}:grant-type:token-exchange" \\\n'
        f'  --data-urlencode "audience=//iam.googleapis.com/{PROVIDER}" \\\n'
        '  --data-urlencode "scope=https://www.googleapis.com/auth/cloud-platform" \\\n'
        f'  --data-urlencode "requested_token_type={urn}:token-type:access_token" \\\n'
        f'  --data-urlencode "subject_token_type={urn}:token-type:jwt" \\\n'
        '  --data-urlencode "subject_token=${GCP_ID_TOKEN}" | jq --raw-output .access_token)"\n'
        'account="https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${GCP_PUSH_SERVICE_ACCOUNT}"\n'
        f'{CURL} "${{account}}:generateAccessToken" --header "Authorization: Bearer ${{federated}}" \\\n'
        '  --json \'{"scope": ["https://www.googleapis.com/auth/cloud-platform"], "lifetime": "1800s"}\' |\n'
        "  jq --raw-output .accessToken |\n"
        f'  docker login --username oauth2accesstoken --password-stdin "{host}"\n'
    )


def _azure(host: str) -> str:
    return (
        f'entra="$({CURL} "https://login.microsoftonline.com/${{AZURE_TENANT_ID}}/oauth2/v2.0/token" \\\n'
        '  --data-urlencode "grant_type=client_credentials" --data-urlencode "client_id=${AZURE_PUSH_CLIENT_ID}" \\\n'
        '  --data-urlencode "scope=https://containerregistry.azure.net/.default" \\\n'
        '  --data-urlencode "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer" \\\n'
        '  --data-urlencode "client_assertion=${AZURE_ID_TOKEN}" | jq --raw-output .access_token)"\n'
        f'{CURL} "https://{host}/oauth2/exchange" \\\n'
        f'  --data-urlencode "grant_type=access_token" --data-urlencode "service={host}" \\\n'
        '  --data-urlencode "tenant=${AZURE_TENANT_ID}" --data-urlencode "access_token=${entra}" |\n'
        "  jq --raw-output .refresh_token |\n"
        f'  docker login --username {NOBODY} --password-stdin "{host}"\n'
    )
