"""What is to be built: everything that decides the image, in one value that both builders take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.containers.context import BuildContext


@dataclass(frozen=True)
class BuildRequest:
    """One build. `dockerfile` is relative to the context, or absolute when it lies outside; `secrets` gives for
    each id the name of the variable or the absolute path (with a slash) that holds it.
    """

    context: BuildContext
    root: Path
    dockerfile: str
    text: str
    tags: tuple[str, ...] = ()
    target: str | None = None
    args: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    cache_from: tuple[str, ...] = ()
    cache_to: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    no_cache: bool = False
    network: str | None = None
