"""shfmt: the syntax and the layout of shell scripts, judged by the style the script itself chose."""

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import MANY, Source
from tools.validate.scripts import dialect
from tools.validate.tool import Verdict, ask
from tools.validate.unified_diff import Change, diffs

NAME = "shfmt"
PROGRAMS: tuple[str, ...] = ("shfmt",)
TAKES = MANY
# Choices that shfmt leaves to the author: indented cases, operators that open lines, a space after redirects.
CHOICES = ("--case-indent", "--binary-next-line", "--space-redirects")
_HEADER = "+++ "
_POSIX = frozenset({"dash", "ash"})  # shfmt itself does not know these names
_SYNTAX_ERROR = re.compile(r":(\d+):(\d+): (.*)")
_INDENT = re.compile(rb"^(\t|  +)\S", re.MULTILINE)


def applies(source: Source) -> bool:
    """Shell scripts, by shebang or ending."""
    return dialect(source) is not None


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """A syntax error is an error; each place that its own style would lay out otherwise is a style finding.

    The flags say the whole style: shfmt then reads no `.editorconfig`.
    """
    by_style: defaultdict[tuple[str, ...], list[Source]] = defaultdict(list)
    for each in sources:
        language = "posix" if dialect(each) in _POSIX else "auto"
        by_style[f"--indent={indentation(each.content)}", f"--language-dialect={language}"].append(each)
    best: dict[str, Validation] = {}
    for base, alike in by_style.items():
        left = alike
        for chosen in _styles():
            verdict = await ask(NAME, ["--diff", *base, *chosen, "--", "{path}"], left, bench)
            found = _findings(verdict)
            for each in left:
                said = verdict.judged(each, found[each.path])
                if each.path not in best or len(said.findings) < len(best[each.path].findings):
                    best[each.path] = said
            left = [each for each in left if found[each.path] and found[each.path][0].rule != "syntax"]
            if not left:
                break
    return [best[each.path] for each in sources]


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


def _findings(verdict: Verdict) -> dict[str, list[Finding]]:
    done = verdict.completed
    if len(verdict.sources) == 1 and done.returncode and not done.stdout:
        return {verdict.sources[0].path: [_syntax_error(done.stderr)]}
    if done.stderr:
        raise verdict.refused(done.stderr.strip()[:300])  # whose line it is, is clear only of a file alone
    changes = verdict.by_file(diffs(done.stdout, _HEADER), lambda each: each.path)
    return {path: [_finding(change) for change in some] for path, some in changes.items()}


def _syntax_error(said: str) -> Finding:
    told = _SYNTAX_ERROR.search(said)
    line, column, message = (int(told[1]), int(told[2]), told[3]) if told else (None, None, said.strip())
    return Finding(rule="syntax", line=line, column=column, severity="error", message=message)


def _finding(change: Change) -> Finding:
    message = _("shfmt would remove this line.")
    if change.wanted:
        message = _("shfmt would write: {line}", line=change.wanted[:200])
    return Finding(rule="format", line=change.line, severity="style", message=message)
