"""One step of a GitHub Actions job, as a value."""

import re
from dataclasses import dataclass, field, replace
from typing import Self

from resources.catalogue import _
from tools.pipelines.action_pins import pin


@dataclass(frozen=True)
class Step:
    """Either `action` with its `options`, or a shell script. Scripts never contain `${{ }}`: values come by `env`."""

    name: str
    action: str | None = None
    run: str | None = None
    options: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    id: str | None = None
    condition: str | None = None
    comment: str | None = None
    directory: str | None = None
    """Where a script runs, in a job that does not say so for all its steps."""

    def __post_init__(self) -> None:
        if self.run and "${{" in self.run:
            raise ValueError(f"an expression in a script is an injection waiting to happen: {self.run!r}")

    @property
    def uses(self) -> str | None:
        """The action with its pin."""
        return pin(self.action) if self.action else None

    def only_if(self, condition: str) -> Self:
        """The same step, run only when `condition` holds."""
        return replace(self, condition=condition)


# Words, paths, options and quoted words, joined by `&&`: what reads as it is and no shell checker objects to.
_WORD = r"""(?:[\w./:=@,+%-]|"[^"$`\\!]*"|'[^'$`\\!]*')+"""
_COMMAND = rf"{_WORD}(?: {_WORD})*"
PLAIN = re.compile(rf"{_COMMAND}(?: && {_COMMAND})*", re.ASCII)
KEYWORDS = re.compile(
    r"(^|&& )(if|then|else|elif|fi|for|while|until|do|done|case|esac|function|select|time|cd|read)( |$)"
)
# `RAILS_ENV=test rspec`: a shell checker takes a value that is also the name of a program for a command whose output
# was meant, unless it is quoted.
ASSIGNMENT = re.compile(r"(?P<before>(?:^|&& )[A-Za-z_]\w*=)(?P<value>test|time|env|file|type|batch|link|nice|man) ")
QUOTE = re.compile(r"['\"]")


def run_command(name: str, text: str, *, directory: str | None = None, comment: str | None = None) -> Step:
    """A command of the project. One that is a program of its own is handed to a shell of its own, as data."""
    if PLAIN.fullmatch(text) and not KEYWORDS.search(text) and not (ASSIGNMENT.search(text) and QUOTE.search(text)):
        text = ASSIGNMENT.sub(r'\g<before>"\g<value>" ', text)
        return Step(name, run=text, directory=directory, comment=comment)
    own = 'bash -eo pipefail -c "${COMMAND}"'
    return Step(name, run=own, env={"COMMAND": text}, directory=directory, comment=comment)


def check_out() -> Step:
    """The sources, without leaving the job's token in the working copy."""
    return Step(_("Check the sources out"), action="actions/checkout", options={"persist-credentials": "false"})
