"""What the checks look at: the delivery material of a repository, as text with lines, and its components."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.brief import Brief
from tools.project import Component, Project
from tools.secrets.leak import Leak
from tools.standards.standing import Evidence

UNRESOLVED = "unresolved-by-the-audit"
"""Stands in a text where only Helm would know the value."""
DEPLOYS = (
    r"kubectl\b.*\b(apply|set image)|helm\s+upgrade|aws\s+(ecs\s+update-service|lambda\s+update)|gcloud\s+run\s+deploy"
    r"|docker\s+(stack\s+deploy|compose\b.*\bup)|vercel\s+(deploy|--prod)|flyctl\s+deploy|environment:\s*(prod|name:\s*prod)"
)
TRIAL = (
    r"kind create cluster|helm/kind-action|setup-kind\b|minikube (start|tunnel)|setup-minikube|k3d cluster|setup-k3d"
)
"""A cluster that lives as long as a test."""


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
    unread: tuple[str, ...] = field(default=())
    """Templates of charts that only Helm can read: nothing passes for what they might hold."""

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
    def deploying(self) -> list[tuple[Text, list[Evidence]]]:
        """The pipelines and scripts that deploy, each with the lines that do; throw-away test clusters aside."""
        return [
            (text, found)
            for text in (*self.pipelines, *self.of("script", "makefile"))
            if not text.grep(TRIAL) and (found := text.grep(DEPLOYS))
        ]

    @property
    def services(self) -> list[Component]:
        """The components that run."""
        return [each for each in self.brief.context.components if each.kind in {"service", "worker", "static", None}]
