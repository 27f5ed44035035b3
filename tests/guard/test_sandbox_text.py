"""Output that is shown cannot move a cursor, hide itself, or read backwards."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.shell.terminal_text import plain


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]52;c;aGk=\x1b\\after", "after"),
        ("\x1b]8;;http://evil\x07link\x1b]8;;\x07", "link"),
        ("\x1bP+q544e\x1b\\x", "x"),
        ("\x9b31mred", "red"),
        ("rm -rf /\rls", "rm -rf /\nls"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("ab\b\bcd", "ab\\x08\\x08cd"),
        ("a\x00b\x7f", "a\\x00b\\x7f"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("a\U000e0041b", "a\\U000e0041b"),
        ("\x1b]0;never ended", ""),
        ("\x1b[", ""),
        ("\x1b", ""),
        ("é ü 日本 👩\u200d💻", "é ü 日本 👩\u200d💻"),
    ],
)
def test_what_deceives_a_reader_disappears_or_shows(written: str, shown: str) -> None:
    assert plain(written) == shown


def test_an_unfinished_sequence_hides_no_later_line() -> None:
    assert plain("\x1b]0;title\nerror: it failed\n") == "\nerror: it failed\n"


def test_a_sequence_within_a_sequence_leaves_nothing_active() -> None:
    assert "\x1b" not in plain("\x1b\x1b[31m[2Jx\x1b]\x1b[0mx")


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\x1b[]P;0m\x07\x9b\x9d\\\r\n\b\u202e"))))
def test_nothing_active_is_ever_left(text: str) -> None:
    shown = plain(text)
    active = [each for each in shown if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"}]
    assert set(active) <= {"\n", "\t", "\u200d", "\u200c"}
    assert plain(shown) == shown
