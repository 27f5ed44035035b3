"""Finds the values of Kubernetes Secrets in YAML and JSON, whatever their keys."""

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
