"""shfmt: the syntax and the layout of shell scripts."""

import re
from pathlib import Path

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.checker import Source
from tools.validate.scripts import dialect
from tools.validate.tool import ask, judged

NAME = "shfmt"
_DIALECTS = {"bash": "bash", "ksh": "mksh"}
_SYNTAX_ERROR = re.compile(r":(\d+):(\d+): (.*)")
_HUNK = re.compile(r"^@@ -(\d+)", re.MULTILINE)


def applies(source: Source) -> bool:
    """Shell scripts, by shebang or ending."""
    return dialect(source) is not None


async def check(source: Source, tree: Path) -> Validation:
    """A syntax error is an error; each place that would be laid out otherwise (two spaces, -ci) is a style finding."""
    language = _DIALECTS.get(dialect(source) or "", "posix")
    flags = ["--diff", "--indent=2", "--case-indent", f"--language-dialect={language}"]
    verdict = await ask(NAME, [*flags, "{path}"], source, tree)
    if isinstance(verdict, Validation):
        return verdict
    done = verdict.completed
    found = [
        Finding(rule="format", line=int(hunk[1]), severity="style", message=_("shfmt would lay this out otherwise."))
        for hunk in _HUNK.finditer(done.stdout)
    ]
    if done.returncode and not found:
        told = _SYNTAX_ERROR.search(done.stderr)
        line, column, message = (int(told[1]), int(told[2]), told[3]) if told else (None, None, done.stderr.strip())
        found = [Finding(rule="syntax", line=line, column=column, severity="error", message=message)]
    return judged(NAME, source, verdict, found)
