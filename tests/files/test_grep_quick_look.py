"""The quick look at a whole file never rules out a file of which one line matches."""

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.files.grep import _may_match, _same_on_whole_files

atoms = st.sampled_from(
    ["a", "b", ".", r"\s", r"\b", "^", "$", "[^a]", "(a|b)", "(?:ab)", "a*", "b+", ".*", r"\S{2}", r"\A", r"\Z", "(?!b)", "(?<=a)",
     "a*+", "(?>a*)", "\n", "[^b]*?", "(a)\\1"]
)  # fmt: skip
patterns = st.lists(atoms, min_size=1, max_size=6).map("".join)
texts = st.text(alphabet="ab \n\r", max_size=40)


@given(patterns, texts)
@settings(max_examples=1_500, deadline=None)
def test_a_file_with_a_matching_line_is_never_ruled_out(pattern: str, text: str) -> None:
    compiled = regex.compile(pattern.encode())
    content = text.encode()
    if any(compiled.search(line) for line in content.split(b"\n")) and _same_on_whole_files(pattern):
        assert _may_match(content, regex.compile(pattern.encode(), compiled.flags | regex.MULTILINE))
