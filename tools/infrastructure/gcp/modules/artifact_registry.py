"""The registry of images."""

from resources.catalogue import _
from tools.infrastructure.gcp import inputs
from tools.infrastructure.module import Module, Output, matches, number, text, texts


def artifact_registry() -> Module:
    """Where images lie, and who writes and reads them."""
    return Module(
        name="artifact_registry",
        template=f"{inputs.FOLDER}/artifact_registry",
        about=_("The registry of images: who writes, who reads, and what is tidied away."),
        variables=(
            inputs.region(),
            text(
                "repository",
                _("Name of the repository."),
                matches(
                    "repository", "^[a-z][a-z0-9-]{0,61}[a-z0-9]$", _("Use lower-case letters, digits and hyphens.")
                ),
            ),
            number("kept_versions", _("Images of each name that are always kept."), 10, 1000, default=100),
            texts("writers", _("Who pushes, as members."), default=[]),
        ),
        outputs=(
            Output(
                "address",
                '"${var.region}-docker.pkg.dev/${google_artifact_registry_repository.main.project}/${var.repository}"',
                _("Where images are pushed."),
            ),
        ),
    )
