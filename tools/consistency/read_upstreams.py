"""Where proxies send requests and where Prometheus looks: host and port of each."""

import re

from tools.consistency.lines import Value
from tools.consistency.lines import read as read_yaml
from tools.consistency.world import Reference, World
from tools.delivery import Place
from tools.validate.checker import Source

_NGINX = re.compile(r"^\s*(?:server|proxy_pass|fastcgi_pass|grpc_pass)\s+(?:https?://)?([A-Za-z0-9.-]+):(\d{1,5})\b")
_ADDRESS = re.compile(r"^(?:https?|h2c)?(?:://)?([A-Za-z0-9.-]+):(\d{1,5})(?:/.*)?$")
_STATIC = ("scrape_configs",)


def applies(source: Source) -> bool:
    """Nginx sites, Traefik's dynamic files and Prometheus' configuration."""
    if source.suffix == ".conf":
        return bool(re.search(r"^\s*(upstream|server)\s", source.head, re.MULTILINE))
    if source.suffix not in {".yml", ".yaml"} or "{{" in source.head:
        return False
    return bool(re.search(r"^(scrape_configs|http|tcp)\s*:", source.head, re.MULTILINE))


def read(source: Source, world: World) -> None:
    """Every address in the file."""
    if source.suffix == ".conf":
        for number, line in enumerate(source.text.split("\n"), start=1):
            if match := _NGINX.match(line):
                place = Place(path=source.path, line=number, says=line.strip()[:200])
                world.references.append(Reference(match[1], match[2], place))
        return
    for document in read_yaml(source.text):
        for value in [*_targets(document), *_servers(document)]:
            if match := _ADDRESS.match(value.text):
                place = Place(path=source.path, line=value.line, says=value.text)
                world.references.append(Reference(match[1], match[2], place))


def _targets(document: Value) -> list[Value]:
    """The fixed targets of every job; a job that rewrites their address only passes it on to an exporter."""
    return [
        target
        for job in document.members(*_STATIC)
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
