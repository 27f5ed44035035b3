"""kubectl kustomize: whether an overlay and everything below it can be put together."""

import re
from collections.abc import Sequence

from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import ONE, Source
from tools.validate.tool import Verdict, ask

NAME = "kubectl kustomize"
PROGRAMS: tuple[str, ...] = ("kubectl",)
TAKES = ONE
INSTALL = "https://kubernetes.io/docs/tasks/tools/"
_FILE = re.compile(r"(^|/)kustomization\.ya?ml$")
_LISTED = re.compile(r"^\s*-\s*[\"']?((?:\.{1,2}/)*[\w./-]+)[\"']?\s*$", re.MULTILINE)
_NAMED = ("kustomization.yaml", "kustomization.yml")


def applies(source: Source) -> bool:
    """Kustomizations."""
    return bool(_FILE.search(source.path))


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """What kustomize refuses is an error. Nothing is fetched: a remote base is told as what could not be read."""
    (source,) = sources
    folder = source.path.rpartition("/")[0]
    _bring(folder, source.text, source, bench)
    verdict = await ask(
        NAME,
        ["kustomize", "--load-restrictor=LoadRestrictionsNone", f"./{folder}" if folder else "."],
        sources,
        bench,
        program="kubectl",
        install=INSTALL,
        version=("version", "--client"),
        env={"KUBECONFIG": "/nonexistent", "HTTPS_PROXY": "http://127.0.0.1:9", "GIT_ALLOW_PROTOCOL": "none"},
    )
    return [verdict.judged(source, _findings(verdict) if verdict.completed.returncode else [])]


def _bring(folder: str, text: str, source: Source, bench: Bench, depth: int = 0) -> None:
    """Lay what the kustomization names beside it, and what those name; each stays inside the delivery."""
    if depth > 5:
        return
    for name in _LISTED.findall(text):
        path = _joined(folder, name)
        if path is None:
            continue
        bench.bring(path, source)
        for each in _NAMED:
            if bench.bring(f"{path}/{each}", source):
                below = (bench.root / path / each).read_text(encoding="utf-8", errors="replace")
                _bring(path, below, source, bench, depth + 1)


def _joined(folder: str, name: str) -> str | None:
    parts = folder.split("/") if folder else []
    for step in name.split("/"):
        if step == "..":
            if not parts:
                return None
            parts.pop()
        elif step not in {"", "."}:
            parts.append(step)
    return "/".join(parts)


def _findings(verdict: Verdict) -> list[Finding]:
    said = verdict.completed.stderr.strip()
    return [Finding(rule="kustomize", severity="error", message=said.removeprefix("error: ")[:1_000])]
