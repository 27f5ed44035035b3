"""shellcheck: bugs in shell scripts."""

import json
from pathlib import Path

from tools.delivery import Finding, Validation
from tools.validate.checker import Source
from tools.validate.scripts import dialect
from tools.validate.tool import ask, judged

NAME = "shellcheck"


def applies(source: Source) -> bool:
    """Shell scripts, by shebang or ending."""
    return dialect(source) is not None


async def check(source: Source, tree: Path) -> Validation:
    """The levels are shellcheck's own. No rc file is read; `disable` comments in the script are honoured."""
    flags = ["--norc", "--format=json1", f"--shell={dialect(source)}", "--color=never"]
    verdict = await ask(NAME, [*flags, "--", "{path}"], source, tree, env={"SHELLCHECK_OPTS": ""})
    if isinstance(verdict, Validation):
        return verdict
    found = [
        Finding(
            rule=f"SC{told['code']}",
            line=told["line"],
            column=told["column"],
            severity=told["level"],
            message=told["message"],
        )
        for told in json.loads(verdict.completed.stdout)["comments"]
    ]
    return judged(NAME, source, verdict, found)
