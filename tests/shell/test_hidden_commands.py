"""What bash really runs, against what the judge says: no text that runs a planted command comes out as `allow`.

The texts are made at random, from seeds that are written here, out of every construct that expands or evaluates;
half of them are then damaged. Each that is allowed is given to bash, which must not run what was planted.
"""

import contextlib
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.shell.classify import decide
from tools.shell.facts import Facts

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")

EACH = 2_500
DEEPEST = 4
# In words and commands, W stands for another word, C for another command, P for the planted one.
LEAVES = r"""
a|x|1|*|-v|-a|$x|${x}|$y|$1|$_|$RANDOM|x[0]|a[b]|[x]=1|'a[$(P)]'|$(P)|`P`|a[$(P)]|"a[\$(P)]"|\$(P)|'$(P)'|($(P))|'($(P))'
""".strip().split("|")
WORDS = [
    '"W"', "'W'", "W.W", "$(C)", "`C`", "${x:-W}", "${z:=W}", "${x/W/b}", "${x#W}", "$((W))", "$(( x+W ))", "${x[W]}", "${#x[W]}",
    "${x:W:1}", "<(C)", "{W,b}", "$'W'", '$"W"', "a#W", "${!x}", "${x@P}", "$\\\n(C)", "${x:-\\\nW}", "$[W]", "@(W)", "a\\\nW", "${x,,W}",
    "${*:W}", "~W", "x=W",
]  # fmt: skip
COMMANDS = [
    "echo W", "echo W W", "cat <<E\nW\nE", "cat <<'E'\nW\nE", "cat <<-E\n\tW\n\tE", "x=W", "x=(W W)", "x+=W", "y=W; echo $y", "x[W]=1",
    "((W))", "let W", "[[ W -eq 1 ]]", "[[ -v W ]]", "[[ x == W ]]", "[[ W =~ W ]]", "[ W = W ]", "[ -f W ]", "[ W ]", "test W W", "test -v W",
    "case W in W) C;; esac", "for x in W; do (( x )); done", "for ((i=W;i<1;i++)); do C; done", "while C; do break; done", "if C; then C; fi",
    "f() { C; }; f W", "C & wait", "C | cat", "C && C", "C; C", "C\nC", "trap 'C' EXIT", "eval 'C'", "eval W", "printf -v W a", "printf W W",
    "read x <<< W", "read -a W <<< a", "read W <<< a", "declare x=W", "declare -a x=W", "declare W", "export x=W", "readonly W", "unset W",
    "x=W true", "( C )", "{ C; }", "! C", "time C", "command C", "builtin C", "env C", "# W\nC", "mapfile W <<< a", "mapfile y <<< W; echo $((y))",
    "set -- W; echo $(($1))", "getopts ab W", "RANDOM=W", "IFS=W; echo $x", "shift W", "exit W", "echo W | xargs ls", "find . -name W",
    "find . -maxdepth 0 -exec C \\;", "bash -c 'C'", "bash <<< 'C'", "cat < W", "sed -n W /dev/null", "awk W /dev/null", "coproc C",
]  # fmt: skip
BEFORE = ["", "x='a[$(P)]'; ", "x=(1 2); ", "y='($(P))'; x=(1); ", "declare -A x; ", "x=1; ", "x=-v; y='a[$(P)]'; "]
DAMAGE = [
    "\\\n",
    "'",
    '"',
    "`",
    "$",
    "(",
    ")",
    "{",
    "}",
    "#",
    " ",
    "\n",
    ";",
    "\\",
    "[",
    "]",
    "&",
    "|",
    "<",
    ">",
    "$'",
    "<<E\n",
    "\nE\n",
    "${",
    "((",
]


def made(dice: random.Random, form: str, depth: int) -> str:
    """`form` with every W and C in it filled; quotes are taken out of what stands between quotes of their kind."""

    def filled(match: re.Match[str]) -> str:
        kinds = {"W": WORDS if depth else LEAVES, "C": COMMANDS if depth else ["P", "echo a", "true"]}
        text = made(dice, dice.choice(kinds[match[0]]), max(0, depth - 1))
        around = form[max(0, match.start() - 1) : match.start()]
        return text.replace(around, "") if around in {"'", '"', "`"} else text

    return re.sub(r"\b[WC]\b", filled, form)


def damaged(dice: random.Random, text: str) -> str:
    for _time in range(dice.randint(1, 3)):
        place = dice.randrange(len(text) + 1)
        text = text[:place] + dice.choice(DAMAGE) + text[place + dice.randint(0, 1) :]
    return text


def run_by_bash(text: str, folder: Path) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):  # a damaged loop may not end; what it ran has left its mark
        subprocess.run(
            ["bash", "-c", text],
            cwd=folder,
            env={"PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=2,
            check=False,
        )


@pytest.mark.parametrize("seed", range(4))
def test_no_text_that_runs_a_planted_command_is_allowed(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    mark = tmp_path / "ran"
    facts = Facts(str(tmp_path), home=str(tmp_path))
    allowed = 0
    for number in range(EACH):
        text = dice.choice(BEFORE) + made(dice, dice.choice(COMMANDS), dice.randint(1, DEEPEST))
        text = (damaged(dice, text) if number % 2 else text).replace("P", f"touch {mark}")
        if decide(text, facts).decision != "allow":
            continue
        allowed += 1
        run_by_bash(text, tmp_path)
        assert not mark.exists(), text
    assert allowed > EACH // 40  # enough is let through for the question to mean something
