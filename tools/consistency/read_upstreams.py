"""Where proxies send requests and where Prometheus looks: host and port of each."""

import re

from tools.consistency.lines import Value
from tools.consistency.lines import read as read_yaml
from tools.consistency.world import Reference, Said, World
from tools.delivery import Place
from tools.validate.checker import Source

_NGINX = re.compile(r"^\s*(?:server|proxy_pass|fastcgi_pass|grpc_pass)\s+(?:https?://)?([A-Za-z0-9.-]+):(\d{1,5})\b")
_ADDRESS = re.compile(r"^(?:https?|h2c)?(?:://)?([A-Za-z0-9.-]+):(\d{1,5})(?:/.*)?$")
_LISTEN = re.compile(r"^\s*listen\s+(?:0\.0\.0\.0:|\*:|\[::\]:)?(\d{1,5})\b")
_ENTRY = re.compile(r"^:(\d{1,5})$")
_OF_PODS = "__meta_kubernetes_pod_container_port_number"


def applies(source: Source) -> bool:
    """Nginx sites, Traefik's dynamic files and Prometheus' configuration."""
    if source.suffix == ".conf":
        return bool(re.search(r"^\s*(upstream|server)\s", source.head, re.MULTILINE))
    if source.suffix not in {".yml", ".yaml"} or "{{" in source.head:
        return False
    return bool(re.search(r"^(scrape_configs|http|tcp|entryPoints)\s*:", source.head, re.MULTILINE))


def read(source: Source, world: World) -> None:
    """Every address in the file."""
    if source.suffix == ".conf":
        for number, line in enumerate(source.text.split("\n"), start=1):
            if match := _NGINX.match(line):
                place = Place(path=source.path, line=number, says=line.strip()[:200])
                world.references.append(Reference(match[1], match[2], place, proxy=True))
            if match := _LISTEN.match(line):
                place = Place(path=source.path, line=number, says=line.strip()[:200])
                world.listens.setdefault(source.path, []).append(Said(match[1], place))
        return
    for document in read_yaml(source.text):
        for value in [*_targets(document), *_servers(document)]:
            if match := _ADDRESS.match(value.text):
                place = Place(path=source.path, line=value.line, says=value.text)
                proxy = document.at("scrape_configs") is None
                world.references.append(Reference(match[1], match[2], place, proxy=proxy))
        world.references += [*_looked_up(document, source), *_of_pods(document, source)]
        for entry in document.named("entryPoints").values():
            address = entry.at("address")
            if address and (match := _ENTRY.match(address.text)):
                place = Place(path=source.path, line=address.line, says=address.text)
                world.entry_points.append(Said(match[1], place))


def _looked_up(document: Value, source: Source) -> list[Reference]:
    """Targets found by name: `tasks.web` of a swarm, the service discovery of a cloud."""
    found = []
    for job in document.members("scrape_configs"):
        for each in job.members("dns_sd_configs"):
            port = each.at("port")
            for name in each.members("names") if port else []:
                place = Place(path=source.path, line=port.line, says=f"{name.text}:{port.text}") if port else None
                if port and place:
                    found.append(Reference(name.text.removeprefix("tasks."), port.text, place))
    return found


def _of_pods(document: Value, source: Source) -> list[Reference]:
    """Pods found by their label and the number of their port."""
    found = []
    for job in document.members("scrape_configs"):
        for rule in job.members("relabel_configs"):
            labels = [each.text for each in rule.members("source_labels")]
            wanted = rule.at("regex")
            words = wanted.text.split(";") if wanted else []
            if wanted and _OF_PODS in labels and len(words) == len(labels) and rule.said("action") == "keep":
                told = dict(zip(labels, words, strict=True))
                name = next((word for label, word in told.items() if label.endswith("_name")), "")
                place = Place(path=source.path, line=wanted.line, says=wanted.text)
                found.append(Reference(name, told[_OF_PODS], place))
    return found


def _targets(document: Value) -> list[Value]:
    """The fixed targets of every job; a job that rewrites their address only passes it on to an exporter."""
    return [
        target
        for job in document.members("scrape_configs")
        if not any(each.said("target_label") == "__address__" for each in job.members("relabel_configs"))
        for group in job.members("static_configs")
        for target in group.members("targets")
    ]


def _servers(document: Value) -> list[Value]:
    found: list[Value] = []
    for kind in ("http", "tcp"):
        for service in document.named(kind, "services").values():
            for server in service.members("loadBalancer", "servers"):
                address = server.at("url") or server.at("address")
                if address:
                    found.append(address)
    return found
