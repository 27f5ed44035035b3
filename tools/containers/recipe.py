"""What a language's module says of its image: the template, its values, and what must still be asked."""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from tools.containers.subject import Subject
from tools.project import Question

Probe = Literal["python", "node", "bun", "deno", "ruby", "php", "wget", "bash"]


@dataclass(frozen=True)
class Recipe:
    """How one image is made. `start` is the process; `probe` what asks its health, None where nothing can."""

    template: str
    values: dict[str, Any]
    start: list[str]
    probe: Probe | None
    user: str = "10001:10001"
    env: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    """Patterns of what this language leaves behind on a workstation."""
    site: bool = False
    """Whether nginx serves files, and so needs its configuration beside the Dockerfile."""


class Language(Protocol):
    """A module of `tools.containers.languages` satisfies it."""

    def recipe(self, subject: Subject) -> Recipe:
        """The image of `subject`."""
        ...
