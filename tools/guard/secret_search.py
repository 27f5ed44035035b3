"""Finds every secret in a text: known formats, context, randomness, and any of these under an encoding.

Most text holds none, so the first look is cheap and coarse (`_suspects`); only the lines it names get the
patterns. Limits, honestly: encryption, rarer encodings (base85, uuencode), and secrets turned round or spelled letter
by letter pass unseen.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from tools.guard.found_secret import Found
from tools.guard.secret_commands import PGPASS_HINTS
from tools.guard.secret_context import STEMS, by_context
from tools.guard.secret_dumps import ESCAPES, dumps, escaped_regions
from tools.guard.secret_encodings import (
    BASE32_RUN,
    BASE64_RUN,
    HEX_RUN,
    SPACE,
    decoded_base32,
    decoded_base64,
    decoded_digits,
    decoded_hex,
    percent_regions,
    wrapped_blocks,
)
from tools.guard.secret_formats import PRIVATE_KEY, PUBLIC_BLOCK, compiled, telling_hints
from tools.guard.secret_manifests import MARKED_HINTS, by_manifest, by_mark
from tools.guard.secret_shapes import is_public, looks_random

DEPTH = 3
_RUN = 16
_CLASSES = bytes(97 if (chr(code).isalnum() and code < 128) or chr(code) in "+/_-" else 32 for code in range(256))
_SPECIAL = (":AA", "v1.0-", "Q~", "1//0")
_HASHES = ("$2", "$6$", "$5$", "$1$", "$argon2", "$apr1$", "$y$", "$7$", "$pbkdf2", "$scrypt")
_OPENERS = ("|", "|-", "|+", ">", ">-", ">+", "{")
_INDENTED = re.compile(r"(?:\r?\n(?:[ \t][^\n]*)?){1,80}")
_DASHED_KEY = re.compile(r"[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}|fc-[0-9a-f]{32}")
_UUID_OR_HEX = re.compile(r"[0-9a-f-]+|[0-9A-F-]+")


def find_secrets(text: str, *, depth: int = DEPTH, known: Sequence[str] = ()) -> list[Found]:
    """The secrets in `text`, in order and without overlap; `known` values are looked for under encodings only."""
    found: list[Found] = []
    if "PRIVATE KEY" in text or "PuTTY-User-Key" in text:
        found += (Found(*match.span(), "private_key", certain=True) for match in PRIVATE_KEY.finditer(text))
    if "Secret" in text:
        found += by_manifest(text)
    if 'alue"' in text and any(hint in text for hint in MARKED_HINTS):
        found += by_mark(text)
    public = [match.span() for match in PUBLIC_BLOCK.finditer(text)] if "-----BEGIN" in text else []
    for start, end in _suspects(text):
        line = text[start:end]
        hidden = any(left <= start < right for left, right in public)
        found += (_moved(each, start) for each in _in_line(line, depth, known, public=hidden))
    if depth:
        found += _wrapped(text, depth, known)
        for start, end, texts in dumps(text):
            found += _hidden((start, end), texts, depth, known)
    return merged(found)


def merged(found: Sequence[Found]) -> list[Found]:
    """`found` in order, overlapping ones joined under the rule of the first that is certain."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        last = kept[-1] if kept else None
        if last is None or each.start >= last.end:
            kept.append(each)
            continue
        rule = last.rule if last.certain or not each.certain else each.rule
        kept[-1] = Found(last.start, max(last.end, each.end), rule, last.certain or each.certain)
    return kept


def _in_line(line: str, depth: int, known: Sequence[str], *, public: bool) -> Iterator[Found]:
    for rule, hint, pattern in compiled():
        if hint in line:
            yield from (Found(*match.span(), rule, certain=True) for match in pattern.finditer(line))
    yield from by_context(line)
    for match in BASE64_RUN.finditer(line):
        token = match[0]
        if _UUID_OR_HEX.fullmatch(token):
            continue
        drawn = not public and looks_random(token) and not is_public(line, match.start(), token)
        if drawn and not _readable(token):
            yield Found(*match.span(), "random_token", certain=False)
        if depth and not token.islower() and not token.isupper():
            yield from _hidden(match.span(), decoded_base64(token), depth, known)
    if depth:
        yield from _in_other_encodings(line, depth, known)


def _in_other_encodings(line: str, depth: int, known: Sequence[str]) -> Iterator[Found]:
    for run, decoded in ((HEX_RUN, decoded_hex), (BASE32_RUN, decoded_base32)):
        for match in run.finditer(line):
            if (text := decoded(match[0])) is not None:
                yield from _hidden(match.span(), [text], depth, known)
    for sign, regions in (("%", percent_regions), ("\\", escaped_regions), ("&#", escaped_regions)):
        if sign in line:
            for start, end, text in regions(line):
                yield from _hidden((start, end), [text], depth, known)


def _hidden(span: tuple[int, int], texts: Sequence[str], depth: int, known: Sequence[str]) -> Iterator[Found]:
    for text in texts:
        if any(value in text for value in known):
            yield Found(*span, "known_value", certain=True)
            return
        inner = find_secrets(text, depth=depth - 1, known=known)
        if inner:
            yield Found(*span, f"encoded_{inner[0].rule}".replace("encoded_encoded_", "encoded_"), inner[0].certain)
            return


def _readable(token: str) -> bool:
    """Whether the token is only text in base64: what it says decides, not how it looks."""
    return any(
        sum(char.isalnum() or char in " \n" for char in text) > 0.6 * len(text) for text in decoded_base64(token)[:1]
    )


def _wrapped(text: str, depth: int, known: Sequence[str]) -> Iterator[Found]:
    if b"a" * 40 not in _classes(text):
        return
    for start, end, joined in wrapped_blocks(text):
        # A short last line may belong to what follows: in base64 it spoils only the end, elsewhere everything.
        whole = SPACE.sub("", text[start : text.rfind("\n", start, end - 1)])
        others = [decoded(each) for each in (joined, whole) for decoded in (decoded_digits, decoded_base32)]
        texts = [*decoded_base64(joined), *(each for each in others if each is not None)]
        yield from _hidden((start, end), texts, depth, known)


def _moved(each: Found, by: int) -> Found:
    return Found(each.start + by, each.end + by, each.rule, each.certain)


def _suspects(text: str) -> list[tuple[int, int]]:
    """Lines (joined where they touch) that deserve the patterns."""
    marks = sorted({*_long_runs(text), *_words(text)})
    lines: list[tuple[int, int]] = []
    for mark in marks:
        if lines and mark < lines[-1][1]:
            continue
        start = text.rfind("\n", 0, mark) + 1
        end = text.find("\n", mark)
        end = len(text) if end < 0 else end
        # Name and value of a Kubernetes variable stand on two lines; so do a key and its folded value.
        following = text.find("\n", end + 1)
        next_end = (len(text) if following < 0 else following) if end < len(text) else end
        end = _block_end(text, end) if text[start:end].rstrip().endswith(_OPENERS) else next_end
        if lines and start <= lines[-1][1]:
            lines[-1] = (lines[-1][0], end)
        else:
            lines.append((start, end))
    return lines


def _block_end(text: str, end: int) -> int:
    """Where the block that the line ending at `end` opens is over: its first lines, or all that are indented."""
    block = _INDENTED.match(text, end)
    return block.end() if block else end


def _words(text: str) -> Iterator[int]:
    lowered = (
        text.lower() if text.isascii() else "".join(low if len(low := char.lower()) == 1 else char for char in text)
    )
    for stem in STEMS:
        yield from _places(lowered, stem)
    for mark in _places(text, "://"):
        if "@" in text[mark : mark + 620]:
            yield mark
    for hint in (*_SPECIAL, *PGPASS_HINTS, *(_HASHES if "$" in text else ())):
        yield from _places(text, hint)
    if "%" in text:
        yield from (match.start() for match in re.finditer(r"%[0-9A-Fa-f]{2}", text))
    for sign in ESCAPES:
        yield from _places(text, sign)


def _places(text: str, word: str) -> Iterator[int]:
    """One mark a line on which `word` occurs."""
    at = text.find(word)
    while at >= 0:
        yield at
        end = text.find("\n", at)
        if end < 0:
            return
        at = text.find(word, end)


def _long_runs(text: str) -> Iterator[int]:
    """Where long unbroken tokens begin that are not plainly a path, a UUID or a digest."""
    classes = _classes(text) + b" "
    plain: list[tuple[int, int]] = []
    at = classes.find(b"a" * _RUN)
    while at >= 0:
        end = classes.find(b" ", at)
        token = text[at:end]
        if _UUID_OR_HEX.fullmatch(token):
            digits = HEX_RUN.match(token)  # `<digest>-<number>` is more than its hexadecimal beginning
            telling = text[at - 1 : at] == "." or (digits and decoded_hex(digits[0]) is not None)
            if len(token) >= 24 and (telling or _DASHED_KEY.fullmatch(token)):
                yield at
        elif _is_suspect(token) or text[max(0, at - 2) : at] == "s.":
            yield at
        else:
            plain.append((at, end))
        at = classes.find(b"a" * _RUN, end)
    yield from _like_formats(text, plain)


def _is_suspect(token: str) -> bool:
    if token.isupper():
        return len(token) >= 24 and decoded_base32(token) is not None
    return not token.islower() and (looks_random(token) or bool(decoded_base64(token)))


def _like_formats(text: str, tokens: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Those of `tokens` that contain the hint of a format, or follow one."""
    if not tokens:  # most short texts
        return
    windows = [text[max(0, start - 10) : end] for start, end in tokens]
    # One search through all of them for each hint costs far less than one for each token.
    joined = "\n".join(windows)
    begins = list(accumulate((len(window) + 1 for window in windows), initial=0))
    for hint in telling_hints():
        at = joined.find(hint)
        while at >= 0:
            index = bisect_right(begins, at) - 1
            yield tokens[index][0]
            at = joined.find(hint, begins[index + 1])


def _classes(text: str) -> bytes:
    """`text` with every character of a token as `a` and every other as a space."""
    return text.encode("latin-1", "replace").translate(_CLASSES)
