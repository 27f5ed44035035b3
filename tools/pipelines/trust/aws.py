"""AWS: an identity provider for the pipeline, one role per environment, one for the registry."""

from collections.abc import Callable, Sequence
from typing import Any

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Command
from tools.pipelines import registries
from tools.pipelines.issuer import branch_subjects, environment_subjects, issuer_of
from tools.pipelines.package import is_packed
from tools.pipelines.targets.place import workload
from tools.pipelines.trust.shell import document, quoted
from tools.project import Component

Rights = Callable[[Brief, Sequence[Component], str], list[dict[str, Any]]]


def commands(brief: Brief, deployed: Sequence[Component]) -> list[Command]:
    """Commands that create the provider and the roles; the account is the one the shell is signed in to."""
    issuer = issuer_of(brief)
    url = quoted(f"https://{issuer.host}")
    provider = f"aws iam create-open-id-connect-provider --url {url} --client-id-list sts.amazonaws.com"
    told = [
        *issuer.naming,
        Command(
            run='AWS_ACCOUNT_ID="$(aws sts get-caller-identity --query Account --output text)"',
            purpose=_("Name the AWS account that the shell is signed in to."),
        ),
        Command(
            run=provider, purpose=_("Let AWS believe the tokens of {issuer}; once per account.", issuer=issuer.label)
        ),
    ]
    if registries.registry_of(brief).kind == "amazon" and not is_packed(brief):
        told += _registry_role(brief, deployed)
    if _deploys_to_aws(brief):
        for environment in brief.context.environments:
            told += _environment_role(brief, deployed, environment)
    return told


def values(brief: Brief, environment: Environment | None) -> dict[str, str]:
    """What these commands make known, by the name of the variable that holds it."""
    account = environment.aws_account if environment and environment.aws_account else "${AWS_ACCOUNT_ID}"
    if environment is None:
        return {"AWS_ECR_ROLE_ARN": f"arn:aws:iam::{_registry_account(brief)}:role/{_role(brief, 'push')}"}
    return {"AWS_ROLE_ARN": f"arn:aws:iam::{account}:role/{_role(brief, environment.name)}"}


def needed(brief: Brief) -> bool:
    """Whether anything of the pipeline signs in to AWS."""
    return _deploys_to_aws(brief) or registries.registry_of(brief).kind == "amazon"


def _deploys_to_aws(brief: Brief) -> bool:
    platform = brief.context.platform
    return platform.target in {"ecs", "lambda"} or (platform.target == "kubernetes" and platform.provider == "aws")


def _role(brief: Brief, name: str) -> str:
    return f"{brief.name[: 60 - len(name)]}-{issuer_of(brief).short}-{name}"


def _registry_account(brief: Brief) -> str:
    return registries.registry_of(brief).host.split(".")[0]


def _trust(brief: Brief, account: str, trusted: Sequence[str]) -> dict[str, Any]:
    issuer = issuer_of(brief).host
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{issuer}"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": list(trusted)}},
            }
        ],
    }


def _create(
    role: str, trust: dict[str, Any], policy: list[dict[str, Any]], profile: str, purpose: str
) -> list[Command]:
    rights = {"Version": "2012-10-17", "Statement": policy}
    return [
        Command(
            run=f"aws{profile} iam create-role --role-name {role} --assume-role-policy-document {document(trust)}",
            purpose=purpose,
        ),
        Command(
            run=f"aws{profile} iam put-role-policy --role-name {role} --policy-name deliver "
            f"--policy-document {document(rights)}",
            purpose=_("Allow it what the workflow does, and no more."),
        ),
    ]


def _registry_role(brief: Brief, deployed: Sequence[Component]) -> list[Command]:
    registry = registries.registry_of(brief)
    _account, _slash, namespace = registry.address.partition("/")
    prefix = f"{namespace}/" if namespace else ""
    names = [prefix + workload(brief, each) for each in deployed]
    arns = [f"arn:aws:ecr:{registry.region}:{_registry_account(brief)}:repository/{name}" for name in names]
    push = (
        "BatchCheckLayerAvailability BatchGetImage CompleteLayerUpload GetDownloadUrlForLayer InitiateLayerUpload "
        "PutImage UploadLayerPart"
    )
    policy: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {"Effect": "Allow", "Action": [f"ecr:{action}" for action in push.split()], "Resource": arns},
    ]
    # The default branch pushes; the rollback looks the image up from its environment.
    trusted = branch_subjects(brief)
    for environment in brief.context.environments:
        trusted += [each for each in environment_subjects(brief, environment) if each not in trusted]
    create = [
        Command(
            run=f"aws ecr create-repository --region {quoted(registry.region or '')} --repository-name {quoted(name)}",
            purpose=_("Create the image repository."),
        )
        for name in names
    ]
    purpose = _("Create the role that pushes images, for the default branch and the environments.")
    return [
        *create,
        *_create(_role(brief, "push"), _trust(brief, _registry_account(brief), trusted), policy, "", purpose),
    ]


def _environment_role(brief: Brief, deployed: Sequence[Component], environment: Environment) -> list[Command]:
    account = environment.aws_account or "${AWS_ACCOUNT_ID}"
    profile = f" --profile {quoted(environment.aws_profile)}" if environment.aws_profile else ""
    role = _role(brief, environment.name)
    rights = RIGHTS.get(brief.context.platform.target or "", _eks_rights)
    purpose = _("Create the role of the environment {name}; no other may take it.", name=environment.name)
    trust = _trust(brief, account, environment_subjects(brief, environment))
    told = _create(role, trust, rights(brief, deployed, account), profile, purpose)
    if brief.context.platform.target == "kubernetes":
        cluster = quoted(brief.context.platform.cluster or "${KUBE_CLUSTER}")
        principal = quoted(f"arn:aws:iam::{account}:role/{role}")
        entry = f"--cluster-name {cluster} --principal-arn {principal}"
        scope = f"type=namespace,namespaces={environment.namespace or environment.name}"
        edit = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"
        told += [
            Command(run=f"aws{profile} eks create-access-entry {entry}", purpose=_("Let the role into the cluster.")),
            Command(
                run=f"aws{profile} eks associate-access-policy {entry} --policy-arn {edit} --access-scope {scope}",
                purpose=_("Let it change its own namespace alone."),
            ),
        ]
    return told


def _ecs_rights(brief: Brief, deployed: Sequence[Component], account: str) -> list[dict[str, Any]]:
    workloads = [workload(brief, each) for each in deployed]
    actions = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition", "ecs:DescribeTasks"]
    services = [f"arn:aws:ecs:*:{account}:service/*/{name}" for name in workloads]
    told: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": actions, "Resource": "*"},
        {"Effect": "Allow", "Action": ["ecs:DescribeServices", "ecs:UpdateService"], "Resource": services},
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": f"arn:aws:iam::{account}:role/*",
            "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        },
    ]
    if any(each.migrate_command for each in deployed):
        # Families are often called after the service and the environment.
        tasks = f"arn:aws:ecs:*:{account}:task-definition/{brief.name}*:*"
        told.append({"Effect": "Allow", "Action": "ecs:RunTask", "Resource": tasks})
    return told


def _eks_rights(brief: Brief, _deployed: Sequence[Component], account: str) -> list[dict[str, Any]]:
    cluster = brief.context.platform.cluster or "*"
    return [
        {"Effect": "Allow", "Action": "eks:DescribeCluster", "Resource": f"arn:aws:eks:*:{account}:cluster/{cluster}"}
    ]


def _lambda_rights(brief: Brief, _deployed: Sequence[Component], account: str) -> list[dict[str, Any]]:
    functions = f"arn:aws:lambda:*:{account}:function:{brief.name}*"
    actions = "GetAlias GetFunction GetFunctionConfiguration PublishVersion UpdateAlias UpdateFunctionCode"
    code = f"arn:aws:s3:::{brief.name}*-code-{account}/releases/*"
    return [
        {"Effect": "Allow", "Action": [f"lambda:{action}" for action in actions.split()], "Resource": functions},
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": code},
        # Metrics know no resource.
        {"Effect": "Allow", "Action": "cloudwatch:GetMetricStatistics", "Resource": "*"},
    ]


RIGHTS: dict[str, Rights] = {"ecs": _ecs_rights, "lambda": _lambda_rights}
