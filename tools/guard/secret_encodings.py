"""Looks through base64, base32, hexadecimal, URL encoding and compression: a secret stays one in any of them."""

import base64
import binascii
import bz2
import lzma
import re
import zlib
from urllib.parse import unquote

BASE64_RUN = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
HEX_RUN = re.compile(r"(?<![0-9A-Za-z])(?:0x|\\x)?(?:[0-9a-f]{24,}|[0-9A-F]{24,})(?![0-9A-Za-z])")
PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_LINE = r"[ \t>|-]{0,40}(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]"
WRAPPED = re.compile(rf"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{{40,}}\r?\n(?:{_LINE}{{40,}}\r?\n)*(?:{_LINE}+={{0,2}})?")
BASE32_RUN = re.compile(r"(?<![A-Za-z0-9])[A-Z2-7]{24,}={0,6}(?![A-Za-z0-9])")
LARGEST_UNPACKED = 1 << 20
"""Beyond this much a packed text is not read on: a small token may unpack to gigabytes."""
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
        if text is None and shift == 0:
            text = unpacked(raw)
        if text is not None:
            texts.append(text)
    return texts


def decoded_hex(token: str) -> str | None:
    """The text that hexadecimal `token` holds, or None when it is a digest or other binary."""
    digits = token.removeprefix("0x").removeprefix("\\x")
    raw = bytes.fromhex(digits[: len(digits) // 2 * 2])
    return as_text(raw) or unpacked(raw)


def decoded_digits(joined: str) -> str | None:
    """The text that lines of hexadecimal hold together, or None when they are none or hold none."""
    return decoded_hex(joined) if HEX_RUN.fullmatch(joined) else None


def decoded_base32(token: str) -> str | None:
    """The text that base32 `token` holds, or None when it holds none."""
    core = token.rstrip("=")
    core = core[: len(core) - {1: 1, 3: 1, 6: 1}.get(len(core) % 8, 0)]
    try:
        return as_text(base64.b32decode(core + "=" * (-len(core) % 8)))
    except binascii.Error:
        return None


def unpacked(raw: bytes) -> str | None:
    """The text that `raw` holds when it is compressed (gzip, zlib, bzip2, xz), cut off or not."""
    try:
        if raw.startswith(b"\x1f\x8b") or raw[:2] in {b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"}:
            return as_text(zlib.decompressobj(wbits=47).decompress(raw, LARGEST_UNPACKED))
        if raw.startswith(b"BZh"):
            return as_text(bz2.BZ2Decompressor().decompress(raw, LARGEST_UNPACKED))
        if raw.startswith(b"\xfd7zXZ"):
            return as_text(lzma.LZMADecompressor(memlimit=64 << 20).decompress(raw, LARGEST_UNPACKED))
    except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError):
        pass
    return None


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
