"""Shows a person every character of what they decide about, and hides none."""

_PLAIN = "\n\t\u00a0\u202f"  # French puts the last two before its signs


def visible(text: object) -> str:
    """`text` without what could hide or reorder words before the person who decides, or move a cursor."""
    return "".join(char if char.isprintable() or char in _PLAIN else f"\\u{ord(char):04x}" for char in str(text))
