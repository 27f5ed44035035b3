"""A run of an image that has been thought through and judged, and has not begun."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.guard.action import Action
from tools.guard.decision import Decision

if TYPE_CHECKING:  # the engine's side is not needed to start
    from tools.containers.endpoint import Endpoint


@dataclass(frozen=True)
class RunPlan:
    """What will run and behind which limits. `image_id` is what the name meant when it was judged."""

    image: str
    image_id: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    network: str
    memory: str
    wait: float
    writable: tuple[str, ...]
    has_health: bool
    where: "Endpoint"
    action: Action
    decision: Decision
