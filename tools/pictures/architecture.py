"""The architecture of a brief as a picture: who reaches what, what it needs, and what watches it."""

from resources.catalogue import _
from tools.brief import Brief, Environment, Target
from tools.pictures.flowchart import Edge, Flowchart, Node
from tools.project import Component

ENTRIES: dict[Target, str] = {
    "ecs": "Application Load Balancer",
    "lambda": "API Gateway",
    "static_site": "CloudFront",
    "cloud_run": "Cloud Load Balancing",
    "kubernetes": "Ingress",
    "vercel": "Vercel",
    "railway": "Railway",
    "render": "Render",
}
"""What the world reaches first, by target; where there is none, the brief's proxy."""
PROXIES = {"nginx": "Nginx", "traefik": "Traefik"}
NOT_RUNNING = frozenset({"library", "cli"})


def architecture(brief: Brief) -> str:
    """The environment furthest in promotion order, as Mermaid text; '' when nothing of the brief runs."""
    running = [each for each in brief.context.components if each.kind not in NOT_RUNNING]
    if not running:
        return ""
    chart = Flowchart()
    chart.groups["home"] = _home(brief, brief.context.environments[-1])
    _reach(chart, brief, running)
    for component in running:
        chart.nodes.append(Node(component.path, _component(component), group="home"))
    _needs(chart, running)
    if "observability" in brief.deliverables:
        chart.nodes.append(Node("watch", (_("Monitoring"), "Prometheus"), look="soft"))
        chart.edges += [Edge("watch", each.path, dotted=True) for each in running]
    return chart.text()


def _home(brief: Brief, environment: Environment) -> str:
    platform = brief.context.platform
    where = [environment.name, platform.target, platform.cluster, environment.region or platform.region]
    return " · ".join(each for each in where if each)


def _component(component: Component) -> tuple[str, ...]:
    what = component.framework or component.language or ""
    return tuple(each for each in (component.name or component.path, what) if each)


def _reach(chart: Flowchart, brief: Brief, running: list[Component]) -> None:
    reached = [each for each in running if each.port is not None or each.kind == "static"]
    if not reached:
        return
    chart.nodes.append(Node("users", (_("Users"),), shape="round", look="entry"))
    platform = brief.context.platform
    entry = ENTRIES.get(platform.target) if platform.target else None
    if entry is None and brief.context.proxy:
        entry = PROXIES[brief.context.proxy]
    if entry is None:
        chart.edges += [Edge("users", each.path, str(each.port or "")) for each in reached]
        return
    chart.nodes.append(Node("entry", (entry, "TLS"), look="entry", group="home"))
    address = brief.context.environments[-1].url
    chart.edges.append(Edge("users", "entry", address or "HTTPS"))
    chart.edges += [Edge("entry", each.path, str(each.port or "")) for each in reached]


def _needs(chart: Flowchart, running: list[Component]) -> None:
    for need in dict.fromkeys(need for each in running for need in each.needs):
        chart.nodes.append(Node(f"need {need}", (need,), shape="store", group="home"))
    chart.edges += [Edge(each.path, f"need {need}") for each in running for need in each.needs]
