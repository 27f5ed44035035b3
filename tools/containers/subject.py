"""One component as its image sees it: where the context begins and where in it the component lies."""

import posixpath
from dataclasses import dataclass

from resources.catalogue import _
from tools.brief import Brief
from tools.pipelines import image
from tools.pipelines.targets.place import workload
from tools.project import Component, Question


@dataclass(frozen=True)
class Subject:
    """A component, its brief and its build context; the pipeline builds with the same file and context."""

    component: Component
    brief: Brief

    @property
    def name(self) -> str:
        """What the image is called, as the pipeline calls it."""
        return workload(self.brief, self.component)

    @property
    def components(self) -> list[Component]:
        """All components of the brief."""
        return self.brief.context.components

    @property
    def context(self) -> str:
        """The build context, relative to the repository root."""
        return image.context(self.component)

    @property
    def dockerfile(self) -> str:
        """The Dockerfile, relative to the repository root."""
        return image.dockerfile(self.component)

    @property
    def within(self) -> str:
        """The component's folder relative to the context; '.' is the context itself."""
        return self.in_context(self.component.path)

    def in_context(self, path: str) -> str:
        """A path of the repository relative to the context."""
        return posixpath.relpath(posixpath.join("/", path), posixpath.join("/", self.context))

    def placed(self, root: str) -> str:
        """The component's folder when the context lies at `root` of the image."""
        return posixpath.normpath(posixpath.join(root, self.within))

    def named(self, path: str) -> str:
        """A path that a command of the component names, relative to the context."""
        return posixpath.normpath(posixpath.join(self.within, path))

    @property
    def lock(self) -> str | None:
        """The lock file relative to the context."""
        return self.in_context(self.component.lock_file) if self.component.lock_file else None

    @property
    def around(self) -> str:
        """The folder of the lock file relative to the context: a workspace around the component, or its own folder."""
        return posixpath.dirname(self.lock) or "." if self.lock else self.within

    @property
    def is_member(self) -> bool:
        """Whether the component is one of several under a common lock file."""
        return self.around != self.within

    def ask(self, field: str, question: str) -> Question:
        """A question about this component."""
        return Question(component=self.component.path, field=field, question=question)

    def ask_start(self) -> list[Question]:
        """The question for the missing command, if it is missing."""
        if self.component.start_command:
            return []
        text = _("What starts it? Until start_command is said, the image starts nothing and ends with an error.")
        return [self.ask("start_command", text)]
