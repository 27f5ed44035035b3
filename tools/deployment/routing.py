"""Which address leads to which component: pages at the root, interfaces below a path of their own."""

from dataclasses import dataclass

from tools.containers.workloads import Workload

# Names that people give to what serves pages; such a component gets the root of the site.
FRONT = ("web", "frontend", "front", "site", "ui", "app", "client", "www", "storefront")


@dataclass(frozen=True)
class Route:
    """One prefix of the site's address; `port` is the machine's own, where compose.yaml publishes the component."""

    path: str
    name: str
    port: int


def routes(running: list[Workload]) -> list[Route]:
    """The routes of everything that listens, the longest prefix first. A component alone has the whole site."""
    listening = [each for each in running if each.port is not None]
    if not listening:
        return []
    front = next((each for each in listening if each.recipe is not None and each.recipe.site), None)
    front = front or next((each for each in listening if each.key.split("-")[-1] in FRONT), None) or listening[0]
    found = [Route("/", front.subject.name, front.published or 0)]
    found += [Route(f"/{each.key}", each.subject.name, each.published or 0) for each in listening if each is not front]
    return sorted(found, key=lambda each: (-len(each.path), each.path))
