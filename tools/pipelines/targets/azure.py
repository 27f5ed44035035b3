"""Signs a job in to Azure through OIDC: no long-lived key exists."""

from resources.catalogue import _
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.pipelines.targets.place import Place


def sign_in() -> Step:
    """The step that becomes the environment's application."""
    return Step(
        _("Sign in to Azure"),
        action="azure/login",
        options={
            "client-id": "${{ vars.AZURE_CLIENT_ID }}",
            "tenant-id": "${{ vars.AZURE_TENANT_ID }}",
            "subscription-id": "${{ vars.AZURE_SUBSCRIPTION_ID }}",
        },
    )


def variables(place: Place) -> list[VariableToSet]:
    """The application, its tenant and the subscription."""
    identity = "00000000-0000-0000-0000-000000000000"
    trusts = _("Application with a federated credential for this repository and this environment.")
    return [
        place.variable("AZURE_CLIENT_ID", trusts, identity),
        place.variable("AZURE_TENANT_ID", _("Entra tenant."), identity),
        place.variable("AZURE_SUBSCRIPTION_ID", _("Azure subscription."), identity),
    ]
