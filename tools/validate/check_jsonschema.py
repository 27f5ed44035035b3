"""check-jsonschema: files of known kinds against the published JSON Schemas that it ships, without the network."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import anyio.to_thread

from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import MANY, Source
from tools.validate.compose_lint import is_compose
from tools.validate.docker_stack import is_stack
from tools.validate.github_workflow import is_action, is_workflow
from tools.validate.gitlab_pipeline import is_pipeline
from tools.validate.positions import documents, json_path, locate
from tools.validate.tool import Verdict, ask

NAME = "check-jsonschema"
PROGRAMS: tuple[str, ...] = ("check-jsonschema",)
TAKES = MANY
# Path -> built-in schema. The first that matches counts.
SCHEMAS = {
    r"(^|/)\.github/dependabot\.ya?ml": "vendor.dependabot",
    r"(^|/)(\.renovaterc(\.json)?|renovate\.json)": "vendor.renovate",
    r"(^|/)Taskfile(\.dist)?\.ya?ml": "vendor.taskfile",
    r"(^|/)\.circleci/config\.yml": "vendor.circle-ci",
    r"(^|/)azure-pipelines\.ya?ml": "vendor.azure-pipelines",
    r"(^|/)bitbucket-pipelines\.ya?ml": "vendor.bitbucket-pipelines",
    r"(^|/)cloudbuild\.ya?ml": "vendor.cloudbuild",
    r"(^|/)\.readthedocs\.ya?ml": "vendor.readthedocs",
}
# Tags that the tool must fold before the schema applies (GitLab's `!reference`, Azure's `${{ if }}`).
TRANSFORMS = {"vendor.gitlab-ci": "gitlab-ci", "vendor.azure-pipelines": "azure-pipelines"}
_UNEXPECTED = re.compile(r"properties are not allowed \('([^']+)'")
_PATTERNS = {re.compile(pattern + "$"): schema for pattern, schema in SCHEMAS.items()}


def schema_of(source: Source) -> str | None:
    """The built-in schema that files like `source` obey."""
    if is_workflow(source):
        return "vendor.github-workflows"
    if is_action(source):
        return "vendor.github-actions"
    if is_pipeline(source):
        return "vendor.gitlab-ci"
    if is_compose(source) or is_stack(source):
        return "vendor.compose-spec"
    return next((schema for pattern, schema in _PATTERNS.items() if pattern.search(source.path)), None)


def applies(source: Source) -> bool:
    """Files whose path says what they are."""
    return schema_of(source) is not None


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """Every violation is an error, at the line its path leads to. One run for each schema."""
    by_schema: defaultdict[str, list[Source]] = defaultdict(list)
    for each in sources:
        by_schema[schema_of(each) or ""].append(each)
    said: dict[str, Validation] = {}
    for schema, some in by_schema.items():
        flags = ["--builtin-schema", schema, "--output-format", "json", "--color", "never", "--no-cache"]
        if schema in TRANSFORMS:
            flags += ["--data-transform", TRANSFORMS[schema]]
        verdict = await ask(NAME, [*flags, "./{path}"], some, bench)
        found = await findings(verdict)
        said |= {each.path: verdict.judged(each, found[each.path]) for each in some}
    return [said[each.path] for each in sources]


async def findings(verdict: Verdict) -> dict[str, list[Finding]]:
    """What the program said of each file, each violation at its place."""
    told = verdict.json()
    every = [*told.get("errors", []), *told.get("parse_errors", [])]
    by_file = verdict.by_file(every, lambda each: str(each["filename"]))
    return await anyio.to_thread.run_sync(
        lambda: {each.path: _located(each, by_file[each.path]) for each in verdict.sources}
    )


def _located(source: Source, told: list[dict[str, Any]]) -> list[Finding]:
    nodes = documents(source.text) if told else []
    return [_finding(each, nodes[0] if nodes else None) if "path" in each else _unread(each) for each in told]


def _unread(told: dict[str, Any]) -> Finding:
    return Finding(rule="syntax", severity="error", message=str(told.get("message"))[:1_000])


def _finding(told: dict[str, Any], node: Any) -> Finding:  # noqa: ANN401 - ruamel is untyped
    best = told.get("best_deep_match") or told.get("best_match") or told  # an `anyOf` names the nearest branch
    path = json_path(best["path"])
    if unexpected := _UNEXPECTED.search(best["message"]):
        path.append(unexpected[1])  # the error is told of the mapping; the reader looks for the key
    place = locate(node, path)
    return Finding(
        rule="schema",
        line=place.line if place else None,
        column=place.column if place else None,
        severity="error",
        message=f"{best['path']}: {best['message']}"[:1_000],
    )
