"""Recognises GitLab pipelines and takes the scripts out of their jobs, each line with its place in the file."""

import re
from dataclasses import dataclass, field
from typing import Any

from tools.validate.checker import Source
from tools.validate.positions import documents

_PATH = re.compile(r"(^|/)(\.gitlab-ci|[\w.-]*\.gitlab-ci)\.ya?ml$|(^|/)\.gitlab/ci/.+\.ya?ml$")
_PARTS = ("before_script", "script")
MOST_JOBS = 200


@dataclass
class JobScript:
    """The lines that one shell runs, and the line of the file where each stands."""

    job: str
    lines: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)


def is_pipeline(source: Source) -> bool:
    """Whether `source` is a GitLab pipeline or a part of one, by its path."""
    return _PATH.search(source.path) is not None


def scripts(text: str) -> list[JobScript]:
    """The scripts of every job: what runs in one shell is one script, `after_script` is another.

    What stands elsewhere (`!reference`, an anchor's own place, an included file) is not followed.
    """
    found: list[JobScript] = []
    for document in documents(text):
        for job, node in _pairs(document):
            together = JobScript(job)
            for name in _PARTS:
                _take(_child(node, name), together)
            after = JobScript(f"{job}-after")
            _take(_child(node, "after_script"), after)
            found += [each for each in (together, after) if each.lines]
    return found[:MOST_JOBS]


def _pairs(node: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - ruamel is untyped
    value = getattr(node, "value", None)
    if not isinstance(value, list):
        return []
    return [(str(pair[0].value), pair[1]) for pair in value if isinstance(pair, tuple)]


def _child(node: Any, name: str) -> Any:  # noqa: ANN401 - as above
    return next((value for key, value in _pairs(node) if key == name), None)


def _take(node: Any, script: JobScript) -> None:  # noqa: ANN401 - as above
    value = getattr(node, "value", None)
    if isinstance(value, str):
        if node.tag == "tag:yaml.org,2002:str":
            _lay(node, script)
    elif isinstance(value, list) and not _pairs(node) and not str(node.tag).startswith("!"):
        for each in value:
            _take(each, script)


def _lay(node: Any, script: JobScript) -> None:  # noqa: ANN401 - as above
    block = node.style in {"|", ">"}
    first = node.start_mark.line + (2 if block else 1)
    for number, line in enumerate(node.value.splitlines()):
        script.lines.append(line)
        # A folded or quoted text has no line of the file for each of its own.
        script.places.append(first + number if node.style == "|" else first)
