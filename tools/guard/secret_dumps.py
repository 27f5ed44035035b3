"""Reads back what dump programs print (xxd, hexdump, od) and what escapes spell: a secret in columns is still one."""

import html
import re
from collections.abc import Iterator

from tools.guard.secret_encodings import EDGES, as_text

# Digits as `h`, what stands between columns as a blank: a dump shows in one search through the whole text.
_COLUMNS = bytes(
    104 if chr(code) in "0123456789abcdefABCDEF" else 32 if chr(code) in " \t:" else 46 for code in range(256)
)
_SIGNS = (b"hh hh hh hh hh", b"hhhh hhhh hhhh")
_CELL = r"(?:[0-9a-fA-F]{2}){1,2}"
_ROW = re.compile(
    r"(?m)^[ \t]*(?:(?:0x)?[0-9a-fA-F]{6,16}:?[ \t]+)?"  # the offset
    rf"(?P<cells>{_CELL}(?:[ \t:]{{1,3}}{_CELL}){{0,500}})(?:[ \t:]+[^\n]*)?$"  # and the same once more in letters
)
_INLINE = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{2}(?:[ :][0-9a-fA-F]{2}){7,}(?![0-9A-Za-z])")
_DIGITS = re.compile(r"[0-9a-fA-F]+")
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})|\\u00([0-9a-fA-F]{2})|\\([0-3][0-7]{2})|&#(?:x[0-9a-fA-F]{2}|\d{2,3});")
ESCAPES = ("\\x", "\\u00", "&#", "\\0", "\\1")


def dumps(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Blocks of `text` that are a dump in columns, with what the bytes say in either order."""
    columns = text.encode("latin-1", "replace").translate(_COLUMNS)
    if not any(sign in columns for sign in _SIGNS):
        return
    for run in _INLINE.finditer(text):
        if (said := as_text(bytes.fromhex(run[0].replace(":", " ")))) is not None:
            yield *run.span(), [said]
    rows: list[re.Match[str]] = []
    for row in _ROW.finditer(text):
        if rows and row.start() != rows[-1].end() + 1:
            yield from _block(rows)
            rows = []
        rows.append(row)
    yield from _block(rows)


def escaped_regions(text: str) -> Iterator[tuple[int, int, str]]:
    """Words of `text` that spell characters by their number, with what they say."""
    done = 0
    for match in _ESCAPE.finditer(text):
        if match.start() < done:
            continue
        start, end = match.span()
        while start > done and match.start() - start < 500 and text[start - 1] not in EDGES:
            start -= 1
        while end < len(text) and end - match.end() < 8_000:
            following = _ESCAPE.match(text, end)
            if following is None and text[end] in EDGES:
                break
            end = following.end() if following else end + 1
        done = end
        yield start, end, _ESCAPE.sub(_spelled, text[start:end])


def _block(rows: list[re.Match[str]]) -> Iterator[tuple[int, int, list[str]]]:
    cells = [cell for row in rows for cell in _DIGITS.findall(row["cells"])]
    if len(cells) < 4:
        return
    # Cells of two bytes show them swapped on most machines: hexdump and od do, xxd does not.
    orders = (bytes.fromhex("".join(cells)), b"".join(bytes.fromhex(cell)[::-1] for cell in cells))
    texts = [text for raw in orders if (text := as_text(raw.rstrip(b"\0"))) is not None]
    if texts:
        yield rows[0].start(), rows[-1].end(), texts


def _spelled(match: re.Match[str]) -> str:
    if match[1] or match[2]:
        return chr(int(match[1] or match[2], 16))
    return chr(int(match[3], 8)) if match[3] else html.unescape(match[0])
