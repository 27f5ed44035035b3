"""A wrong `devops.yaml` is told with line, field and what is allowed; nothing in it can hurt the reader."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.catalogue import speaking
from tools.brief_file import problems, read_brief
from tools.guard.errors import BriefError

PAGE = "service: shop\ncontext:\n  platform:\n    provider: aws\n  environments:\n    - name: dev\n"


def told(text: str) -> list[tuple[int | None, str, str]]:
    with speaking("en"):
        return [(each.line, each.rule, each.message) for each in problems(text)]


def test_a_right_brief_is_read() -> None:
    assert read_brief(PAGE).service == "shop"
    assert read_brief("# nothing said\n").version == 1


@pytest.mark.parametrize(
    ("text", "line", "rule", "words"),
    [
        (
            PAGE.replace("provider", "provder"),
            4,
            "unknown-field",
            ["platform.provder", "Did you mean provider?"],
        ),
        (PAGE.replace("aws", "azur"), 4, "literal_error", ["context.platform.provider", "'azure'", "(got 'azur')"]),
        (PAGE.replace("- name: dev", "- nme: dev"), 6, "unknown-field", ["context.environments.0.nme", "name"]),
        (PAGE.replace("- name: dev", "- nme: dev"), 6, "missing", ["context.environments.0.name", "required"]),
        (PAGE + "      aws_account: 123456789012\n", 7, "string_type", ["quotes", "123456789012"]),
        (PAGE + "service: other\n", 7, "syntax", ["duplicate key"]),
        (PAGE + "\tlanguage: fr\n", 7, "syntax", ["\\t"]),
        (PAGE + "constraints:\n  sla: high\n", 8, "float_parsing", ["constraints.sla", "number", "'high'"]),
        (PAGE + "constraints:\n  sla: 12\n", 8, "greater_than_equal", ["at least 90"]),
        (PAGE + "---\nservice: two\n", 7, "syntax", ["another document"]),
        ("- service: shop\n", 1, "type", ["mapping"]),
        ("service: &a shop\n", 1, "syntax", ["Anchors"]),
        ("service: !!python/object:os.system id\n", 1, "syntax", ["python/object"]),
        ("a: " + "[" * 3_000, 1, "syntax", ["nested too deeply"]),
        ("#" * 1_000_001, 1, "size", ["1000000"]),
        ("1: x\n", 1, "invalid_key", ["1"]),
        ("service: a\0b\n", 1, "syntax", ["not allowed"]),
    ],
)
def test_each_problem_names_its_line_and_what_is_allowed(text: str, line: int, rule: str, words: list[str]) -> None:
    found = [message for where, kind, message in told(text) if (where, kind) == (line, rule)]
    assert found, told(text)
    assert all(word in found[0] for word in words), found[0]


def test_every_problem_is_told_at_once() -> None:
    text = "servce: x\ncontext:\n  platform: {provider: x}\n  pipeline: jenkins\nlanguage: de\n"
    assert {line for line, _rule, _message in told(text)} == {1, 3, 4, 5}


def test_the_error_of_reading_lists_the_same_problems() -> None:
    with pytest.raises(BriefError, match=r"devops\.yaml:4: context\.platform\.provider"):
        read_brief(PAGE.replace("aws", "azur"))


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
FIELDS = st.sampled_from(["context", "components", "environments", "name", "x"]) | st.text(max_size=3)


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=3),
        max_leaves=12,
    )
)
def test_whatever_the_data_each_problem_has_a_line(data: object) -> None:
    text = json.dumps(data)  # JSON is YAML 1.2
    for line, rule, message in told(text):
        assert line == 1
        assert rule
        assert message


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abc:-[]{}&*!|>'\"#\n\t ,?%@\0é", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for line, _rule, message in told(text):
        assert line is not None
        assert 1 <= line <= text.count("\n") + 1 + 1
        assert message
