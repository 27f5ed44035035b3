"""Finds the backing services a component needs: from its clients, its connection URLs and its Compose service."""

import re

from tools.stacks.compose import Service
from tools.stacks.draft import Draft
from tools.stacks.services import CLIENTS, CODE_SIGNS, IMAGES, SCHEMES
from tools.stacks.signs import SIGNS
from tools.stacks.tree import Tree, base

_SETTINGS = (".properties", ".yml", ".yaml", ".toml", ".ini", ".cfg", ".conf", ".json", ".prisma", ".env")
_NOT_LOOKED_INTO = re.compile(
    r"(^|/)(package(-lock)?\.json|pnpm-lock\.yaml|composer\.(json|lock)|tsconfig[^/]*\.json|renovate\.json|\.github/.*|"
    r"\.pre-commit-config\.yaml|openapi[^/]*|swagger[^/]*|[^/]*\.(test|spec|stories|d|min)\.\w+|test_[^/]*|[^/]*_test\.\w+)$"
)
# Other JSON is data: it mentions URLs that nothing connects to.
_SETTINGS_JSON = re.compile(
    r"config|settings|^(default|production|prod|development|dev|local|env)\.json$", re.IGNORECASE
)
_URL = re.compile(
    r"(?<![\w.-])(" + "|".join(sorted(SCHEMES, key=len, reverse=True)) + r")(?:\+[\w]+)?://(?!\s)", re.MULTILINE
)
_COMMENT = re.compile(r"^\s*(#|//|\*|/\*|--|;|<!--|\"\"\")")
_SIGNS = [(re.compile(pattern, re.MULTILINE), service) for pattern, service in CODE_SIGNS]
_QUICK = re.compile(
    rb"://|backends\.|[Cc]ache|S3|s3|Transport\.|provider|dialect|type:|client|resource\(|adapter|connection"
)


def find_needs(tree: Tree, draft: Draft, files: list[str], services: list[Service], *, alone: bool) -> None:
    """Write into `draft.needs` each service with the line that shows it; strongest evidence first.

    `files` are the component's own; `alone` says that the repository has no other component, so that every
    service of its Compose files can only be for it.
    """
    for name, evidence in draft.dependencies.items():
        service = CLIENTS.get(name)
        if service is not None:
            draft.needs.setdefault(service, evidence)
    if draft.get("kind") != "library":  # a library's code mentions what its users may connect to
        _from_text(tree, draft, files)
    for service_name, evidence in _from_compose(draft, services, alone=alone):
        draft.needs.setdefault(service_name, evidence)
    _merge_relatives(draft.needs)


def image_service(image: str) -> str | None:
    """The backing service an image runs, or None."""
    name = re.sub(r"[@:].*$", "", base(image))
    return IMAGES.get(name) or None


def _from_text(tree: Tree, draft: Draft, files: list[str]) -> None:
    code = (path for path in tree.code(files, *SIGNS) if not _NOT_LOOKED_INTO.search(path))
    for path in [*code, *(path for path in files if _is_settings(path))]:
        content = tree.data(path)
        if content is None or not _QUICK.search(content):
            continue
        for hit in tree.search_all([path], _URL):
            if not _commented(tree, path, hit.line):
                draft.needs.setdefault(SCHEMES[hit.match[1]], hit.evidence)
        for pattern, service in _SIGNS:
            if service in draft.needs:
                continue
            sign = next((hit for hit in tree.search_all([path], pattern)), None)
            if sign is not None and not _commented(tree, path, sign.line):
                draft.needs[service] = sign.evidence


def _is_settings(path: str) -> bool:
    name = base(path)
    if not name.endswith(_SETTINGS):
        return name.startswith(".env") or name == "env.example"
    return not _NOT_LOOKED_INTO.search(path) and (not name.endswith(".json") or bool(_SETTINGS_JSON.search(name)))


def _commented(tree: Tree, path: str, line: int) -> bool:
    lines = (tree.text(path) or "").split("\n", line)
    return _COMMENT.match(lines[line - 1]) is not None


def _from_compose(draft: Draft, services: list[Service], *, alone: bool) -> list[tuple[str, str]]:
    """Services that the component's own Compose service leans on; all of them when it is the only component."""
    by_name = {(service.file, service.name): service for service in services}
    found: list[tuple[str, str]] = []
    own = [service for service in services if service.builds(draft.path)]
    for mine in own:
        for name in _reached(mine, by_name):
            leaned = by_name.get((mine.file, name))
            if leaned is not None and leaned.image and (needed := image_service(leaned.image)):
                found.append((needed, f"{leaned.file}:{leaned.image_line}"))
    if alone:
        found.extend(
            (needed, f"{service.file}:{service.image_line}")
            for service in services
            if service.image and service.context is None and (needed := image_service(service.image))
        )
    return found


def _reached(start: Service, by_name: dict[tuple[str, str], Service]) -> list[str]:
    """Names that `start` leans on, directly or through services built from the same folder."""
    reached: list[str] = []
    queue = list(start.leans_on)
    while queue:
        name = queue.pop(0)
        if name in reached:
            continue
        reached.append(name)
        other = by_name.get((start.file, name))
        if other is not None and other.context is not None and other.context == start.context:
            queue.extend(other.leans_on)
    return reached


def _merge_relatives(needs: dict[str, str]) -> None:
    # A MySQL driver also talks to MariaDB: one server is meant, and the image or URL names which.
    if "mariadb" in needs and "mysql" in needs:
        del needs["mysql"]
