"""A command of any shape, as long as one may be, is judged in linear time: nobody stalls the guard with a text."""

import time

import pytest

from tools.shell.classify import decide
from tools.shell.facts import Facts

LENGTH = 49_000
SECONDS = 3.0  # ten times what the slowest takes on a slow machine; what grows quadratically takes minutes
FACTS = Facts("/home/dev/shop", home="/home/dev")
REPEATED = [
    ("ls ", "a", ""), ("ls ", "{", ""), ("ls ", "{a,", ""), ("echo ", "$x", ""), ("echo ", "$(", ""), ("", "(", ""), ("", "ls;", ""),
    ("", "ls|", "ls"), ("cat ", "/", ""), ("cat ", "../", ""), ("cat ", ".env", ""), ("cat ", "*", ""), ("cat ", "*a/", ""),
    ("sed '", "s/a/b/;", "' x"), ("sed '", "/", "' x"), ("awk '", "print ", "' x"), ("awk '", '"', "' x"), ("jq '", ".a|", "' x"),
    ('psql -c "', "select 1;", '"'), ('psql -c "select ', "(", '"'), ("python -c '", "socket", "'"), ("curl ", "-d@", ""),
    ("docker run ", "-v a:b ", ""), ("docker run --mount ", "type=bind,", ""), ("docker inspect -f '", "{{.State", "' x"),
    ("cat <<E\n", "x\n", "E"), ("ip ", "-4 ", ""), ("ls ", "`ls` ", ""), ("ls ", "\\\n", "x"), ("echo $((", "1+", "1))"),
    ("[[ ", "a && ", "b ]]"), ("gcloud ", "list ", ""), ("kubectl get ", "pods,", ""), ("", "cd a;", "ls"), ("", "a=1 ", "ls"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "piece", "end"), REPEATED)
def test_a_long_command_is_judged_in_linear_time(start: str, piece: str, end: str) -> None:
    text = start + piece * (LENGTH // len(piece)) + end
    began = time.perf_counter()
    decide(text, FACTS)
    assert time.perf_counter() - began < SECONDS
