"""What others publish is named so that it cannot change: actions by commit, images by tag or digest."""

import re

from resources.catalogue import _
from tools.standards.repository import UNRESOLVED, Repository
from tools.standards.standing import Evidence, Standing, failed, passed, unknown

NAME = "pinned_actions_and_images"
USES = r"^\s*(?:-\s*)?uses:\s*[\"']?(?!\./)(?!docker://)[\w.-]+/[\w./-]+@(?![0-9a-f]{40}\b)"
IMAGE = re.compile(r"^\s*(?:-\s*)?(?:FROM(?:\s+--platform=\S+)?\s+|image:\s*[\"']?)(?P<name>[^\s\"'#]+)", re.IGNORECASE)

KUSTOMIZED = re.compile(
    r"^\s*-\s+name:\s*[\"']?([^\s\"']+)[\"']?\n(?:\s+(?:newName:|#).*\n)*\s+(?:newTag|digest):", re.MULTILINE
)
"""An image of a base, whose tag or digest an overlay gives."""


def check(repository: Repository) -> Standing:
    """Each `uses:`, `FROM` and `image:`."""
    texts = [*repository.pipelines, *repository.of("dockerfile", "compose", "kubernetes", "swarm")]
    if not texts:
        return unknown(NAME, _("Neither pipeline nor image is described here."))
    found = [each for text in repository.of("github_workflow") for each in text.grep(USES)]
    given = {name for text in repository.of("kustomize") for name in KUSTOMIZED.findall(text.content)}
    for text in texts:
        stages = set(given) if text.kind == "kubernetes" else set[str]()
        for number, line in text.lines():
            match = IMAGE.match(line)
            if match is None:
                continue
            alias = re.search(r"\bAS\s+(\S+)", line, re.IGNORECASE)
            if alias:
                stages.add(alias[1].lower())
            if _floats(match["name"], stages):
                found.append(Evidence(path=text.path, line=number, says=line.strip()[:160]))
    if found:
        fix = _("Pin actions to a commit and images to a version and digest; let a bot propose the next ones.")
        return failed(NAME, found, fix)
    return passed(NAME)


def _floats(name: str, stages: set[str]) -> bool:
    if (
        name.lower() in stages
        or name == "scratch"
        or "$" in name
        or "{{" in name
        or UNRESOLVED in name
        or "@sha256:" in name
    ):
        return False
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag in {"", "latest", "stable", "edge", "main", "master", "nightly"}
