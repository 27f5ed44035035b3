"""Says which finds are told, and how sure each is: by the file it stands in, by the line, by its looks, by a person."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Literal

from tools.guard.found_secret import Found
from tools.guard.secret_search import find_secrets
from tools.guard.secret_shapes import is_code, is_placeholder, is_reference
from tools.secrets.harmless_values import (
    DATA,
    LOCK_FILES,
    SOURCE,
    is_empty_key,
    is_expression,
    is_gap,
    is_mixed,
    is_no_password,
    is_sample_file,
    is_sample_token,
    is_translation,
    is_word_of_code,
    is_words,
    says_sample,
)

Certainty = Literal["certain", "likely"]
ALLOWED = re.compile(r"(?:astreinte:allow-secret|gitleaks:allow|pragma: allowlist secret|nosec)\b")
"""A comment on the line says that somebody has looked."""
BY_NAME = frozenset({"assigned_secret", "credential_argument", "credential_header"})
"""Rules that only the name of a variable or option speaks for: in code that is often another name."""
LONGEST_TOKEN = 400
"""Characters of an unbroken run: beyond that it is data, and what looks like a token inside is chance."""
# Fields whose name speaks of a key or token and whose value everybody may read.
_PUBLIC_NAME = re.compile(
    r"(?:public|publishable|pub)[-_ ]?key|key[-_ ]?(?:id|name|path|file|type|size|length|arn|alias|usage|ring|prefix"
    r"|vault|bindings?|code|word|frame|space|map)|(?:secret|token|password|auth|credential)s?[-_ ]?(?:name|path|file"
    r"|arn|ref|id|type|url|uri|endpoint|class|version|length|expir\w*|ttl|field|policy|method|mode|manager|store|mount|header"
    r"|prefix|lifetime|algorithm|provider|scopes?|audience|issuer|hint|label|reset\w*|min\w*|max\w*)|primary[-_ ]?key"
    r"|foreign[-_ ]?key|partition[-_ ]?key|sort[-_ ]?key|cache[-_ ]?key|(?:hash|range|object|route|group|shard|dedup\w*"
    r"|idempotency|i18n|translation|lookup|index|s3|row)[-_ ]?key|signature|cipher[-_ ]?(?:value|text)|certificate"
    r"|modulus|digest|hashed[-_ ]?\w+|code[-_ ]?challenge|pub[-_ ]?key\d*",
    re.IGNORECASE,
)
# Values that services publish beside their name.
_PUBLISHED = re.compile(r"ENC\[AES256_GCM|site-verification|sops_|-----BEGIN CERTIFICATE|data:[\w/+.-]+;base64")
_ENTRY_POINT = re.compile(r"(?:\w+\.)+\w+:$")
"""`package.module.auth:Class`, as plug-ins are named."""
_PASSWORD = re.compile(r"(?i)pass(?:word|wd|phrase)?\b|pwd|mot_?de_?passe|mdp")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32,128}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LOOPBACK = re.compile(r"@(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal|0\.0\.0\.0)\b")
_SAMPLE_HOST = re.compile(r"@(?:[\w-]+\.)*example\.(?:com|org|net)\b|@[\w.-]+\.(?:test|invalid|example)\b")
_ADDRESS = re.compile(r"[a-z][a-z+]*://[^\s\"'<>()?=]*$")
"""The path of an address up to where a find begins; what follows `?x=` is a value again."""
_CAPABILITY = re.compile(r"(?i)hook|token|secret|key|sig|auth|invite|share|upload")
_ENCODED_LINE = re.compile(r"[\s\"'*#/+.,]*[A-Za-z0-9+/]{40,}={0,2}[\s\"'\\+,;})]*$")


def told(path: str, text: str) -> Iterator[tuple[Found, Certainty]]:
    """The finds in `text`, the content of `path`, that nothing speaks against. Pure."""
    for found in find_secrets(text):
        certainty = _certainty(path, text, found)
        if certainty is not None:
            yield found, certainty


def _certainty(path: str, text: str, found: Found) -> Certainty | None:
    value = text[found.start : found.end]
    start = text.rfind("\n", 0, found.start) + 1
    end = text.find("\n", found.start)
    line = text[start : end if end >= 0 else len(text)]
    # A publishable key is what pages show to everybody.
    said = value.partition("://")[2].rpartition("@")[0] or value  # not the host of an address
    if ALLOWED.search(line) or says_sample(said) or value.startswith(("pk_live_", "pk_test_")):
        return None
    column = found.start - start
    name = PurePosixPath(path).name
    doubtful, certain = False, found.certain
    if found.rule == "private_key":
        doubtful = is_empty_key(value)
    elif found.rule == "jwt":
        doubtful = is_sample_token(value)
    elif found.rule == "url_credentials":
        # A service of this machine, with the password everybody gives it.
        same = line[:column].endswith(f"//{value}:")
        near = _LOOPBACK.search(line, column) or _SAMPLE_HOST.search(line, column)
        doubtful = not certain and (same or near is not None)
    elif found.rule == "random_token":
        doubtful = name in LOCK_FILES or _is_public_token(text, line, column, value, found)
    elif found.rule in BY_NAME:
        doubtful = name in LOCK_FILES or _is_no_secret(path, line, column, value, certain=certain)
        if PurePosixPath(path).suffix in SOURCE:
            certain = certain and is_mixed(_bare(value))
    else:
        doubtful = _is_in_data(text, found)
    if doubtful:
        return None
    if certain:
        return "certain"
    return None if name in LOCK_FILES or name.endswith(DATA) else "likely"


def _is_no_secret(path: str, line: str, column: int, value: str, *, certain: bool) -> bool:
    """Whether a value that only its name calls a secret is none."""
    bare, before = _bare(value), line[max(0, column - 60) : column]
    entry_point = bare.isidentifier() and _ENTRY_POINT.search(before) is not None
    translated = is_translation(path) and not is_mixed(bare)
    if is_sample_file(path) or translated or entry_point or is_gap(bare) or is_no_password(bare):
        return True
    if _PUBLIC_NAME.search(_field(before)) or _PUBLISHED.search(line, 0, column):
        return True
    if is_words(bare) and not _PASSWORD.search(_field(before)):
        return True
    if PurePosixPath(path).suffix in SOURCE:
        quoted = line[max(0, column - 1) : column] in {'"', "'", "`"}
        comment = line.lstrip().startswith(("#", "//", "*", "--", "/*"))
        return is_word_of_code(bare) or (not quoted and not comment and is_expression(bare))
    return is_code(bare) and not certain


def _is_public_token(text: str, line: str, column: int, value: str, found: Found) -> bool:
    """Whether what only looks random is an address, a digest, a piece of data, or published under its name."""
    bare, before = _bare(value), line[max(0, column - 60) : column]
    after = line[column + len(value) : column + len(value) + 2]
    address = _ADDRESS.search(line, max(0, column - 200), column)
    return (
        (address is not None and not _CAPABILITY.search(address[0]))
        or (after[:1] == "@" and after[1:].isalnum())  # the name of a message
        or any(shape.fullmatch(part) for part in bare.split("/") for shape in (_HEXADECIMAL, _UUID))
        or is_placeholder(bare)
        or is_reference(bare)
        or is_no_password(bare)
        or is_words(bare)
        or _PUBLIC_NAME.search(_field(before)) is not None
        or _PUBLISHED.search(line, 0, column) is not None
        or _is_in_data(text, found)
    )


def _is_in_data(text: str, found: Found) -> bool:
    """Whether a find is a part of something long that is encoded: a picture, a certificate, a program."""
    left = re.search(r"[A-Za-z0-9+/=]*$", text[max(0, found.start - LONGEST_TOKEN) : found.start])
    right = re.match(r"[A-Za-z0-9+/=]*", text[found.end : found.end + LONGEST_TOKEN])
    beside = len(left[0] if left else "") + len(right[0] if right else "")
    if beside >= LONGEST_TOKEN:
        return True
    start = text.rfind("\n", 0, found.start) + 1
    end = text.find("\n", found.start)
    end = len(text) if end < 0 else end
    if found.rule != "random_token" or not _ENCODED_LINE.match(text[start:end]):
        return False
    above = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)]
    below = text[end + 1 : (text.find("\n", end + 1) + 1 or len(text) + 1) - 1]
    return any(_ENCODED_LINE.match(each) for each in (above, below))


def _bare(value: str) -> str:
    return re.sub(r"^(?:Bearer|Basic|Token|GenieKey)\s+(?=\S*\d|\S{16})", "", value.strip("\"'`,; "))


def _field(before: str) -> str:
    """The last name that stands before a value."""
    names = re.findall(r"[A-Za-z][\w. -]*", before)
    return names[-1].strip() if names else ""
