"""What a blueprint adds to what every one has."""

from dataclasses import dataclass

from tools.delivery import Command, File, VariableToSet
from tools.project import Question


@dataclass(frozen=True)
class Extra:
    """Files beside the modules, commands after the first apply, what people set, what they are asked."""

    files: tuple[File, ...] = ()
    after: tuple[Command, ...] = ()
    variables: tuple[VariableToSet, ...] = ()
    questions: tuple[Question, ...] = ()
