"""terraform fmt: the syntax and the layout of Terraform files; OpenTofu's does the same."""

import re
from collections.abc import Sequence

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.guard.process import find_program
from tools.validate.bench import Bench
from tools.validate.checker import MANY, Source
from tools.validate.tool import ask
from tools.validate.unified_diff import Change, diffs

NAME = "terraform fmt"
PROGRAMS: tuple[str, ...] = ("terraform", "tofu")
TAKES = MANY
INSTALL = "https://developer.hashicorp.com/terraform/install"
ENDINGS = (".tf", ".tfvars", ".tftest.hcl", ".tofu")
# No call home, no configuration of the user, and nothing of a `.terraform` folder: `fmt` needs none of them.
_QUIET = {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": "/dev/null", "TF_IN_AUTOMATION": "1"}
_ERROR = re.compile(r"^Error: (.+)$", re.MULTILINE)
_LINE = re.compile(r"\bon \S+ line (\d+)")
_HEADER = "--- old/"
_UNFORMATTED, _BROKEN = 3, 2


def applies(source: Source) -> bool:
    """Terraform and OpenTofu files, and their variables."""
    return source.path.endswith(ENDINGS)


async def check(sources: Sequence[Source], bench: Bench) -> Sequence[Validation | None]:
    """A syntax error is an error; each place that would be laid out otherwise is a style finding."""
    program = "terraform" if find_program("terraform") else "tofu"
    verdict = await ask(
        NAME,
        ["fmt", "-check", "-diff", "-no-color", "{path}"],
        sources,
        bench,
        program=program if find_program(program) else "terraform",
        install=INSTALL,
        accepted=(0, _UNFORMATTED, _BROKEN),
        env=_QUIET,
        version=("version",),
    )
    done = verdict.completed
    if done.returncode == _BROKEN:
        # It stops at the first that it cannot read.
        return [verdict.judged(each, _errors(done.stderr)) if len(sources) == 1 else None for each in sources]
    changes = verdict.by_file(diffs(done.stdout, _HEADER), lambda each: each.path)
    return [verdict.judged(each, [_unlike(change) for change in changes[each.path]]) for each in sources]


def _unlike(change: Change) -> Finding:
    message = _("terraform fmt would write: {line}", line=change.wanted[:200])
    return Finding(rule="format", line=change.line, severity="style", message=message)


def _errors(said: str) -> list[Finding]:
    """Each `Error: …` block, with the line it names."""
    starts = [*_ERROR.finditer(said)]
    found = []
    for number, start in enumerate(starts):
        block = said[start.start() : starts[number + 1].start() if number + 1 < len(starts) else len(said)]
        line = _LINE.search(block)
        found.append(
            Finding(rule="syntax", line=int(line[1]) if line else None, severity="error", message=start[1].strip())
        )
    return found or [Finding(rule="syntax", severity="error", message=" ".join(said.split())[:500])]
