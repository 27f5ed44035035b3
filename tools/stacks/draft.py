"""A component while it is being found out: each field is written once, together with the line that says so."""

from dataclasses import dataclass, field
from typing import Any, Literal

from tools.project import Component, Question

Standing = Literal["primary", "companion", "fallback"]
"""How a draft fares beside others.

`primary` stands by itself. `companion` (a JavaScript toolchain beside a Django project) is dropped when a
primary is in the same folder. `fallback` (a static site) is dropped when any other draft is in its folder or
above it.
"""


@dataclass
class Draft:
    """What an ecosystem says about one folder.

    A field has one of two strengths. What the repository says explicitly goes in by `note`: the first source
    asked wins, so a detector asks from the strongest to the weakest. What follows from a known convention
    (`next start` listens on 3000) goes in by `presume`; anything explicit beats it later.
    """

    path: str
    language: str
    standing: Standing = "primary"
    manifest: str | None = None
    """The file that makes this folder a component."""
    fields: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    presumed: set[str] = field(default_factory=set)
    dependencies: dict[str, str] = field(default_factory=dict)
    """Run-time dependency (as its registry writes it, lower case) to the `file:line` that declares it."""
    shared: tuple[str, ...] = ()
    """Folders outside `path` whose code runs in this component too: packages of its module, sibling projects."""
    needs: dict[str, str] = field(default_factory=dict)
    """Backing service to the `file:line` that shows it."""
    questions: list[Question] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def note(self, name: str, value: object, evidence: str | None) -> None:
        """Set a field that something explicit tells, unless something explicit told it before."""
        if _says_something(value) and (name not in self.fields or name in self.presumed):
            self._set(name, value, evidence)
            self.presumed.discard(name)

    def presume(self, name: str, value: object, evidence: str | None) -> None:
        """Set a field that follows from a convention; `evidence` is the line that establishes the convention."""
        if _says_something(value) and name not in self.fields:
            self._set(name, value, evidence)
            self.presumed.add(name)

    def overrule(self, name: str, value: object, evidence: str | None) -> None:
        """Set a field whatever was said before: for what wins when the program really runs."""
        if _says_something(value):
            self._set(name, value, evidence)
            self.presumed.discard(name)

    def forget(self, name: str) -> None:
        """Say nothing of a field after all."""
        self.fields.pop(name, None)
        self.evidence.pop(name, None)
        self.presumed.discard(name)

    def get(self, name: str) -> Any:  # noqa: ANN401 - fields have the types of Component, checked when it is made
        """The value of a field, or None."""
        return self.fields.get(name)

    def ask(self, name: str, question: str) -> None:
        """Ask for a field that the repository does not tell. Dropped if the field is known in the end."""
        if all(asked.field != name for asked in self.questions):
            self.questions.append(Question(component=self.path, field=name, question=question))

    def _set(self, name: str, value: object, evidence: str | None) -> None:
        if name not in Component.model_fields:
            raise KeyError(name)
        self.fields[name] = value
        self.evidence.pop(name, None)
        if evidence is not None:
            self.evidence[name] = evidence


def _says_something(value: object) -> bool:
    return value is not None and value not in ("", [])
