"""Lays over a draft what runs it whatever its language: Procfile, Dockerfile, Compose."""

import re

from tools.stacks.build_context import note_build_context
from tools.stacks.compose import Service
from tools.stacks.draft import Draft
from tools.stacks.image import Dockerfile, dockerfiles_of, read_dockerfile
from tools.stacks.tree import Tree, join, parent

_PROCESS = re.compile(r"^(?P<name>[A-Za-z0-9_-]+):[ \t]*(?P<command>\S[^\n]*)$", re.MULTILINE)
_PORT_IN_COMMAND = re.compile(
    # --port 8000, -p 3000, --bind 0.0.0.0:8000, --server.port=8080, PORT=3000 node …, runserver 0.0.0.0:8000
    r"(?:--?(?:[\w.]*port|p)[= ]|--?(?:bind|b|listen|l|http\.addr|address|addr|urls?)[= ]\S*:|\bPORT=|-Dserver\.port=|"
    r"(?:runserver|0\.0\.0\.0|127\.0\.0\.1|\[::\])[ :](?:[\d.]+:)?)"
    r"(?:\$\{PORT:-)?(\d{2,5})\b"
)
# Official images whose tag is the language's version.
_LANGUAGE_IMAGES = {
    "python": re.compile(r"(?:^|/)python:(\d+\.\d+)|python(\d\.\d+)-"),
    "node": re.compile(r"(?:^|/)node:(\d+)"),
    "go": re.compile(r"(?:^|/)golang:(\d+\.\d+)"),
    "java": re.compile(
        r"(?:^|/)(?:openjdk|eclipse-temurin|amazoncorretto|ibm-semeru-runtimes|zulu-openjdk|liberica-\w+|sapmachine)"
        r":(?:open-)?(\d+)|/openjdk-(\d+)\b|(?:^|/)(?:maven|gradle):[^\s]*?(?:jdk|openjdk|temurin|corretto|eclipse-temurin)-?(\d+)"
    ),
    "bun": re.compile(r"(?:^|/)oven/bun:(\d+\.\d+)"),
    "deno": re.compile(r"(?:^|/)deno[^:]*:(?:\w+-)?v?(\d+\.\d+)"),
    "ruby": re.compile(r"(?:^|/)ruby:(\d+\.\d+)"),
    "php": re.compile(r"(?:^|/)php:(\d+\.\d+)"),
    "rust": re.compile(r"(?:^|/)rust:(\d+\.\d+)|cargo-chef:\S*rust-(\d+\.\d+)"),
    "dotnet": re.compile(r"/dotnet/(?:sdk|aspnet|runtime)[^:]*:(\d+\.\d+)"),
    "elixir": re.compile(r"(?:^|/)elixir:(\d+\.\d+)"),
}
_LANGUAGE_IMAGES["kotlin"] = _LANGUAGE_IMAGES["java"]


def lay_runtime(tree: Tree, draft: Draft, services: list[Service], inner: list[str]) -> None:
    """Complete `draft` from the Procfile, Dockerfile and Compose services that are its own.

    `inner` are the folders of other components inside this one.
    """
    _procfile(tree, draft)
    own = [service for service in services if service.builds(draft.path)]
    dockerfiles = _dockerfiles(tree, draft, own, inner)
    if dockerfiles:
        draft.note("dockerfile", dockerfiles[0].path, f"{dockerfiles[0].path}:1")
        note_build_context(tree, draft, dockerfiles[0], services)
    command = next((each.command for each in dockerfiles if each.command), None)
    if command is not None and draft.get("kind") != "static" and "$" not in command.value:
        draft.note("start_command", command.value, command.evidence)
    _version(draft, dockerfiles)
    _port_of_start(draft)
    for dockerfile in dockerfiles:
        variable = dockerfile.port_variable
        if variable is not None and "port" in draft.fields and 0 < int(variable.value) < 65536:
            draft.overrule("port", int(variable.value), variable.evidence)
            break
    for dockerfile in dockerfiles:
        if dockerfile.port is not None:
            draft.note("port", int(dockerfile.port.value), dockerfile.port.evidence)
    for service in own:
        if service.port is not None and not (service.develops and draft.get("kind") == "static"):
            draft.note("port", service.port, f"{service.file}:{service.port_line}")


def _dockerfiles(tree: Tree, draft: Draft, own: list[Service], inner: list[str]) -> list[Dockerfile]:
    """The Dockerfiles that build this component: in its folder, named by its Compose service, or of its language.

    A repository also keeps Dockerfiles of its database or proxy in folders below.
    """
    named = [service.dockerfile for service in own if service.dockerfile and tree.has(service.dockerfile)]
    found: list[Dockerfile] = []
    for path in list(dict.fromkeys([*dockerfiles_of(tree, draft.path, inner), *named]))[:20]:
        dockerfile = read_dockerfile(tree, path)
        pattern = _LANGUAGE_IMAGES.get(draft.language)
        speaks = pattern is not None and any(pattern.search(image.value) for image in dockerfile.images)
        if parent(path) == draft.path or path in named or speaks:
            found.append(dockerfile)
    return found


def declared_port(command: str) -> int | None:
    """The port that a command names itself (`--port 8000`, `PORT=3000 node …`), or None."""
    match = _PORT_IN_COMMAND.search(command)
    return int(match[1]) if match and 0 < int(match[1]) < 65536 else None


def _port_of_start(draft: Draft) -> None:
    """The port that an explicit start command names beats a convention."""
    command = draft.get("start_command")
    port = declared_port(command) if command and "start_command" not in draft.presumed else None
    if port is not None:
        draft.note("port", port, draft.evidence.get("start_command"))
    elif command and re.search(r"\$\{?PORT\b", command) and "port" in draft.presumed:
        # The platform decides: the framework's own port would be a guess.
        draft.forget("port")


def _procfile(tree: Tree, draft: Draft) -> None:
    path = join(draft.path, "Procfile")
    processes = {hit.match["name"]: hit for hit in tree.search_all([path], _PROCESS)} if tree.has(path) else {}
    web, release, worker = processes.get("web"), processes.get("release"), processes.get("worker")
    if web is not None and "start_command" not in draft.fields.keys() - draft.presumed:
        draft.note("start_command", web.match["command"].strip(), web.evidence)
        draft.presume("kind", "service", web.evidence)
    if web is None and worker is not None:
        draft.note("start_command", worker.match["command"].strip(), worker.evidence)
        draft.presume("kind", "worker", worker.evidence)
    if release is not None and re.search(r"migrat|db upgrade|alembic", release.match["command"]):
        draft.note("migrate_command", release.match["command"].strip(), release.evidence)


def _version(draft: Draft, dockerfiles: list[Dockerfile]) -> None:
    pattern = _LANGUAGE_IMAGES.get(draft.language)
    if pattern is None:
        return
    for dockerfile in dockerfiles:
        for image in dockerfile.images:
            match = pattern.search(image.value)
            if match:
                draft.note("language_version", next(group for group in match.groups() if group), image.evidence)
                return
