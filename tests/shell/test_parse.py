"""The parser finds every program that bash would run: compared with bash itself, over generated scripts."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.shell.facts import Facts
from tools.shell.parse import parse
from tools.shell.unquote import UnreadableError
from tools.shell.words import literal

PROGRAMS = [f"p{number}" for number in range(8)]
FACTS = Facts("/nowhere")
TEMPLATES = [
    "{}; {}", "{} && {}", "{} || {}", "{} | {}", "({})", "{{ {}; }}", "if {}; then {}; else {}; fi", "! {}", "{} &\nwait",
    "for i in a b; do {}; done", "while {}; do {}; break; done", "until {}; do {}; break; done", "case a in a) {} ;; *) {} ;; esac", "f() {{ {}; }}; f",
    "echo $({})", 'echo "a $({}) b"', "x=$({})", "cat <({})", "echo `p0 a`; {}", "cat <<E\n$({})\nE\n{}", "cat <<'E'\n$({})\nE\n{}", "{} 2>&1",
    "[[ -n $({}) ]] && {}", "echo ${{y:-$({})}}", "# {}\n{}", "echo '{}'; {}", 'echo "{}"; {}', "{} \\\n  a b", "z=(a $({}) b); {}", "{} <<< $({})",
    "echo a#{}; {}", "echo $(( 1 + $({} | wc -c) ))", "cat <<-E | {}\n\ta $({})\n\tE\n{}", "{} >/dev/null | {} 2>/dev/null", "time {}",
]  # fmt: skip


@st.composite
def script(draw: st.DrawFn, depth: int = 3) -> str:
    """A bash text made of the programs p0 to p7."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(PROGRAMS))
        shape = draw(st.sampled_from(["{}", "'{}'", '"{}"', "\\{}", "{} 'a b'", '{} "$HOME" -x', "a=1 {} c", "{}\t-l"]))
        return shape.format(name)
    template = draw(st.sampled_from(TEMPLATES))
    return template.format(*(draw(script(depth - 1)) for _ in range(template.count("{}"))))


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of programs that only write their own name into the file `$LOG`."""
    folder = tmp_path_factory.mktemp("stubs")
    for name in PROGRAMS:
        (folder / name).write_text(f'#!/bin/bash\necho {name} >> "$LOG"\n')
        (folder / name).chmod(0o755)
    for name in ("cat", "wc"):
        (folder / name).symlink_to(shutil.which(name) or name)
    return folder


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=script())
def test_every_program_that_bash_runs_is_found(text: str, stubs: Path, tmp_path: Path) -> None:
    try:
        parsed = parse(text)
    except UnreadableError:
        return  # refused as a whole: nothing runs
    found = {literal(command.words[0], FACTS) for command in parsed.commands if command.words}
    found |= {literal(word, FACTS) for command in parsed.commands for word in command.words[1:]}  # after `time`
    log = tmp_path / "log"
    log.write_text("")
    environment = {"PATH": str(stubs), "LOG": str(log), "HOME": os.devnull}
    bash = shutil.which("bash") or "/bin/bash"
    subprocess.run(
        [bash, "--norc", "-c", text], env=environment, cwd=tmp_path, capture_output=True, timeout=20, check=False
    )
    assert set(log.read_text().split()) <= found, text


def test_most_generated_scripts_can_be_read() -> None:
    readable = 0
    for template in TEMPLATES:
        try:
            parse(template.format(*PROGRAMS[: template.count("{}")]))
            readable += 1
        except UnreadableError:
            continue
    assert readable >= len(TEMPLATES) - 3


@pytest.mark.parametrize(
    "text",
    ["a\rb", "echo \x1b[0m", "ls \u202e", "ls\u00a0-l", "r\\\nm x", "if true", "echo 'a", 'echo "a', "cat <<E", "echo $(ls", "a=(1", "echo ${x@P}", "echo $'\\xff'", "{fd}> x ls"],
)  # fmt: skip
def test_what_readers_differ_about_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        parse(text)
