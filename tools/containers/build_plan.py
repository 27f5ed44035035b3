"""A build that has been thought through and judged, and has not begun."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.guard.action import Action
from tools.guard.decision import Decision

if TYPE_CHECKING:  # the engine's side is not needed to start
    from tools.containers.build_buildkit import BuildkitClient
    from tools.containers.build_request import BuildRequest
    from tools.containers.endpoint import Endpoint


@dataclass(frozen=True)
class BuildPlan:
    """What will be built, where and by whom. `client` is None for the classic builder; `reasons` say why not."""

    request: "BuildRequest"
    where: "Endpoint"
    client: "BuildkitClient | None"
    reasons: list[str]
    advice: list[str]
    action: Action
    decision: Decision
    push: bool
