"""Says once, in a hidden job, what several jobs have in common."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tools.pipelines.gitlab.job import Job

WHOLE = ("stage", "image", "script", "before", "after", "after_comment", "tokens", "timeout", "once", "fetches")
SILENT: dict[str, Any] = {"script": [], "before": [], "after": [], "tokens": {}, "once": False, "fetches": True}


def shared(name: str, comment: str, jobs: Sequence[Job]) -> list[Job]:
    """The hidden job `name` and `jobs` without what it says; just `jobs` when they do not do the same work."""
    if len(jobs) < 2:
        return list(jobs)
    first = jobs[0]
    if any(getattr(each, field) != getattr(first, field) for each in jobs for field in WHOLE):
        return list(jobs)
    variables = _common([each.variables for each in jobs])
    data = _common([each.data for each in jobs])
    whole: dict[str, Any] = {field: getattr(first, field) for field in WHOLE}
    rest: dict[str, Any] = {field: SILENT.get(field) for field in WHOLE}
    return [
        Job(name=name, comment=comment, variables=variables, data=data, **whole),
        *(
            replace(
                each,
                extends=name,
                variables={key: value for key, value in each.variables.items() if key not in variables},
                data={key: value for key, value in each.data.items() if key not in data},
                **rest,
            )
            for each in jobs
        ),
    ]


def _common(told: Sequence[dict[str, str]]) -> dict[str, str]:
    return {key: value for key, value in told[0].items() if all(each.get(key) == value for each in told)}
