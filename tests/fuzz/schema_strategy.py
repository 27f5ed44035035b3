"""Arguments made from a tool's own input schema: what it allows, hostile texts wherever a text may stand, and lies."""

from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]
HOSTILE = (
    "", ".", "..", "../../etc/passwd", "/etc/shadow", "a\0b", "a\nb", "~root/.ssh", "-rf", "--help", "$(id)", "`id`", "; id",
    "${{ github.token }}", "{{ 7 * 7 }}", "{% include '/etc/passwd' %}", "%s%n%x", "'", '"', "\\", "\udc80", "\u202e", "é" * 300,
    "a" * 70_000, "[" * 2_000, "(" * 200 + "a+" * 20, "(a+)+$", "\x1b[2J", "http://127.0.0.1:9/", "file:///etc/passwd",
    "*" * 50, "**/**/**/**/**", "{a,b}" * 12, "NUL", "con", ".git/config", ".env", "1e999", "null", "9" * 400,
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(HOSTILE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def arguments(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments for a tool: most fit the schema, some have a field that does not, or one that is not there."""
    fitting = _value(schema, schema)
    extra = st.dictionaries(st.sampled_from(["", "__class__", "path", "brief", "x" * 300]), ANYTHING, max_size=1)
    names = sorted(schema.get("properties", {})) or ["path"]
    lie = st.fixed_dictionaries({}, optional=dict.fromkeys(names, ANYTHING))
    return st.one_of(
        fitting, fitting, fitting, st.builds(lambda a, b: {**a, **b}, fitting, lie), st.builds(dict, extra)
    )


def _value(schema: Schema, root: Schema) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - a case for each keyword
    if "$ref" in schema:
        return _value(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    if "anyOf" in schema:
        return st.one_of([_value(each, root) for each in schema["anyOf"]])
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, root)
    if kind == "array":
        least = schema.get("minItems", 0)
        return st.lists(_value(schema.get("items", {}), root), min_size=least, max_size=max(least, 3))
    return _scalar(schema, kind)


def _scalar(schema: Schema, kind: str | None) -> st.SearchStrategy[Any]:
    if kind == "string":
        if "pattern" in schema:
            return st.from_regex(schema["pattern"], fullmatch=True) | st.sampled_from(HOSTILE)
        return (
            st.sampled_from(HOSTILE) | st.text(max_size=40) | st.sampled_from(["app", "pyproject.toml", "app/main.py"])
        )
    if kind == "integer":
        return st.integers(min_value=schema.get("minimum"), max_value=schema.get("maximum"))
    if kind == "number":
        least = schema.get("minimum", schema.get("exclusiveMinimum"))
        # A wait of an hour is allowed and proves nothing.
        return st.floats(min_value=least, max_value=min(schema.get("maximum", 0.2), 0.2), allow_nan=False)
    if kind == "boolean":
        return st.booleans()
    return st.none() if kind == "null" else ANYTHING


def _object(schema: Schema, root: Schema) -> st.SearchStrategy[dict[str, Any]]:
    if "properties" not in schema:
        more = schema.get("additionalProperties")
        inner = _value(more, root) if isinstance(more, dict) else ANYTHING
        names = st.sampled_from(["service", "context", "constraints", "deliverables", "language"]) | st.text(max_size=5)
        return st.dictionaries(names, inner, max_size=3)
    needed = set(schema.get("required", []))
    fields = {name: _value(each, root) for name, each in schema["properties"].items()}
    return st.fixed_dictionaries(
        {name: each for name, each in fields.items() if name in needed},
        optional={name: each for name, each in fields.items() if name not in needed},
    )
