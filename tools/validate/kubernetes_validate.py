"""kubernetes-validate: manifests against the strict schemas of the newest Kubernetes it knows."""

import re
from collections.abc import Sequence

import anyio.to_thread

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import MANY, Source
from tools.validate.kubernetes_manifest import is_manifest
from tools.validate.positions import Place, Step, documents, locate, value_at
from tools.validate.tool import Verdict, ask

NAME = "kubernetes-validate"
PROGRAMS: tuple[str, ...] = ("kubernetes-validate",)
TAKES = MANY
_INVALID = re.compile(
    r"^ERROR .*? did not validate for resource (\S*?)/(\S*) against version \S+: (\S*): (.*)$", re.MULTILINE
)
_UNKNOWN = re.compile(r"^WARN .*?Couldn't find schema for kind (\S+) with api version (\S+) ", re.MULTILINE)
_BROKEN = re.compile(r"^ERROR \S+ could not be validated: (.*)$", re.MULTILINE)
_UNEXPECTED = re.compile(r"properties are not allowed \('([^']+)'")


def applies(source: Source) -> bool:
    """Kubernetes manifests, by content."""
    return is_manifest(source)


async def check(sources: Sequence[Source], bench: Bench) -> Sequence[Validation | None]:
    """A violation is an error. A kind without a schema (a custom resource) was not judged, and that is said."""
    verdict = await ask(NAME, ["--strict", "./{path}"], sources, bench, accepted=(0, 1, 2))
    told = _by_file(verdict)
    return [await anyio.to_thread.run_sync(_judged, each, told[each.path], verdict) for each in sources]


def _by_file(verdict: Verdict) -> dict[str, str]:
    """What was said of each file. A message may quote the file: only of a file alone may it have several lines."""
    if len(verdict.sources) == 1:
        return {verdict.sources[0].path: verdict.completed.stdout}
    paths = sorted((each.path for each in verdict.sources), key=len, reverse=True)
    said: dict[str, str] = dict.fromkeys(paths, "")
    for line in verdict.completed.stdout.splitlines():
        words = line.partition(" ")[2]
        path = next((each for each in paths if words.startswith(f"./{each} ")), None)
        if path is None:
            raise verdict.refused(_("its answer cannot be read: {said}", said=line[:300]))
        said[path] += f"{line}\n"
    return said


def _judged(source: Source, said: str, verdict: Verdict) -> Validation | None:
    if not said and len(verdict.sources) > 1:
        return None  # it stops at the first file that is no YAML
    nodes = documents(source.text)
    found = [_finding(nodes, *parts) for parts in _INVALID.findall(said)]
    found += [Finding(rule="manifest", severity="error", message=message) for message in _BROKEN.findall(said)]
    if verdict.completed.returncode and len(verdict.sources) == 1 and not found and not _UNKNOWN.search(said):
        raise verdict.refused(_("its answer cannot be read: {said}", said=said.strip()[:300]))
    result = verdict.judged(source, found)
    unknown = sorted({f"{api} {kind}" for kind, api in _UNKNOWN.findall(said)})
    if not unknown:
        return result
    reason = _("no schema, so not judged: {kinds}", kinds=", ".join(unknown))
    return result.model_copy(update={"status": "failed" if found else "not_validated", "reason": reason})


def _finding(nodes: list[object], kind: str, name: str, path: str, message: str) -> Finding:
    steps: list[Step] = [int(step) if step.isdigit() else step for step in path.split(".") if step]
    if unexpected := _UNEXPECTED.search(message):
        steps.append(unexpected[1])
    place = _place(nodes, kind, name, steps)
    return Finding(
        rule="schema",
        line=place.line if place else None,
        column=place.column if place else None,
        severity="error",
        message=f"{kind}/{name}: {path}: {message}" if path else f"{kind}/{name}: {message}",
    )


def _place(nodes: list[object], kind: str, name: str, steps: list[Step]) -> Place | None:
    """Where `steps` lead in the document that is this resource."""
    for node in nodes:
        if (value_at(node, ["kind"]) or "").lower() == kind and value_at(node, ["metadata", "name"]) == name:
            return locate(node, steps)
    return None
