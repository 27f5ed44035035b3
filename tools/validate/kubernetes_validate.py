"""kubernetes-validate: manifests against the strict schemas of the newest Kubernetes it knows."""

import re

import anyio.to_thread

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import Source
from tools.validate.kubernetes_manifest import is_manifest
from tools.validate.positions import Place, Step, documents, locate, value_at
from tools.validate.tool import ask

NAME = "kubernetes-validate"
PROGRAMS: tuple[str, ...] = ("kubernetes-validate",)
_INVALID = re.compile(
    r"^ERROR .*? did not validate for resource (\S*?)/(\S*) against version \S+: (\S*): (.*)$", re.MULTILINE
)
_UNKNOWN = re.compile(r"^WARN .*?Couldn't find schema for kind (\S+) with api version (\S+) ", re.MULTILINE)
_BROKEN = re.compile(r"^ERROR \S+ could not be validated: (.*)$", re.MULTILINE)
_UNEXPECTED = re.compile(r"properties are not allowed \('([^']+)'")


def applies(source: Source) -> bool:
    """Kubernetes manifests, by content."""
    return is_manifest(source)


async def check(source: Source, bench: Bench) -> Validation:
    """A violation is an error. A kind without a schema (a custom resource) was not judged, and that is said."""
    verdict = await ask(NAME, ["--strict", "./{path}"], source, bench, accepted=(0, 1, 2))
    said = verdict.completed.stdout
    nodes = await anyio.to_thread.run_sync(documents, source.text)
    found = [_finding(nodes, *parts) for parts in _INVALID.findall(said)]
    found += [Finding(rule="manifest", severity="error", message=message) for message in _BROKEN.findall(said)]
    if verdict.completed.returncode and not found and not _UNKNOWN.search(said):
        raise verdict.refused(_("its answer cannot be read: {said}", said=said.strip()[:300]))
    result = verdict.judged(found)
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
