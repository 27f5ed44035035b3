"""Finds values that a structure marks as secret: Kubernetes Secrets, Terraform outputs, parameter and key vaults."""

import re
from collections.abc import Iterator
from itertools import pairwise

from tools.guard.found_secret import Found
from tools.guard.secret_shapes import is_reference

SECRET_MANIFEST = re.compile(r"(?m)^[ \t>|+-]*kind:[ \t]*[\"']?Secret\b|\"kind\"\s*:\s*\"Secret\"")
SECRET_BLOCK = re.compile(
    r"(?m)^(?P<indent>[ \t]*)(?:data|stringData):[ \t]*\n(?P<body>(?:(?P=indent)[ \t]+[^\n]*(?:\n|\Z)|[ \t]*\n)+)"
)
SECRET_ENTRY = re.compile(
    r"(?m)^[ \t]+[\"']?[\w.-]+[\"']?:[ \t]*(?:[|>][+-]?[ \t]*\n)?[\"']?(?P<value>[^\s\"'#|>][^\n\"']*)"
)
SECRET_JSON = re.compile(r"\"(?:data|stringData)\"\s*:\s*\{(?P<body>[^{}]{0,200000})\}")
JSON_ENTRY = re.compile(r"\"[\w.-]+\"\s*:\s*\"(?P<value>(?:[^\"\\]|\\.){1,100000})\"")


# Objects that say of themselves that their value is a secret, whichever field comes first.
_MARK = (
    r"\"sensitive\"\s*:\s*true|\"Type\"\s*:\s*\"SecureString\"|\"id\"\s*:\s*\"https://[^\"/]+\.vault\.[^\"]*/secrets/"
)
_VALUE = r"\"[Vv]alue\"\s*:\s*\"(?P<value>(?:[^\"\\]|\\.){1,100000})\""
MARKED = (
    re.compile(rf"(?:{_MARK})[^{{}}]{{0,400}}?{_VALUE}"),
    re.compile(rf"{_VALUE}[^{{}}]{{0,400}}?(?:{_MARK})"),
)
MARKED_HINTS = ('"sensitive"', "SecureString", "/secrets/")


def by_mark(text: str) -> Iterator[Found]:
    """Every value whose own object says that it is a secret."""
    for pattern in MARKED:
        for match in pattern.finditer(text):
            if not is_reference(match["value"]) and len(match["value"]) > 2:
                yield Found(*match.span("value"), "marked_secret", certain=True)


def by_manifest(text: str) -> Iterator[Found]:
    """Every value of the Kubernetes Secrets that `text` holds, whatever its key."""
    borders = [0, *(match.start() for match in re.finditer(r"(?m)^---", text)), len(text)]
    for start, end in pairwise(borders):
        if not SECRET_MANIFEST.search(text, start, end):
            continue
        for block in (*SECRET_BLOCK.finditer(text, start, end), *SECRET_JSON.finditer(text, start, end)):
            entries = JSON_ENTRY if block.re is SECRET_JSON else SECRET_ENTRY
            for entry in entries.finditer(text, *block.span("body")):
                if not is_reference(entry["value"]) and len(entry["value"]) > 2:
                    yield Found(*entry.span("value"), "kubernetes_secret", certain=True)
