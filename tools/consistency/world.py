"""What the files of a delivery say of ports, names and environments, each with the place that says it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tools.delivery import Place


@dataclass(frozen=True)
class Said:
    """One value and where it stands."""

    value: str
    place: Place


@dataclass
class Image:
    """What a Dockerfile says."""

    path: str
    exposed: list[Said] = field(default_factory=list)
    asked: list[Said] = field(default_factory=list)
    """Ports that its own health check asks."""
    opens: list[Said] = field(default_factory=list)
    """Ports that its program is told to open, by its command or by a variable."""
    copies: list[str] = field(default_factory=list)
    """Configurations of a web server that lie in it, by their path in the repository."""


@dataclass
class Service:
    """A service of a compose file, a stack or a blueprint."""

    name: str
    place: Place
    stack: bool
    dockerfile: str | None = None
    listens: list[Said] = field(default_factory=list)
    """Ports in the container that `ports` and `expose` name."""
    published: dict[str, Said] = field(default_factory=dict)
    """Port of the host to port in the container."""
    asked: list[Said] = field(default_factory=list)
    opens: list[Said] = field(default_factory=list)
    """Ports that its program is told to open, by its command or by a variable."""
    project: str = ""
    """What the whole file is called."""
    variables: dict[str, Said] = field(default_factory=dict)
    """Variables and files of secrets it is given, by name."""
    task: bool = False
    """A cloud runs it: the files name its port and not its image."""
    open_ended: bool = False
    """It reads a file of variables: what it is given cannot be listed."""

    @property
    def deployed(self) -> bool:
        """Whether it runs where users are: what a developer starts at home may differ."""
        return self.stack or self.place.path.startswith("deploy/")


@dataclass
class Pods:
    """A Kubernetes workload."""

    name: str
    place: Place
    labels: dict[str, str] = field(default_factory=dict)
    images: list[Said] = field(default_factory=list)
    ports: dict[str, Said] = field(default_factory=dict)
    """By name; a port without a name stands under its number."""
    asked: list[Said] = field(default_factory=list)
    """Names or numbers of ports that probes ask."""
    refers: list[tuple[str, Said]] = field(default_factory=list)
    """ConfigMaps and Secrets it cannot start without: kind and name."""
    variables: dict[str, Said] = field(default_factory=dict)


@dataclass
class Front:
    """A Kubernetes Service."""

    name: str
    place: Place
    selects: dict[str, str] = field(default_factory=dict)
    ports: dict[str, Said] = field(default_factory=dict)
    """Its own ports by name and by number, to the port of the pods each leads to."""


@dataclass(frozen=True)
class Reference:
    """Something that is sent to, or asked at, a host and a port: an upstream, a scrape target."""

    host: str
    port: str
    place: Place
    proxy: bool = False
    """A proxy sends requests there; else somebody measures."""


@dataclass
class World:
    """Everything that was read."""

    images: dict[str, Image] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    pods: list[Pods] = field(default_factory=list)
    fronts: list[Front] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    backends: list[Reference] = field(default_factory=list)
    """Services that an Ingress or a route of the Gateway API leads to; the port is a number or a name."""
    targets: list[tuple[str, Said]] = field(default_factory=list)
    """Workloads that an autoscaler names: kind and name."""
    policies: list[tuple[dict[str, str], Said]] = field(default_factory=list)
    """Pods that a policy means, and the namespace that it names itself."""
    namespace_lists: list[list[Said]] = field(default_factory=list)
    """Several namespaces that a query or a collector looks at."""
    fetched: list[Said] = field(default_factory=list)
    """Secrets that are read from a store, by their name there."""
    selectors: list[tuple[dict[str, str], list[Said], Place]] = field(default_factory=list)
    """Pods that a policy or a disruption budget means, and the ports it opens to them."""
    defined: set[tuple[str, str]] = field(default_factory=set)
    """Kubernetes objects: kind and name, generated ones included."""
    data: dict[str, list[Said]] = field(default_factory=dict)
    """Keys that a ConfigMap or a Secret will hold, by its name."""
    environments: dict[str, dict[str, Place]] = field(default_factory=dict)
    """By kind of file, every environment it knows."""
    undeclared: list[tuple[str, Said]] = field(default_factory=list)
    """What a compose file refers to and does not declare: kind and name."""
    alike: list[tuple[str, Said, Said]] = field(default_factory=list)
    """Two places that must say the same, and what of."""
    namespaces: list[Said] = field(default_factory=list)
    """Namespaces that an overlay makes or fills."""
    meant_namespaces: list[Said] = field(default_factory=list)
    """Namespaces that a pipeline or Prometheus works in."""
    listens: dict[str, list[Said]] = field(default_factory=dict)
    """Ports that a proxy's configuration opens to anybody, by its path."""
    entry_points: list[Said] = field(default_factory=list)
    """Ports that the proxy of the machine opens to anybody."""
    closed: list[Said] = field(default_factory=list)
    """Ports that the firewall closes before the engine opens them."""
    admitted: list[Said] = field(default_factory=list)
    """Ports that the firewall lets anybody reach."""
    secret_lists: list[tuple[str, dict[str, Place]]] = field(default_factory=list)
    """Lists of the secrets of one service, or (without a name) of all: a script's, Terraform's."""
