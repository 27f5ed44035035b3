"""shfmt: the syntax and the layout of shell scripts, judged by the style the script itself chose."""

import itertools
import re

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import Source
from tools.validate.scripts import dialect
from tools.validate.tool import Verdict, ask
from tools.validate.unified_diff import Change, first_changes

NAME = "shfmt"
PROGRAMS: tuple[str, ...] = ("shfmt",)
# Choices that shfmt leaves to the author: indented cases, operators that open lines, a space after redirects.
CHOICES = ("--case-indent", "--binary-next-line", "--space-redirects")
_POSIX = frozenset({"dash", "ash"})  # shfmt itself does not know these names
_SYNTAX_ERROR = re.compile(r":(\d+):(\d+): (.*)")
_INDENT = re.compile(rb"^(\t|  +)\S", re.MULTILINE)


def applies(source: Source) -> bool:
    """Shell scripts, by shebang or ending."""
    return dialect(source) is not None


async def check(source: Source, bench: Bench) -> Validation:
    """A syntax error is an error; each place that its own style would lay out otherwise is a style finding.

    The flags say the whole style: shfmt then reads no `.editorconfig`.
    """
    language = "posix" if dialect(source) in _POSIX else "auto"
    base = ["--diff", f"--indent={indentation(source.content)}", f"--language-dialect={language}"]
    best: tuple[Verdict, list[Finding]] | None = None
    for chosen in _styles():
        verdict = await ask(NAME, [*base, *chosen, "--", "{path}"], source, bench)
        found = _findings(verdict)
        if best is None or len(found) < len(best[1]):
            best = verdict, found
        if not found or found[0].rule == "syntax":
            break
    assert best is not None  # noqa: S101 - there is at least one style
    return best[0].judged(best[1])


def indentation(content: bytes) -> int:
    """The script's own indentation in spaces; 0 is tabs. A script without any gets two spaces."""
    found = [len(each) if each != b"\t" else 0 for each in _INDENT.findall(content)]
    if not found:
        return 2
    if found.count(0) * 2 > len(found):
        return 0
    widths = [width for width in found if width]
    return next((width for width in (8, 4) if all(each % width == 0 for each in widths)), 2)


def _styles() -> list[tuple[str, ...]]:
    return [chosen for count in range(len(CHOICES) + 1) for chosen in itertools.combinations(CHOICES, count)]


def _findings(verdict: Verdict) -> list[Finding]:
    done = verdict.completed
    found = [_finding(change) for change in first_changes(done.stdout)]
    if done.returncode and not found:
        told = _SYNTAX_ERROR.search(done.stderr)
        line, column, message = (int(told[1]), int(told[2]), told[3]) if told else (None, None, done.stderr.strip())
        return [Finding(rule="syntax", line=line, column=column, severity="error", message=message)]
    return found


def _finding(change: Change) -> Finding:
    message = _("shfmt would remove this line.")
    if change.wanted:
        message = _("shfmt would write: {line}", line=change.wanted[:200])
    return Finding(rule="format", line=change.line, severity="style", message=message)
