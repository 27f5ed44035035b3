"""Nothing has rights that it does not use."""

from resources.catalogue import _
from tools.standards.repository import Repository, Text
from tools.standards.standing import Evidence, Standing, failed, passed, unknown

NAME = "least_privilege"
WIDE = r"privileged:\s*true|allowPrivilegeEscalation:\s*true|hostNetwork:\s*true|/var/run/docker\.sock|permissions:\s*write-all"
POLICY = r"\"?Action\"?\s*[=:]\s*\[?\s*\"\*\"|actions\s*=\s*\[\s*\"\*\"\s*\]|roles/(owner|editor)\b|AdministratorAccess"

DESCRIBES = ("github_workflow", "gitlab_ci", "dockerfile", "compose", "swarm", "kubernetes", "terraform")


def check(repository: Repository) -> Standing:
    """Workflows without permissions, images that run as root, containers and policies that may everything."""
    if not repository.of(*DESCRIBES):
        return unknown(NAME, _("Nothing that has rights is described here."))
    found = [
        Evidence(path=text.path, says=_("no permissions: the token may write"))
        for text in repository.of("github_workflow")
        if not text.grep(r"^\s*permissions:")
    ]
    found += [each for text in repository.of("dockerfile") if (each := _root(text))]
    found += repository.grep(WIDE, "compose", "kubernetes", "github_workflow", "gitlab_ci")
    found += repository.grep(POLICY, "terraform")
    if found:
        fix = _("Name each permission, run as a numbered user, and allow single actions on single resources.")
        return failed(NAME, found, fix)
    return passed(NAME)


def _root(text: Text) -> Evidence | None:
    """Where an image is left to root; some bases have another user of their own."""
    users = text.grep(r"^\s*USER\s")
    own = text.grep(r"^\s*FROM\s+\S*(distroless|nonroot)")
    if users and users[-1].says.split()[1] not in {"root", "0", "0:0"}:
        return None
    if own and not users:
        return None
    return Evidence(path=text.path, line=users[-1].line if users else None, says=_("runs as root"))
