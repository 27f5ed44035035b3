"""Makes program output safe to show: no escape sequences, no overwriting, no invisible or reordering characters.

Output is read by people in terminals and by models; both are deceived by text that moves the cursor, sets the
clipboard, hides itself or runs backwards. What remains are letters, digits, signs, tabs and line ends.
"""

import re
import unicodedata

# ECMA-48: CSI, then the string sequences (OSC, DCS, SOS, PM, APC) up to their terminator or the line's end,
# then two- and three-character escapes. C1 controls are their 8-bit forms.
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
_KEPT_CONTROLS = {"\n", "\t"}
# Cf holds the bidirectional overrides, zero-width characters and tags; Cs lone surrogates; Co private use.
_DECEIVING = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_JOINERS = {"\u200d", "\u200c"}  # spelled by emoji and by several scripts
_BLANK_LETTERS = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"}  # letters by category, drawn as nothing
_CARELESS = re.compile(r"[\t\n\x20-\x7e]*")


def plain(text: str) -> str:
    r"""`text` as it may be shown to a person or a model.

    Escape sequences disappear. A carriage return starts a new line, so that what a terminal would have
    overwritten stays readable. Backspaces and whatever else draws nothing become visible as `\xNN` or `\uNNNN`.
    """
    if _CARELESS.fullmatch(text):
        return text
    text = re.sub(r"\r+\n?", "\n", _SEQUENCE.sub("", text))
    return "".join(map(_visible, text))


def _visible(sign: str) -> str:
    code = ord(sign)
    hidden = (
        unicodedata.category(sign) in _DECEIVING or sign in _BLANK_LETTERS or 0xE0100 <= code <= 0xE01EF
    )  # the last are selectors that can carry a hidden text, one byte each
    if not hidden or sign in _KEPT_CONTROLS or sign in _JOINERS:
        return sign
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
