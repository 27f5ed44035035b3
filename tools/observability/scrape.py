"""Where Prometheus of each environment finds what it scrapes: discovery where the platform has it, names elsewhere."""

from dataclasses import dataclass
from typing import Any

from resources.catalogue import _
from resources.templates import render
from tools.brief import Environment
from tools.delivery import File, VariableToSet
from tools.observability.alerts.backings import known
from tools.observability.alerts.containers import HOSTED
from tools.observability.alerts.requests import probe_job
from tools.observability.watched import Watch, Watched, probed

FOLDER = "deploy/observability/prometheus"
SECRETS = "/etc/prometheus/secrets"


@dataclass(frozen=True)
class Scrape:
    """One scrape job."""

    job: str
    comment: str | None = None
    path: str = "/metrics"
    token: str | None = None
    """The file with the bearer token that the metrics answer to."""
    targets: tuple[str, ...] = ()
    """host:port, where names are enough."""
    tasks: tuple[str, int] | None = None
    """A DNS name with one address for each instance, and the port."""
    pods: tuple[str, str, int, int] | None = None
    """Namespace, value of app.kubernetes.io/name, the port that the pods declare, and that of their metrics."""
    kubernetes: str | None = None
    """nodes or cadvisor: what the cluster itself tells."""
    namespace: str | None = None
    """Series of other namespaces are dropped."""
    probes: tuple[str, ...] = ()
    """Addresses that the blackbox exporter asks."""


def scrape_files(watch: Watch, *, interval: str = "30s") -> list[File]:
    """One configuration for each environment: its Prometheus lives and dies with it."""
    return [
        File(
            path=f"{FOLDER}/prometheus-{each.name}.yml",
            content=render(
                "observability/prometheus.yml.j2",
                service=watch.brief.name,
                environment=each.name,
                interval=interval,
                scrapes=scrapes(watch, each),
            ),
            purpose=_(
                "What Prometheus of {name} scrapes, which rules it holds and where its alerts go.", name=each.name
            ),
        )
        for each in watch.brief.context.environments
    ]


def scrapes(watch: Watch, environment: Environment) -> list[Scrape]:
    """Every scrape job of one environment."""
    found = [Scrape("prometheus", targets=("localhost:9090",)), Scrape("alertmanager", targets=("alertmanager:9093",))]
    found += [_component(watch, each, environment) for each in watch.measured if not _platform(each)]
    found += _platforms(watch, environment)
    found += [_backing(watch, name, entry) for name, entry in known(watch).items()]
    if any(entry.get("stateful") for entry in known(watch).values()):
        comment = _("Where backup jobs leave the time of their success.")
        found.append(Scrape("pushgateway", comment=comment, targets=("pushgateway:9091",)))
    addresses = tuple(probed(watch, environment)) if watch.components else ()
    if addresses:
        comment = _("As a user sees it: name, network, certificate and answer.")
        found.append(Scrape(probe_job(watch), comment=comment, probes=addresses))
    return found


def tokens_to_set(watch: Watch) -> list[VariableToSet]:
    """The files with the tokens that components ask for before they tell their metrics."""
    return [
        VariableToSet(
            name=f"{each.job}-token",
            secret=True,
            where=_("file {path} of Prometheus", path=f"{SECRETS}/{each.job}-token"),
            purpose=_("Lets Prometheus read the metrics of {job}; a token that may do nothing else.", job=each.job),
        )
        for each in watch.measured
        if each.component.metrics_token
    ]


def _platform(each: Watched) -> bool:
    return each.metrics is not None and each.metrics.of_the_platform


def _component(watch: Watch, each: Watched, environment: Environment) -> Scrape:
    path = each.metrics.path if each.metrics else "/metrics"
    port = (each.metrics.port if each.metrics else None) or each.port or 80
    token = f"{SECRETS}/{each.job}-token" if each.component.metrics_token else None
    if watch.target == "kubernetes":
        declared = each.port or port
        return Scrape(
            each.job, path=path, token=token, pods=(environment.namespace or environment.name, each.job, declared, port)
        )
    if watch.target == "swarm":
        return Scrape(each.job, path=path, token=token, tasks=(f"tasks.{each.host}", port))
    if watch.target == "ecs":
        comment = _("Service discovery (Cloud Map) gives one address for each task.")
        return Scrape(
            each.job,
            comment=comment,
            path=path,
            token=token,
            tasks=(f"{each.job}.{watch.brief.name}-{environment.name}.internal", port),
        )
    return Scrape(each.job, path=path, token=token, targets=(f"{each.host}:{port}",))


def _platforms(watch: Watch, environment: Environment) -> list[Scrape]:
    if watch.target == "kubernetes":
        space = environment.namespace or environment.name
        return [
            Scrape("kube-state-metrics", targets=("kube-state-metrics.kube-system:8080",), namespace=space),
            Scrape("node", kubernetes="node"),
            Scrape("cadvisor", kubernetes="cadvisor", namespace=space),
        ]
    if watch.target in HOSTED and watch.components:
        return [Scrape("node", targets=("node-exporter:9100",)), Scrape("cadvisor", targets=("cadvisor:8080",))]
    if watch.target in {"ecs", "lambda"}:
        return [Scrape("cloudwatch", comment=_("CloudWatch, by its exporter (YACE)."), targets=("yace:5000",))]
    if watch.target == "cloud_run":
        comment = _("Cloud Monitoring, by its exporter (stackdriver_exporter).")
        return [Scrape("stackdriver", comment=comment, targets=("stackdriver-exporter:9255",))]
    return []


def _backing(watch: Watch, name: str, entry: Any) -> Scrape:  # noqa: ANN401 - a fact
    exporter = entry["exporter"]
    if entry.get("framework") and exporter["image"] is None:  # the worker has its metrics itself
        host = next((each.host for each in watch.components if each.component.framework == name), name)
    else:
        host = exporter["job"] if exporter["image"] is None else f"{exporter['job']}-exporter"
    return Scrape(exporter["job"], targets=(f"{host}:{exporter['port']}",))


def access_files(watch: Watch) -> list[File]:
    """What lets Prometheus through the network policies of the components, in Kubernetes."""
    if watch.target != "kubernetes":
        return []
    ports = {each.job: (each.metrics.port if each.metrics else None) or each.port for each in watch.measured}
    return [
        File(
            path=f"{FOLDER}/kubernetes/{each.name}.yml",
            content=render(
                "observability/allow-prometheus.yml.j2",
                namespace=each.namespace or each.name,
                ports={job: port for job, port in ports.items() if port},
            ),
            purpose=_("Lets Prometheus through the network policies of {name}, to the metrics alone.", name=each.name),
        )
        for each in watch.brief.context.environments
    ]
