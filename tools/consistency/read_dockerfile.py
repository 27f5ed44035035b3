"""What a Dockerfile says of its port."""

import re

from tools.consistency.world import Image, Said, World
from tools.delivery import Place
from tools.stacks.image import is_dockerfile
from tools.validate.checker import Source

_FROM = re.compile(r"^\s*FROM\s", re.IGNORECASE)
_EXPOSE = re.compile(r"^\s*EXPOSE\s+(.+)$", re.IGNORECASE)
_VALUE = re.compile(r"\b([A-Z_][A-Z0-9_]*)=[\"']?(\d{1,5})\b")
# An address of this machine with a port: what a health check inside the container asks.
ASKED = re.compile(r"(?:(?:127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0)(?:'|\")?\s*[:,]|/dev/tcp/[\w.]+/)\s*(\d{1,5})\b")
# What a program is told of the port that it opens.
OPENS = re.compile(r"(?:--(?:http-)?port[=\s\"',]+|\b0\.0\.0\.0:|\[::\]:)(\d{1,5})\b")
PORT_VARIABLES = frozenset({"PORT", "HTTP_PORT", "SERVER_PORT", "ASPNETCORE_HTTP_PORTS", "QUARKUS_HTTP_PORT"})
_COMMAND = re.compile(r"^\s*(CMD|ENTRYPOINT)\s", re.IGNORECASE)
_COPIED = re.compile(r"^\s*COPY\s+(?:--(?!from)\S+\s+)*([\w./-]+\.conf)\s", re.IGNORECASE)


def applies(source: Source) -> bool:
    """Dockerfiles."""
    return is_dockerfile(source.path)


def read(source: Source, world: World) -> None:
    """The ports of the last stage."""
    image = Image(source.path)
    values: dict[str, str] = {}
    in_check = False
    for number, line in enumerate(source.text.split("\n"), start=1):
        if _FROM.match(line):
            image.exposed, image.asked, image.opens, image.copies = [], [], [], []
        if re.match(r"^\s*(ENV|ARG)\s", line, re.IGNORECASE):
            values |= dict(_VALUE.findall(line))
        place = Place(path=source.path, line=number, says=line.strip()[:200])
        if re.match(r"^\s*ENV\s", line, re.IGNORECASE):
            image.opens += [Said(port, place) for name, port in _VALUE.findall(line) if name in PORT_VARIABLES]
        if _COMMAND.match(line) and not in_check:
            image.opens += [Said(port, place) for port in OPENS.findall(line)]
        if copied := _COPIED.match(line):
            image.copies.append(copied[1])
        if exposed := _EXPOSE.match(line):
            words = _expanded(exposed[1], values)
            image.exposed += [Said(port, place) for port in re.findall(r"(?<![\w$])(\d{1,5})(?:/tcp)?(?=\s|$)", words)]
        in_check = in_check or bool(re.match(r"^\s*HEALTHCHECK\s", line, re.IGNORECASE))
        if in_check:
            image.asked += [Said(port, place) for port in ASKED.findall(line)]
            in_check = line.rstrip().endswith("\\")
    world.images[source.path] = image


def _expanded(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{?(\w+)\}?", lambda found: values.get(found[1], found[0]), text)
