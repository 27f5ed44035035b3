"""Where the images of a brief lie on Google Cloud, and whether anything here has to make that place."""

import re
from dataclasses import dataclass

from tools.brief import Brief
from tools.infrastructure import regions
from tools.pipelines.registries import registry_of

_ADDRESS = re.compile(r"(?P<location>[a-z0-9-]+)-docker\.pkg\.dev/(?P<project>[a-z0-9-]+)/(?P<repository>[a-z0-9-]+)")


@dataclass(frozen=True)
class Images:
    """A repository of Artifact Registry. `project` is None where the brief does not say it."""

    location: str
    project: str | None
    repository: str


def images(brief: Brief) -> Images | None:
    """The repository; None where images lie with somebody else."""
    last = brief.context.environments[-1]
    if brief.context.registry is None:
        if brief.context.platform.target != "cloud_run":
            return None
        return Images(regions.region_of(brief, last, "gcp"), last.gcp_project, brief.name)
    if registry_of(brief).kind != "google":
        return None
    found = _ADDRESS.match(brief.context.registry)
    return Images(found["location"], found["project"], found["repository"]) if found else None
