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


@dataclass
class Service:
    """A service of a compose file or a stack."""

    name: str
    place: Place
    stack: bool
    dockerfile: str | None = None
    listens: list[Said] = field(default_factory=list)
    """Ports in the container that `ports` and `expose` name."""
    published: dict[str, Said] = field(default_factory=dict)
    """Port of the host to port in the container."""
    asked: list[Said] = field(default_factory=list)
    variables: dict[str, Said] = field(default_factory=dict)
    """Variables and files of secrets it is given, by name."""
    open_ended: bool = False
    """It reads a file of variables: what it is given cannot be listed."""


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
