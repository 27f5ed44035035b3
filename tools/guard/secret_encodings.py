"""Looks through base64, hexadecimal and URL encoding: what is a secret stays one in any of them."""

import base64
import binascii
import re
from urllib.parse import unquote

BASE64_RUN = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
HEX_RUN = re.compile(r"(?<![0-9A-Za-z])(?:0x|\\x)?(?:[0-9a-f]{24,}|[0-9A-F]{24,})(?![0-9A-Za-z])")
PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_LINE = r"[ \t>|-]{0,40}(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]"
WRAPPED = re.compile(rf"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{{40,}}\r?\n(?:{_LINE}{{40,}}\r?\n)*(?:{_LINE}+={{0,2}})?")
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\f\r\x1b"))
SPACE = re.compile(r"[\s>|]+")
EDGES = frozenset(" \t\r\n\"'<>`,;()[]{}|")


def decoded_base64(token: str) -> list[str]:
    """The texts that base64 `token` may hold, read at each of the four alignments; [] when it holds none."""
    core = token.rstrip("=").replace("-", "+").replace("_", "/")
    texts = []
    for shift in range(4):
        piece = core[shift:]
        piece = piece[: len(piece) - 1] if len(piece) % 4 == 1 else piece
        if len(piece) < 12:
            break
        try:
            raw = base64.b64decode(piece + "=" * (-len(piece) % 4))
        except binascii.Error:
            continue
        text = as_text(raw)
        if text is not None:
            texts.append(text)
    return texts


def decoded_hex(token: str) -> str | None:
    """The text that hexadecimal `token` holds, or None when it is a digest or other binary."""
    digits = token.removeprefix("0x").removeprefix("\\x")
    return as_text(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def as_text(raw: bytes) -> str | None:
    """`raw` as text, or None when it is binary. UTF-16 (PowerShell's encoded commands) counts as text."""
    if len(raw) > 8 and raw[1::2].count(0) == len(raw) // 2:
        raw = raw[::2]
    printable = raw.translate(None, _CONTROLS)
    if len(printable) < len(raw):
        return None
    if raw.isascii():
        return raw.decode("ascii")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    # Random bytes are now and then valid UTF-8 when they are few: text is mostly ASCII.
    return text if sum(char.isascii() for char in text) >= 0.7 * len(text) else None


def percent_regions(text: str) -> list[tuple[int, int, str]]:
    """Stretches of `text` that contain URL encoding, with what they say."""
    regions: list[tuple[int, int, str]] = []
    done = 0
    for match in PERCENT.finditer(text):
        if match.start() < done:
            continue
        start, end = match.start(), match.end()
        while start > done and match.start() - start < 500 and text[start - 1] not in EDGES:
            start -= 1
        while end < len(text) and end - match.end() < 8_000 and text[end] not in EDGES:
            end += 1
        done = end
        regions.append((start, end, unquote(text[start:end].replace("+", " "))))
    return regions


def wrapped_blocks(text: str) -> list[tuple[int, int, str]]:
    """Base64 that runs over several lines, with the whole of it joined."""
    return [(*match.span(), SPACE.sub("", match[0])) for match in WRAPPED.finditer(text) if "\n" in match[0].strip()]
