"""Collects the secret values this machine knows (environment, `.env` files) and every form they may be written in."""

import base64
import html
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus, urlsplit

from tools.guard.secret_context import WORKING_DIRECTORIES, is_secret_name, is_strong
from tools.guard.secret_shapes import is_placeholder, is_reference

SHORTEST = 6
MAX_FOLDERS = 2_000
MAX_FILES = 100
MAX_BYTES = 262_144
EXAMPLES = (".example", ".sample", ".template", ".dist", ".tpl", ".j2", ".md")
SKIPPED = frozenset({".git", "node_modules", ".venv", "venv", "vendor", "__pycache__", ".terraform", "dist", "target"})
LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]\s*(.*)")


def secret_values(environment: Mapping[str, str], root: Path | None) -> frozenset[str]:
    """The values of secret variables, from `environment` and from the `.env` files under `root`."""
    values = set(_secret_among(environment.items()))
    for path in dotenv_files(root) if root else ():
        values.update(_secret_among(_assignments(path)))
    return frozenset(values)


def forms(value: str) -> Iterator[tuple[str, bool]]:
    """Every spelling of `value`, with whether the spelling is an encoding (whose neighbours belong to it)."""
    yield value, False
    for spelled in {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], html.escape(value)} - {value}:
        yield spelled, False
    go = json.dumps(value, ensure_ascii=False)[1:-1]
    for plain, escaped in (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")):  # as kubectl and others in Go print
        go = go.replace(plain, escaped)
    if go != value:
        yield go, False
    for spelled in {quote(value, safe=""), quote_plus(value), quote(value)} - {value}:
        yield spelled, False
    raw = value.encode("utf-8", "surrogateescape")
    yield raw.hex(), True
    yield raw.hex().upper(), True
    yield base64.b32encode(raw).decode().rstrip("="), True
    for shift in range(3):
        # The value may begin at any of three places within base64's groups; what its neighbours decide is cut off.
        encoded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        core = encoded[(0, 2, 3)[shift] : len(encoded) if (len(raw) + shift) % 3 == 0 else len(encoded) - 1]
        if len(core) >= 8:
            yield core, True
            if "+" in core or "/" in core:
                yield core.replace("+", "-").replace("/", "_"), True


def dotenv_files(root: Path) -> list[Path]:
    """The `.env` files under `root`, ignored by git or not, examples left out; bounded."""
    found: list[Path] = []
    folders = [str(root)]
    for count, folder in enumerate(folders):
        if count >= MAX_FOLDERS or len(found) >= MAX_FILES:
            break
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) and entry.name not in SKIPPED:
                folders.append(entry.path)
            elif is_dotenv(entry.name) and entry.is_file(follow_symlinks=False):
                found.append(Path(entry.path))
    return found


def is_dotenv(name: str) -> bool:
    """Whether a file called `name` holds environment variables with their values."""
    lowered = name.lower()
    return (lowered.startswith(".env") or lowered.endswith(".env") or lowered == ".envrc") and not lowered.endswith(
        EXAMPLES
    )


def _assignments(path: Path) -> Iterator[tuple[str, str]]:
    try:
        with path.open("rb") as stream:
            text = stream.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        if match:
            value = match[2].strip()
            quoted = re.match(r"([\"'])(.*?)\1", value)
            yield match[1], quoted[2] if quoted else value.split(" #")[0].strip()


def _secret_among(variables: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in variables:
        if len(value) < SHORTEST or is_placeholder(value) or is_reference(value):
            continue
        password = _url_password(value)
        if password and not is_placeholder(password) and len(password) >= SHORTEST:
            yield password
        if is_secret_name(name) and name.upper() not in WORKING_DIRECTORIES and not _is_path(value):
            yield value
            if "\n" in value or "\\n" in value:  # a key over several lines may be quoted in part
                yield from (line for line in re.split(r"\n|\\n", value) if len(line) >= 24 and is_strong(line))


def _url_password(value: str) -> str | None:
    try:
        return urlsplit(value).password
    except ValueError:
        return None


def _is_path(value: str) -> bool:
    return value.startswith("/") and Path(value).exists()
