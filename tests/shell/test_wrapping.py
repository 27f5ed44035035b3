"""Whatever a refused command is wrapped in, it is never let through; whatever asks never becomes allowed."""

import shlex
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tools.shell.classify import decide
from tools.shell.facts import Facts

CORPUS = Path(__file__).parent / "corpus"
FACTS = Facts("/home/dev/shop", "", "/home/dev", "/home/dev/.local/state/astreinte")


def _plain(name: str) -> list[str]:
    """The commands of one line, so that they may stand anywhere."""
    files = sorted((CORPUS / name).glob("*.txt"))
    lines = [
        line
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if not file.stem.startswith("production")
    ]
    return [line for line in lines if line and line[0] != "#" and "⏎" not in line and "\\u" not in line]


REFUSED = _plain("deny")
CHANGES = _plain("ask")
WRAPPERS = [
    "env {}", "env A=1 {}", "nice {}", "nice -n 5 {}", "timeout 5 {}", "timeout -s KILL 5 {}", "nohup {}", "setsid {}", "stdbuf -oL {}",
    "command {}", "exec {}", "time {}", "xargs {}", "xargs -n1 {}", "sudo {}", "ionice -c 3 {}", "busybox {}", "watch {}", "strace {}",
    "find . -exec {} \\;", "! {}",
]  # fmt: skip
SCRIPTS = [
    "sh -c {}",
    "bash -c {}",
    "bash -lc {}",
    "eval {}",
    "dash -c {}",
    "trap {} EXIT",
    "bash <<< {}",
    "ssh host {}",
    "timeout 9 sh -c {}",
]
SHAPES = [
    "{}; ls", "ls; {}", "ls && {}", "false || {}", "ls | {}", "{} | cat", "({})", "{{ {}; }}", "{} &", "if true; then {}; fi", "while false; do {}; done",
    "for i in 1; do {}; done", "echo $({})", 'echo "$({})"', "x=$({})", "cat <({})", "f() {{ {}; }}; f", "case a in a) {};; esac", "# hello\n{}", "ls\n{}",
    "[[ -n $({}) ]]", "a=($({}))", "cat <<E\n$({})\nE", "echo ${{x:-$({})}}", "coproc {}", "{} 2>/dev/null", "{} > /dev/null 2>&1", "  {}  ",
]  # fmt: skip
layer = st.sampled_from([*((each, False) for each in (*WRAPPERS, *SHAPES)), *((each, True) for each in SCRIPTS)])


def wrapped(command: str, layers: list[tuple[str, bool]]) -> str:
    for template, quotes in layers:
        command = template.format(shlex.quote(command) if quotes else command)
    return command


@settings(max_examples=600, deadline=None)
@given(command=st.sampled_from(REFUSED), layers=st.lists(layer, max_size=4))
def test_a_refused_command_is_never_allowed_however_it_is_wrapped(command: str, layers: list[tuple[str, bool]]) -> None:
    text = wrapped(command, layers)
    assert decide(text, FACTS).decision != "allow", text


@settings(max_examples=600, deadline=None)
@given(command=st.sampled_from(CHANGES), layers=st.lists(layer, max_size=4))
def test_a_change_is_never_allowed_however_it_is_wrapped(command: str, layers: list[tuple[str, bool]]) -> None:
    text = wrapped(command, layers)
    assert decide(text, FACTS).decision != "allow", text


@st.composite
def respelt(draw: st.DrawFn, word: str) -> str:
    """`word` as bash also reads it: with quotes and backslashes anywhere in it."""
    spellings = ["{}", "'{}'", '"{}"', "\\{}", "''{}", '""{}']
    return "".join(draw(st.sampled_from(spellings)).format(char) for char in word)


@settings(max_examples=400, deadline=None)
@given(data=st.data(), command=st.sampled_from(["rm -rf /", "cat .env", "sudo id", "cat ~/.ssh/id_rsa", "reboot now"]))
def test_quotes_inside_words_hide_nothing(data: st.DataObject, command: str) -> None:
    words = [word if word.startswith("~") else data.draw(respelt(word)) for word in command.split(" ")]
    text = " ".join(words)
    assert decide(text, FACTS).decision == "deny", text
