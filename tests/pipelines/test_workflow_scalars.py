"""What stands in a workflow's values is read back as it was written, expressions among it too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from resources.templates import yaml_expression, yaml_scalar

printable = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=30)


def _read(scalar: str) -> object:
    return YAML(typ="safe", pure=True).load(f"key: {scalar}\n")["key"]


@given(printable)
def test_any_line_of_text_is_read_back(text: str) -> None:
    assert _read(yaml_scalar(text)) == text


@given(printable, printable)
def test_text_around_an_expression_is_read_back(before: str, after: str) -> None:
    text = f"{before}${{{{ vars.NAME }}}}{after}"
    assert _read(yaml_expression(text)) == text


@pytest.mark.parametrize("around", ["@x", "- ", "-", ":", "x:", "!", "*a", "&a", "#", "? "])
def test_an_indicator_beside_an_expression_is_quoted(around: str) -> None:
    for text in (f"{around}${{{{ vars.NAME }}}}", f"${{{{ vars.NAME }}}}{around}"):
        assert _read(yaml_expression(text)) == text
