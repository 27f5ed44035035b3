"""Which of a platform's regions a brief means: its own name for it, the nearest one, or Europe where that is asked."""

from collections.abc import Mapping

from tools.brief import Brief, Environment
from tools.pipelines.concerns import ASKS_FOR_EUROPE, EUROPE


def region(brief: Brief, environment: Environment | None, own: frozenset[str], near: Mapping[str, str]) -> str | None:
    """A name of `own`; `near` gives it for regions of clouds, and under `europe` for any other one there."""
    said = (environment.region if environment else None) or brief.context.platform.region
    if said is not None and (said in own or said in near):
        return near.get(said, said)
    constraints = brief.constraints
    asked = ASKS_FOR_EUROPE.search(constraints.hosting or "") or set(constraints.regulations) & {"rgpd", "hds"}
    return near["europe"] if asked or (said and EUROPE.search(said)) else None
