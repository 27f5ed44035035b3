"""The key of an environment."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, Rule, texts


def kms() -> Module:
    """A key that rotates, and who may use it."""
    named = Rule(
        'alltrue([for each in var.users : startswith(each, "serviceAccount:")])',
        _("Each must be a service account, as a member: serviceAccount:…"),
    )
    return Module(
        name="kms",
        template=f"{inputs.FOLDER}/kms",
        about=_("A key that rotates, for the data of one environment."),
        variables=(inputs.name(), inputs.region(), texts("users", _("Who encrypts and decrypts with it."), named)),
        outputs=(Output("key_id", "google_kms_crypto_key.main.id", _("The key.")),),
    )
