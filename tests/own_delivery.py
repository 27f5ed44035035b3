"""Our own Dockerfile, compose file, manifests, monitoring, runbooks and release, made by our own generators.

`python3 dev.py deployment` writes them, `--check` only compares; a test does the same.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from resources.catalogue import speaking
from tools.brief import Brief, Deliverable
from tools.context import Deps
from tools.deliver import GENERATORS
from tools.delivery import Delivery, combine
from tools.guard.workspace import Workspace
from tools.project import Project
from tools.resolve_brief import resolve_brief

ROOT = Path(__file__).resolve().parents[1]
# The project releases an image and a package; where it runs is a team's, so no pipeline of ours deploys to a cluster.
RELEASE: dict[str, Any] = {
    "context": {"platform": {"target": "registry"}, "environments": [{"name": "production", "protected": True}]}
}
PASSES: tuple[tuple[dict[str, Any], tuple[Deliverable, ...]], ...] = (
    (RELEASE, ("pipeline", "containers")),
    ({}, ("deployment", "observability", "runbooks")),
)


async def own_delivery() -> Delivery:
    """Everything the brief at the top of this repository asks for, except what checkers say of it."""
    deps = Deps(workspace=Workspace.at(ROOT), language="en")
    parts: list[Delivery] = []
    for more, deliverables in PASSES:
        brief, project = await resolve_brief(deps, ".", more)
        with speaking(brief.language or "en"):
            parts += [_made(brief, project, each) for each in deliverables]
    return combine(parts)


def _made(brief: Brief, project: Project, deliverable: Deliverable) -> Delivery:
    # What is there was written by this: to the generators it is as if nothing were.
    return GENERATORS[deliverable](brief, project.model_copy(update={"existing": []}))


def differing(delivery: Delivery) -> list[str]:
    """The files that are not committed as the generators make them now."""
    return [
        file.path
        for file in delivery.files
        if not (ROOT / file.path).is_file() or (ROOT / file.path).read_text(encoding="utf-8") != file.content
    ]


def main() -> int:
    """Write the files, or only say which differ (`--check`)."""
    delivery = asyncio.run(own_delivery())
    found = differing(delivery)
    for file in delivery.files:
        if file.path in found and "--check" not in sys.argv:
            target = ROOT / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(file.content, encoding="utf-8")
            target.chmod(0o755 if file.executable else 0o644)
    print("\n".join(found) or f"{len(delivery.files)} files are as the generators make them")
    return 1 if found and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
