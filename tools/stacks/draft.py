"""A component while it is being found out: each field is written once, together with the line that says so."""

from dataclasses import dataclass, field
from typing import Any, Literal

from tools.project import Component, Question, Variable

Standing = Literal["primary", "companion", "fallback"]
"""How a draft fares beside others.

`primary` stands by itself. `companion` (a JavaScript toolchain beside a Django project) is dropped when a
primary is in the same folder. `fallback` (a static site) is dropped when any other draft is in its folder or
above it.
"""


@dataclass
class Draft:
    """What an ecosystem says about one folder.

    `note` keeps the first value given for a field, so a detector asks its sources from the strongest to the
    weakest. `replace` is for evidence that beats everything before it (an explicit port, for example).
    """

    path: str
    language: str
    standing: Standing = "primary"
    manifest: str | None = None
    """The file that makes this folder a component; generic material (Dockerfile, compose) is laid over it."""
    fields: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    dependencies: dict[str, str] = field(default_factory=dict)
    """Dependency name (as the ecosystem writes it, lower case) to the `file:line` that declares it."""
    needs: dict[str, str] = field(default_factory=dict)
    """Backing service to the `file:line` that shows it."""
    variables: dict[str, Variable] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def note(self, name: str, value: object, evidence: str | None) -> None:
        """Set a field unless it is set already or `value` says nothing. Evidence is owed for every value."""
        if value is None or value in ("", []) or name in self.fields:
            return
        self.replace(name, value, evidence)

    def replace(self, name: str, value: object, evidence: str | None) -> None:
        """Set a field whatever was said before."""
        if name not in Component.model_fields:
            raise KeyError(name)
        self.fields[name] = value
        if evidence is not None:
            self.evidence[name] = evidence

    def get(self, name: str) -> Any:  # noqa: ANN401 - fields have the types of Component, checked when it is made
        """The value of a field, or None."""
        return self.fields.get(name)

    def ask(self, name: str, question: str) -> None:
        """Ask for a field that the repository does not tell. Dropped if the field is known in the end."""
        if all(asked.field != name for asked in self.questions):
            self.questions.append(Question(component=self.path, field=name, question=question))
