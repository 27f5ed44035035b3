"""What the checks look at: the delivery material of a repository, as text with lines, and its components."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.brief import Brief
from tools.project import Component, Project
from tools.secrets.leak import Leak
from tools.standards.standing import Evidence


@dataclass(frozen=True)
class Text:
    """One file."""

    path: str
    kind: str
    content: str

    def lines(self) -> Iterator[tuple[int, str]]:
        """Numbered lines that are no comments."""
        for number, line in enumerate(self.content.splitlines(), 1):
            if not line.lstrip().startswith(("#", "//")):
                yield number, line

    def grep(self, pattern: str) -> list[Evidence]:
        """The lines on which `pattern` is found."""
        expression = re.compile(pattern, re.IGNORECASE)
        return [
            Evidence(path=self.path, line=number, says=line.strip()[:160])
            for number, line in self.lines()
            if expression.search(line)
        ]


@dataclass(frozen=True)
class Repository:
    """A repository as the audit sees it."""

    project: Project
    brief: Brief
    texts: tuple[Text, ...]
    paths: frozenset[str]
    leaks: tuple[Leak, ...] = field(default=())

    def of(self, *kinds: str) -> list[Text]:
        """The texts of these kinds."""
        return [each for each in self.texts if each.kind in kinds]

    def grep(self, pattern: str, *kinds: str) -> list[Evidence]:
        """Where `pattern` is found in texts of these kinds, or in all."""
        return [found for each in (self.of(*kinds) if kinds else self.texts) for found in each.grep(pattern)]

    @property
    def pipelines(self) -> list[Text]:
        """Workflows and their like."""
        return self.of("github_workflow", "gitlab_ci", "circleci", "azure_pipelines", "bitbucket_pipelines", "jenkins")

    @property
    def services(self) -> list[Component]:
        """The components that run."""
        return [each for each in self.brief.context.components if each.kind in {"service", "worker", "static", None}]
