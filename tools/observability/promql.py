"""Texts of a brief inside PromQL, LogQL and the templates of annotations: none of them can leave its quotes."""

import json


def quoted(text: str) -> str:
    """`text` as a string literal; Go reads JSON's escapes, and takes everything else as it is."""
    return json.dumps(text, ensure_ascii=False)


def matching(text: str) -> str:
    """`text` as a literal that matches exactly itself in a regular expression of RE2."""
    return quoted("".join(f"\\{each}" if each in r"\.+*?()|[]{}^$" else each for each in text))


def untemplated(text: str) -> str:
    """`text` for an annotation, where two braces would begin a template."""
    return text.replace("{{", "{{`{{`}}")
