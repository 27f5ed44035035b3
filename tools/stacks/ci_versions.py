"""Reads the language versions that continuous integration already runs on."""

import re
from dataclasses import dataclass

from tools.stacks.tree import Tree

_KEYS = {
    "python": r"python(?:[-_]version)?s?",
    "node": r"node(?:[-_](?:js[-_])?version)?s?|nodejs",
    "go": r"go(?:[-_]version)?s?",
    "java": r"(?:java|jdk)(?:[-_]version)?s?",
    "ruby": r"ruby(?:[-_]version)?s?",
    "php": r"php(?:[-_]version)?s?",
    "rust": r"(?:rust|toolchain)(?:[-_]version)?s?",
    "dotnet": r"dotnet(?:[-_]version)?s?",
    "elixir": r"elixir(?:[-_]version)?s?",
}
_VERSION = re.compile(r"(?<![\w.<>=^~-])v?(\d{1,3}(?:\.\d{1,3}){0,2})(?:\.x)?(?![\w.])")


@dataclass(frozen=True)
class CiVersions:
    """Versions in the order they are written, and the line of the first."""

    versions: list[str]
    evidence: str


def ci_versions(tree: Tree, language: str) -> CiVersions | None:
    """The versions of `language` in the workflow with the longest matrix; None when no pipeline names one."""
    key = _KEYS[language]
    inline = r"\[[^\]]*\]|[\"']?v?\d[^\n#]*"
    block = r"(?:\n[ \t]*-[ \t]+[\"']?v?\d[\w.]*[\"']?[^\n:]*)*"
    listed = re.compile(
        rf"^[ \t]*(?:-[ \t]+)?[\"']?(?:{key})[\"']?:[ \t]*(?P<inline>{inline})?(?P<block>{block})",
        re.MULTILINE | re.IGNORECASE,
    )
    paths = [
        path
        for folder in (".github/workflows", ".circleci")
        for path in tree.within(folder)
        if path.endswith((".yml", ".yaml"))
    ]
    paths += [path for path in (".gitlab-ci.yml", ".travis.yml", "azure-pipelines.yml") if tree.has(path)]
    best: CiVersions | None = None
    for hit in tree.search_all(paths, listed):
        text = (hit.match["inline"] or "") + (hit.match["block"] or "")
        versions = list(dict.fromkeys(match[1] for match in _VERSION.finditer(text)))
        if versions and (best is None or len(versions) > len(best.versions)):
            best = CiVersions(versions, hit.evidence)
    return best


def by_number(version: str) -> tuple[int, ...]:
    """A key that sorts 3.9 before 3.10."""
    return tuple(int(part) for part in re.findall(r"\d+", version))
