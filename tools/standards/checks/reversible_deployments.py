"""Every deployment can be taken back, and the way back is in the repository."""

from resources.catalogue import _
from tools.standards.repository import Repository, Text
from tools.standards.standing import Evidence, Standing, failed, passed, unknown

NAME = "reversible_deployments"
BACK = (
    r"roll-?back|rollout\s+undo|helm\s+rollback|--to-revisions|failure_action:\s*rollback|deployment_circuit_breaker"
    r"|previous[-_ ]?(version|image|task)|workflow_dispatch.*version"
)


def check(repository: Repository) -> Standing:
    """Each file that deploys, against a way back in it or in a script beside it."""
    deploying = repository.deploying
    if not deploying:
        return unknown(NAME, _("Nothing here deploys. Generate the pipeline with its rollback: generate_pipeline."))
    scripts = [each for each in repository.texts if "rollback" in each.path.lower()]
    without = [found[0] for text, found in deploying if not _back(text)]
    if without and not scripts:
        fix = _("Add a job or script that goes back to the previous version, and run it once.")
        return failed(NAME, without, fix)
    return passed(NAME, [found for text, _first in deploying for found in _back(text)])


def _back(text: Text) -> list[Evidence]:
    """The lines that go back; what is only said goes nowhere."""
    return [each for each in text.grep(BACK) if not each.says.lstrip("- ").startswith(("echo", "printf"))]
