"""Reads what a Dockerfile says about the service in it: base images, exposed port, command."""

import json
import re
from dataclasses import dataclass, field

from tools.stacks.tree import Tree, base, contains, parent

_INSTRUCTION = re.compile(r"^\s*(FROM|EXPOSE|CMD|ENTRYPOINT|ENV|ARG|WORKDIR)\s+(.+)$", re.IGNORECASE)
# A command that only starts what the image was built into tells nothing about the repository.
_IN_IMAGE = re.compile(
    r"^(/|nginx\b|httpd|apachectl|apache2|caddy\b|(ba)?sh\b|bash\b|\./?$|tini|dumb-init|supervisord)"
)


@dataclass(frozen=True)
class Said:
    """A value and the line that says it."""

    value: str
    evidence: str


@dataclass
class Dockerfile:
    """The last stage's port and command, and the base images of every stage."""

    path: str
    images: list[Said] = field(default_factory=list)
    port: Said | None = None
    command: Said | None = None


def read_dockerfile(tree: Tree, path: str) -> Dockerfile:
    """What `path` says; a file that is no Dockerfile says nothing."""
    said = Dockerfile(path)
    values: dict[str, str] = {}
    entrypoint: Said | None = None
    for line, text in _logical_lines(tree.text(path) or ""):
        match = _INSTRUCTION.match(text)
        if match is None:
            continue
        word, rest, evidence = match[1].upper(), match[2].strip(), f"{path}:{line}"
        if word in {"ARG", "ENV"}:
            values.update(_assignments(rest))
        elif word == "FROM":
            image = next((part for part in rest.split() if not part.startswith("--")), "")
            said.images.append(Said(_expand(image, values), evidence))
            said.port = said.command = entrypoint = None  # only the last stage runs
        elif word == "EXPOSE" and said.port is None:
            port = re.match(r"(\d{1,5})\b", _expand(rest, values))
            said.port = Said(port[1], evidence) if port and 0 < int(port[1]) < 65536 else None
        elif word == "CMD":
            said.command = Said(_shell_form(rest), evidence)
        elif word == "ENTRYPOINT":
            entrypoint = Said(_shell_form(rest), evidence)
    if entrypoint is not None and not _IN_IMAGE.match(entrypoint.value):
        arguments = f" {said.command.value}" if said.command else ""
        said.command = Said(entrypoint.value + arguments, entrypoint.evidence)
    if said.command is not None and (
        _IN_IMAGE.match(said.command.value) or re.search(r"\.sh\b|(^|\s)-D\b", said.command.value)
    ):
        said.command = None
    return said


def dockerfiles_of(tree: Tree, folder: str, inner: list[str]) -> list[str]:
    """The Dockerfiles in a component's folder, the production one first; not those of components inside it."""
    found = [
        path
        for path in tree.under(folder)
        if is_dockerfile(path)
        and not any(contains(other, path) for other in inner)
        and path[0 if folder == "." else len(folder) + 1 :].count("/") <= 3
    ]
    return sorted(found, key=lambda path: (_rank(path), parent(path) != folder, path.count("/"), path))


def is_dockerfile(path: str) -> bool:
    """Whether a file is named as a Dockerfile."""
    if "ockerfile" not in path and "ontainerfile" not in path and not path.endswith("DOCKERFILE"):
        return False
    name = base(path).lower()
    if name.endswith((".dockerignore", ".md", ".j2", ".tmpl", ".template", ".erb", ".tpl")):
        return False
    return (
        name in {"dockerfile", "containerfile"}
        or name.startswith(("dockerfile.", "dockerfile-"))
        or (name.endswith((".dockerfile", "-dockerfile")))
    )


def _rank(path: str) -> int:
    text = path.lower()
    if re.search(r"dev|local|test|ci\b|debug|windows|arm", text):
        return 2
    return 0 if re.search(r"prod", text) or base(text) == "dockerfile" else 1


def _logical_lines(text: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    start, parts = 0, list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("#"):
            continue
        start = start or number
        if line.rstrip().endswith("\\"):
            parts.append(line.rstrip()[:-1].strip())
            continue
        lines.append((start, " ".join([*parts, line.strip()])))
        start, parts = 0, []
    return lines


def _assignments(rest: str) -> dict[str, str]:
    pairs = re.findall(r"([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|\S*)", rest)
    if not pairs and (legacy := re.match(r"([A-Za-z_]\w*)\s+(.+)", rest)):
        pairs = [(legacy[1], legacy[2])]
    return {name: value.strip("\"'") for name, value in pairs}


def _expand(text: str, values: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return values.get(match[1]) or match[2] or match[0]

    return re.sub(r"\$\{?([A-Za-z_]\w*)(?::-([^}]*))?\}?", value, text)


def _shell_form(rest: str) -> str:
    if rest.startswith("["):
        try:
            words = json.loads(rest)
        except ValueError:
            return rest
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            texts = [str(word) for word in words]
            if len(texts) == 3 and texts[0] in {"sh", "bash", "/bin/sh", "/bin/bash"} and texts[1].startswith("-"):
                return texts[2]
            return " ".join(_quote(text) for text in texts)
    return rest


def _quote(word: str) -> str:
    if re.fullmatch(r"[\w@%+=:,./$\[\]{}-]+", word):
        return word
    return '"' + word.replace('"', '\\"') + '"'
