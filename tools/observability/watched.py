"""What of a brief is watched: its components with the names they have where they run, its objective, its environments."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from resources.facts import read_facts
from tools.brief import Brief, Environment, Target, dns_label
from tools.containers.workloads import workloads
from tools.observability.metrics import HttpMetrics, http_metrics
from tools.observability.slo import DEFAULT_TARGET, Objective
from tools.pipelines.image import is_deployed
from tools.pipelines.targets.place import workload
from tools.project import Component

HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
UNSCRAPED: frozenset[Target] = frozenset({"lambda", "static_site", "vercel", "railway", "render"})
"""Where Prometheus reaches no instance: what is measured there is measured from outside."""

RESERVED = frozenset(
    {"node", "cadvisor", "kube-state-metrics", "prometheus", "alertmanager", "pushgateway", "cloudwatch",
     "components", "endpoints", "kubernetes", "containers", "nodes", "ecs", "lambda", "backups", "monitoring", "own",
     *read_facts("backing_alerts")["services"]}
)  # fmt: skip
"""Jobs of exporters and names of groups: a component of the same name gets a number, or they would be one."""


@dataclass(frozen=True)
class Watched:
    """One component. `job` is its name in metrics, alerts and commands."""

    job: str
    component: Component
    port: int | None
    metrics: HttpMetrics | None
    """None where nothing speaks HTTP or nothing can be scraped."""
    host: str = ""
    """Its name in the network of a compose file or a stack."""


@dataclass(frozen=True)
class Watch:
    """Everything the rules, dashboards and runbooks are made from."""

    brief: Brief
    components: tuple[Watched, ...]

    @property
    def target(self) -> Target | None:
        """What runs the containers."""
        return self.brief.context.platform.target

    @property
    def measured(self) -> list[Watched]:
        """The components whose own requests are counted."""
        return [each for each in self.components if each.metrics]

    @property
    def objective(self) -> Objective:
        """What the brief promises, or a start."""
        return Objective(self.brief.constraints.sla or DEFAULT_TARGET)

    @property
    def needs(self) -> list[str]:
        """The backing services of all components."""
        return sorted({need for each in self.components for need in each.component.needs})

    @property
    def production(self) -> Environment:
        """The environment that runbooks speak of: the last protected one, else the last."""
        environments = self.brief.context.environments
        return next((each for each in reversed(environments) if each.needs_approval), environments[-1])

    @property
    def paged(self) -> list[str]:
        """The environments whose critical alerts wake somebody."""
        return [each.name for each in self.brief.context.environments if each.needs_approval]

    def users(self, need: str) -> list[Watched]:
        """The components that `need` is a backing service of."""
        return [each for each in self.components if need in each.component.needs]


def watch(brief: Brief) -> Watch:
    """The watched components of `brief`; names are DNS labels and unique, whatever the brief calls them."""
    running = {id(each.component): each for each in workloads(brief, overwrite=False) if each.process is None}
    target = brief.context.platform.target
    taken = set(RESERVED)
    found = []
    for component in brief.context.components:
        if not is_deployed(component):
            continue
        job = _free(dns_label(workload(brief, component)), taken)
        run = running.get(id(component))
        port = (run.port if run else None) or component.port
        measured = port is not None and component.kind in {"service", None} and target not in UNSCRAPED
        found.append(
            Watched(
                job, component, port, http_metrics(component, target) if measured else None, run.key if run else job
            )
        )
    return Watch(brief, tuple(found))


def host_of(environment: Environment) -> str | None:
    """The public host of an environment, if it is one that may be laid into files."""
    host = (urlsplit(environment.url or "").hostname or "").lower()
    return host if HOST.fullmatch(host) else None


def probed(watched: Watch, environment: Environment) -> list[str]:
    """The addresses that are asked from outside: the health of each component behind the public host, else its root."""
    host = host_of(environment)
    if host is None:
        return []
    paths = [each.component.health_path for each in watched.measured if each.component.health_path]
    alone = paths[0] if len(paths) == 1 and len(watched.components) == 1 else "/"
    return [f"https://{host}{alone if alone.startswith('/') else '/' + alone}"]


def _free(name: str, taken: Iterable[str]) -> str:
    used = taken if isinstance(taken, set) else set(taken)
    free, number = name, 2
    while free in used:
        free, number = f"{name[:60]}-{number}", number + 1
    used.add(free)
    return free
