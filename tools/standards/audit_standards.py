"""The tool that holds a repository against the standards."""

import datetime as dt
import re
from pathlib import Path, PurePosixPath
from typing import Annotated

import anyio.to_thread
from pydantic import Field

from resources.catalogue import _
from tools.context import Deps, Given
from tools.model import Model
from tools.resolve_brief import resolve_brief
from tools.secrets.baseline import FILE_NAME, Baseline, held_against
from tools.secrets.leak import Leak
from tools.secrets.scan_secrets import baseline_of
from tools.secrets.scan_text import scan_text
from tools.stacks.existing import kind_inside
from tools.stacks.walk import walk
from tools.standards.charts import chart_texts
from tools.standards.readiness import Readiness, readiness
from tools.standards.registry import CHECKS
from tools.standards.repository import Repository, Text
from tools.standards.standing import Standing, unknown
from tools.standards.trend import earlier, keep

LARGEST = 300_000
OF_MANIFESTS = frozenset({"pinned_actions_and_images", "least_privilege", "resource_limits", "tls"})
"""What the manifests of a chart can break."""
MOST_FILES = 2_000
SAMPLES = frozenset(
    {
        "example",
        "examples",
        "sample",
        "samples",
        "test",
        "tests",
        "__tests__",
        "testdata",
        "fixture",
        "fixtures",
        "golden",
    }
    | {"e2e", "templates", "node_modules", "third_party", "docs"}
)
SUFFIXES = {".tf": "terraform", ".sh": "script", ".bash": "script"}
STACK = re.compile(r"(?:^|[/.-])stack[\w.-]*\.ya?ml$")
"""What `docker stack deploy` is given, as its documentation names it."""


class Audit(Model):
    """How a repository stands. `score` is the share of the standards that hold among those that can be judged."""

    summary: str
    score: float
    before: float | None = Field(default=None, description="Score of the last audit here.")
    standings: list[Standing]
    readiness: list[Readiness] = []


async def audit_standards(
    deps: Given,
    path: Annotated[str, Field(description="Repository folder inside the workspace.")] = ".",
) -> Audit:
    """Audit a repository: secrets, rollback, alerts, environments, documentation, pins, privileges, locks, limits, TLS.

    Per standard pass, fail or unknown with the lines that say so and the smallest fix; readiness of each service.
    """
    root = deps.place.directory(path)
    brief, project = await resolve_brief(deps, path, {})
    await deps.progress(1, 3, "read")
    repository = await anyio.to_thread.run_sync(
        lambda: _seen(root, Repository(project, brief, (), frozenset()), baseline_of(deps, path))
    )
    await deps.progress(2, 3, "judge")
    standings = [_honest(check(repository), repository) for check in CHECKS]
    judged = [each for each in standings if each.result != "unknown"]
    score = round(sum(each.result == "pass" for each in judged) / len(judged), 3) if judged else 0.0
    before = await anyio.to_thread.run_sync(_kept, deps, root, score, standings)
    return Audit(
        summary=_summary(standings, score, before),
        score=score,
        before=before,
        standings=standings,
        readiness=readiness(repository, standings, dt.datetime.now(dt.UTC).date()),
    )


def _seen(root: Path, bare: Repository, baseline: Baseline) -> Repository:
    """The repository with the texts that the checks read."""
    found = walk(root)
    kinds = {each.path: each.kind for each in bare.project.existing}
    texts: list[Text] = []
    leaks: list[Leak] = []
    for name in sorted(found.files)[:MOST_FILES]:
        if name in found.links:
            continue
        content = _read(root / name)
        if content is None:
            continue
        kind = kinds.get(name) or _kind(name, content)
        if name != FILE_NAME:
            leaks += scan_text(name, content) or []
        if kind and not _aside(name):
            texts.append(Text(name, kind, content.decode("utf-8", errors="replace")))
    paths = frozenset(found.files)
    templates, unread = chart_texts(root, paths - frozenset(found.links))
    left, _stale = held_against(leaks, baseline)
    return Repository(bare.project, bare.brief, (*texts, *templates), paths, tuple(left), tuple(unread))


def _honest(standing: Standing, repository: Repository) -> Standing:
    """`standing`, unless what nobody could read might break it."""
    if standing.result != "pass" or standing.standard not in OF_MANIFESTS or not repository.unread:
        return standing
    told = ", ".join(repository.unread[:5])
    return unknown(
        standing.standard, _("Only helm can read {templates}: render the chart and audit that.", templates=told)
    )


def _aside(name: str) -> bool:
    """Samples and tests deliver nothing; a module that is called after what it makes is none of it."""
    parts = PurePosixPath(name).parts
    return PurePosixPath(name).suffix == ".py" or bool(SAMPLES & {each.lower() for each in parts[:-1]})


def _kind(name: str, content: bytes) -> str | None:
    suffix = PurePosixPath(name).suffix
    if suffix in {".yml", ".yaml"}:
        # A folder of manifests is one entry of the project: each file says again what it is.
        if "rules" in name or "alert" in name:
            return "rules"
        return "swarm" if STACK.search(name) and b"services:" in content else kind_inside(name, content)
    return SUFFIXES.get(suffix)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError:
        return None


def _kept(deps: Deps, root: Path, score: float, standings: list[Standing]) -> float | None:
    """The last score, once this one is kept beside it."""
    if deps.gate is None:
        return None
    state = deps.guard.journal.state
    points = earlier(state, root)
    keep(state, root, score, [each.standard for each in standings if each.result == "fail"])
    return points[-1].score if points else None


def _summary(standings: list[Standing], score: float, before: float | None) -> str:
    failed = [each.standard for each in standings if each.result == "fail"]
    told = _("{percent} % of the standards hold.", percent=round(score * 100))
    if before is not None and before != score:
        told += " " + _("Before: {percent} %.", percent=round(before * 100))
    if failed:
        told += " " + _("To mend: {names}.", names=", ".join(failed))
    return told
