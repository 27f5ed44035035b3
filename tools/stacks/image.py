"""Reads what a Dockerfile says about the service in it: base images, exposed port, command."""

import json
import re
from dataclasses import dataclass, field, replace

from tools.stacks.tree import Tree, base, contains, parent

_INSTRUCTION = re.compile(r"^\s*(FROM|EXPOSE|CMD|ENTRYPOINT|ENV|ARG|WORKDIR|COPY|ADD)\s+(.+)$", re.IGNORECASE)
# A command that only starts what the image was built into tells nothing about the repository.
_IN_IMAGE = re.compile(
    r"^(/|nginx\b|httpd|apachectl|apache2|caddy\b|(ba)?sh\b|bash\b|\./?$|tini|dumb-init|supervisord|sleep\b|tail\b|true\b)"
)

_FOR_DEVELOPING = re.compile(r"dev|debug|test|lint|local")


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
    port_variable: Said | None = None
    """`ENV PORT`, which a program that reads PORT obeys."""
    copied: list[Said] = field(default_factory=list)
    """Files and folders it copies from where it is built."""


@dataclass
class _Stage:
    """What one stage says; a stage built from another starts with what that one says."""

    port: Said | None = None
    exposed: bool = False
    """Whether the stage itself names a port: of several the first is meant, the others speak TLS or to operators."""
    command: Said | None = None
    entrypoint: Said | None = None
    port_variable: Said | None = None


def read_dockerfile(tree: Tree, path: str) -> Dockerfile:
    """What `path` says; a file that is no Dockerfile says nothing. Of several stages the last one runs,
    development stages aside.
    """
    said = Dockerfile(path)
    values: dict[str, str] = {}
    stages: dict[str, _Stage] = {}
    stage = last = _Stage()
    for line, text in _logical_lines(tree.text(path) or ""):
        match = _INSTRUCTION.match(text)
        if match is None:
            continue
        word, rest, evidence = match[1].upper(), match[2].strip(), f"{path}:{line}"
        if word == "FROM":
            parts = [part for part in _expand(rest, values).split() if not part.startswith("--")]
            image = parts[0] if parts else ""
            said.images.append(Said(image, evidence))
            stage = replace(stages.get(image.lower(), _Stage()), exposed=False)
            name = parts[2].lower() if len(parts) > 2 else ""
            stages[name] = stage
            if not stages.keys() - {name} or not _FOR_DEVELOPING.search(name):
                last = stage
        elif word in {"ARG", "ENV"}:
            given = _assignments(rest)
            values.update(given)
            if word == "ENV" and given.get("PORT", "").isdigit():
                stage.port_variable = Said(given["PORT"], evidence)
        elif word == "EXPOSE":
            port = re.match(r"(\d{1,5})\b", _expand(rest, values))
            if port and 0 < int(port[1]) < 65536 and not stage.exposed:
                stage.port, stage.exposed = Said(port[1], evidence), True
        elif word in {"COPY", "ADD"}:
            said.copied += [Said(source, evidence) for source in _sources(_expand(rest, values))]
        elif word == "CMD":
            stage.command = Said(_shell_form(rest), evidence)
        elif word == "ENTRYPOINT":
            stage.entrypoint, stage.command = Said(_shell_form(rest), evidence), None
    said.port, said.port_variable = last.port, last.port_variable
    said.command = _started(last)
    return said


def _started(stage: _Stage) -> Said | None:
    """Entry point and command together, unless they only start something that the image was built into."""
    command = stage.command
    if stage.entrypoint is not None and not _IN_IMAGE.match(stage.entrypoint.value):
        arguments = f" {command.value}" if command else ""
        command = Said(stage.entrypoint.value + arguments, (command or stage.entrypoint).evidence)
    if command is None or _IN_IMAGE.match(command.value) or re.search(r"\.sh\b|(^|\s)-D\b", command.value):
        return None
    return command


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


def _sources(rest: str) -> list[str]:
    """What an instruction copies out of the context: no other stage's files, no address, not all there is."""
    if re.search(r"--from\b|<<|://", rest):
        return []
    words = [word for word in _shell_form(re.sub(r"^(?:--\S+\s+)*", "", rest)).split() if not word.startswith("--")]
    sources = [word.strip("\"'").removeprefix("./").strip("/") for word in words[:-1]]
    return [each for each in sources if each not in {"", ".", "*"} and not each.startswith("..") and "$" not in each]


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
