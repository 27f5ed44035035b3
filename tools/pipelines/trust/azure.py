"""Azure: one application per environment, each with a federated credential for that environment alone."""

from collections.abc import Sequence

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Command
from tools.pipelines import registries
from tools.pipelines.issuer import Issuer, branch_subjects, environment_subjects, issuer_of
from tools.pipelines.trust.shell import document, quoted
from tools.project import Component


def commands(brief: Brief, deployed: Sequence[Component]) -> list[Command]:  # noqa: ARG001 - every cloud's signature
    """Commands that create the applications and their credentials, in the subscription az points at."""
    issuer = issuer_of(brief)
    told = [
        *issuer.naming,
        Command(
            run='SUBSCRIPTION="$(az account show --query id --output tsv)"', purpose=_("Name the Azure subscription.")
        ),
        Command(run='TENANT="$(az account show --query tenantId --output tsv)"', purpose=_("Name the Entra tenant.")),
    ]
    if registries.registry_of(brief).kind == "azure":
        trusted = branch_subjects(brief)
        for environment in brief.context.environments:
            trusted += [each for each in environment_subjects(brief, environment) if each not in trusted]
        told += _application(issuer, "PUSH", f"{brief.name}-push", trusted, "AcrPush")
    for environment in brief.context.environments if _deploys_to_azure(brief) else ():
        role = "Azure Kubernetes Service Cluster User Role"
        name = f"{brief.name}-deploy-{environment.name}"
        told += _application(issuer, _holder(environment), name, environment_subjects(brief, environment), role)
    return told


def values(brief: Brief, environment: Environment | None) -> dict[str, str]:  # noqa: ARG001 - every cloud's signature
    """What these commands make known, by the name of the variable that holds it."""
    told = {"AZURE_TENANT_ID": "${TENANT}", "AZURE_SUBSCRIPTION_ID": "${SUBSCRIPTION}"}
    if environment is None:
        return {**told, "AZURE_PUSH_CLIENT_ID": "${PUSH}"}
    return {**told, "AZURE_CLIENT_ID": f"${{{_holder(environment)}}}"}


def needed(brief: Brief) -> bool:
    """Whether anything of the pipeline signs in to Azure."""
    return _deploys_to_azure(brief) or registries.registry_of(brief).kind == "azure"


def _deploys_to_azure(brief: Brief) -> bool:
    return brief.context.platform.target == "kubernetes" and brief.context.platform.provider == "azure"


def _holder(environment: Environment) -> str:
    """The shell variable that holds the application's id."""
    letters = "".join(each if each.isalnum() else "_" for each in environment.name.upper())
    return f"DEPLOY_{letters}"


def _application(issuer: Issuer, holder: str, name: str, trusted: Sequence[str], role: str) -> list[Command]:
    told = [
        Command(
            run=f'{holder}="$(az ad app create --display-name {quoted(name)} --query appId --output tsv)"',
            purpose=_("Create the application {name}.", name=name),
        ),
        Command(run=f'az ad sp create --id "${{{holder}}}"', purpose=_("Give it an identity in this tenant.")),
    ]
    for number, subject in enumerate(trusted):
        credential = {
            "name": f"{issuer.pool}-{number}",
            "issuer": f"https://{issuer.host}",
            "subject": subject,
            "audiences": ["api://AzureADTokenExchange"],
        }
        told.append(
            Command(
                run=f'az ad app federated-credential create --id "${{{holder}}}" --parameters {document(credential)}',
                purpose=_("Let only these jobs become it."),
            )
        )
    scope = quoted("/subscriptions/${SUBSCRIPTION}")
    told.append(
        Command(
            run=f'az role assignment create --assignee "${{{holder}}}" --role {quoted(role)} --scope {scope}',
            purpose=_("Allow it what the workflow does; narrow the scope to the resource where you can."),
        )
    )
    return told
