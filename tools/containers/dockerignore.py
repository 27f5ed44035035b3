"""What stays out of the build context: secrets, history, caches, what is built anew."""

from collections.abc import Sequence

from resources.catalogue import _
from resources.templates import render
from tools.containers.subject import Subject
from tools.delivery import File

SECRETS = ("**/.env", "**/.env.*", "!**/.env.example", "**/*.pem", "**/*.key", "**/*.p12", "**/*.pfx", "**/id_rsa*",
           "**/id_ed25519*", "**/.aws", "**/.ssh", "**/.kube", "**/*.tfstate*", "**/*.tfvars", "**/.netrc",
           "**/.pypirc")  # fmt: skip
TOOLS = (".git", ".gitignore", ".gitattributes", ".github", ".gitlab-ci.yml", ".idea", ".vscode", "**/.DS_Store",
         "**/Dockerfile*", "**/.dockerignore", "**/compose*.y*ml", "**/docker-compose*.y*ml", "**/.terraform",
         "devops.yaml")  # fmt: skip


def dockerignore(subject: Subject, ignored: Sequence[str]) -> File:
    """The file that BuildKit reads for this Dockerfile: `.dockerignore` where it is alone in its context, else a file
    named after the Dockerfile, since another component's image may need what this one leaves out.
    """
    folder = subject.dockerfile.rpartition("/")[0] or "."
    alone = folder == subject.context and subject.dockerfile.rpartition("/")[2] == "Dockerfile"
    shared = sum(Subject(each, subject.brief).context == subject.context for each in subject.components) > 1
    path = f"{subject.dockerfile}.dockerignore"
    if alone and not shared:
        path = ".dockerignore" if folder == "." else f"{folder}/.dockerignore"
    placed = list(dict.fromkeys(_placed(subject, each) for each in ignored))
    content = render("containers/dockerignore.j2", secrets=SECRETS, tools=TOOLS, ignored=placed)
    return File(path=path, content=content, purpose=_("Keeps secrets, history and caches out of the build context."))


def _placed(subject: Subject, pattern: str) -> str:
    """A pattern of the component's folder as one of the context; `**` is everywhere, `/` at the context's root."""
    sign, path = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    if path.startswith("/"):
        return f"{sign}{path[1:]}"
    if path.startswith("**/") or subject.within == ".":
        return pattern
    return f"{sign}{subject.within}/{path}"
