"""Every deployment can be taken back, and the way back is in the repository."""

from resources.catalogue import _
from tools.standards.repository import Repository
from tools.standards.standing import Standing, failed, passed, unknown

NAME = "reversible_deployments"
DEPLOYS = (
    r"kubectl\b.*\b(apply|set image)|helm\s+upgrade|aws\s+(ecs\s+update-service|lambda\s+update)|gcloud\s+run\s+deploy"
    r"|docker\s+(stack\s+deploy|compose\b.*\bup)|vercel\s+(deploy|--prod)|flyctl\s+deploy|environment:\s*(prod|name:\s*prod)"
)
BACK = (
    r"roll-?back|rollout\s+undo|helm\s+rollback|--to-revisions|failure_action:\s*rollback|deployment_circuit_breaker"
    r"|previous[-_ ]?(version|image|task)|workflow_dispatch.*version"
)


def check(repository: Repository) -> Standing:
    """Each file that deploys, against a way back in it or in a script beside it."""
    deploying = [
        (text, found)
        for text in (*repository.pipelines, *repository.of("script", "makefile"))
        if (found := text.grep(DEPLOYS))
    ]
    if not deploying:
        return unknown(NAME, _("Nothing here deploys. Generate the pipeline with its rollback: generate_pipeline."))
    scripts = [each for each in repository.texts if "rollback" in each.path.lower()]
    without = [found[0] for text, found in deploying if not text.grep(BACK)]
    if without and not scripts:
        fix = _("Add a job or script that goes back to the previous version, and run it once.")
        return failed(NAME, without, fix)
    return passed(NAME, [found for text, _first in deploying for found in text.grep(BACK)])
