"""Reads Compose files: which service is built from which folder, its ports and the services it leans on."""

import posixpath
import re
from dataclasses import dataclass
from typing import Any

from tools.stacks.folders import is_fixture
from tools.stacks.parse import Warnings, read_yaml, string, strings, table
from tools.stacks.tree import Tree, base, join, parent

_NAME = re.compile(r"^(docker-compose|compose)([.-][\w.-]+)?\.ya?ml$")


@dataclass(frozen=True)
class Service:
    """One service of a Compose file."""

    name: str
    file: str
    line: int
    image: str | None
    image_line: int
    context: str | None
    """Folder it is built from, relative to the repository root."""
    dockerfile: str | None
    port: int | None
    """The first port it publishes or exposes, as seen inside the container."""
    port_line: int
    leans_on: tuple[str, ...]
    develops: bool = False
    """Built up to a development stage: its port is the development server's."""

    def builds(self, folder: str) -> bool:
        """Whether it is built from `folder`: its context, or the place of its Dockerfile in a wider context."""
        return self.context == folder or (self.dockerfile is not None and parent(self.dockerfile) == folder)


def is_compose(path: str) -> bool:
    """Whether a file is named as a Compose file."""
    return path.endswith(("yml", "yaml")) and _NAME.match(base(path)) is not None


def read_services(tree: Tree, warnings: Warnings) -> list[Service]:
    """Every service of every Compose file, production and plain files before development overrides."""
    files = [path for path in tree.files if is_compose(path) and not is_fixture(path)]
    files.sort(key=lambda path: (bool(re.search(r"dev|local|override|test|ci\b", base(path))), path.count("/"), path))
    services: list[Service] = []
    for path in files[:200]:
        for name, body in table(read_yaml(tree, path, warnings), "services").items():
            if isinstance(body, dict):
                services.append(_service(tree, path, str(name), body))
    return services


def _service(tree: Tree, path: str, name: str, body: dict[str, Any]) -> Service:
    lines = (tree.text(path) or "").split("\n")
    start = _line(lines, rf"^\s{{1,8}}[\"']?{re.escape(name)}[\"']?\s*:\s*(#.*|&\w+.*)?$", 0)
    build = body.get("build")
    context = string(build) or string(table(build).get("context"))
    if context is None and isinstance(build, dict):
        context = "."
    folder = _folder(parent(path), context) if context is not None else None
    dockerfile = string(table(build).get("dockerfile"))
    port = _port(body)
    image = string(body.get("image"))
    depends = body.get("depends_on")
    leans = [*depends] if isinstance(depends, dict) else strings(depends)
    return Service(
        name=name,
        file=path,
        line=start,
        image=image,
        image_line=_line(lines, r"^\s*image\s*:", start),
        context=folder,
        dockerfile=posixpath.normpath(join(folder, dockerfile)) if folder is not None and dockerfile else None,
        port=port,
        port_line=_line(lines, rf"\b{port}\b", start) if port else start,
        leans_on=(*leans, *(link.partition(":")[0] for link in strings(body.get("links")))),
        develops=re.search(r"dev", string(table(build).get("target")) or "") is not None,
    )


def _folder(start: str, context: str) -> str | None:
    if "://" in context or context.startswith(("/", "~", "$", "git@")):
        return None
    folder = posixpath.normpath(join(start, context))
    return None if folder.startswith("..") else folder


def _port(body: dict[str, Any]) -> int | None:
    """The container's side of the first port."""
    for key in ("ports", "expose"):
        given = body.get(key)
        for item in given if isinstance(given, list) else []:
            target = item.get("target") if isinstance(item, dict) else item
            match = re.search(r"(?:^|:|-\}?:?)(\d{1,5})(?:/\w+)?$", str(target))
            if match and 0 < int(match[1]) < 65536:
                return int(match[1])
    return None


def _line(lines: list[str], pattern: str, after: int) -> int:
    compiled = re.compile(pattern)
    for number in range(after, len(lines)):
        if compiled.search(lines[number]):
            return number + 1
    return max(after, 1)
