"""Says which finds are no secrets: samples, references, digests, public keys, names and code."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tools.guard.found_secret import Found
from tools.guard.secret_context import is_secret_name
from tools.guard.secret_search import find_secrets
from tools.guard.secret_shapes import entropy, is_code, is_placeholder, is_reference
from tools.secrets.false_positives import LOCK_FILES

# What only a context or the look of a token told: a value that is shaped like an issuer's token needs no context.
BY_CONTEXT = frozenset(
    {"assigned_secret", "credential_argument", "credential_header", "random_token", "url_credentials"}
)
_SAMPLE = re.compile(r"\.(?:example|sample|template|dist|tpl|tmpl)(?:\.|$)|^(?:example|sample)[.-]")
_SAYS_SAMPLE = re.compile(
    r"example|sample|dummy|placeholder|change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|with|this)|your[-_ ]|yours?$"
    r"|redacted|not[-_ ]?(?:a[-_ ]?)?(?:real|secret)|insert|fixme|xxxx|\*{3}|\.{3}$|…|to[-_ ]?be[-_ ]|lorem"
    r"|<[^>]+>|foobar|1234567|abcdefgh|deadbeef|0000000|goes[-_ ]?here|[-_]here$",
    re.IGNORECASE,
)
# Fields whose name speaks of a key or token and whose value everybody may read.
_PUBLIC_NAME = re.compile(
    r"(?:public|publishable|pub)[-_ ]?key|key[-_ ]?(?:id|name|path|file|type|size|length|arn|alias|usage|ring|prefix"
    r"|vault|bindings?|code|word|frame|space|map)|(?:secret|token|password|auth|credential)s?[-_ ]?(?:name|path|file"
    r"|arn|ref|id|type|url|uri|endpoint|class|version|length|expir\w*|ttl|field|policy|method|mode|manager|store|mount|header"
    r"|prefix|lifetime|algorithm|provider|scopes?|audience|issuer|hint|label|reset\w*|min\w*|max\w*)|primary[-_ ]?key"
    r"|foreign[-_ ]?key|partition[-_ ]?key|sort[-_ ]?key|cache[-_ ]?key|(?:hash|range|object|route|group|shard|dedup\w*"
    r"|idempotency|i18n|translation|lookup|index|s3|row)[-_ ]?key",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[A-Za-z]+(?:[-_ ./:][A-Za-z]+){1,}")
_PATH = re.compile(r"(?:[./~]|[A-Za-z]:\\|\w+/)[\w./~\\*{}$-]*")
_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_DIGEST = re.compile(r"(?:sha\d*|md5|blake\w*)[-:][A-Za-z0-9+/=:-]+", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32,128}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Where code or a template will put the value, options of a command, addresses that hold no password.
_FILLED = re.compile(
    r"(?:\w+ )?(?:[{$].*|%\w?|@[a-z][\w.]*|.*[$#][({].*|.*\{\w*\}.*)|[\"').,].*|--?[a-z][a-z-]*=?|id=.*|[a-z][a-z+]*://[^@]*"
)
_CAMEL = re.compile(r"[A-Za-z][a-z]+(?:[A-Z][a-z]+)+")
_CODE_SUFFIXES = frozenset({
    ".py", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".vue", ".go", ".rs", ".java", ".kt", ".cs", ".rb", ".php", ".ex",
    ".exs", ".swift", ".scala", ".c", ".h", ".cpp",
})  # fmt: skip
_CALL = re.compile(r"\w+(?:::\w+)+.*")
# Values that services publish beside their name.
_PUBLISHED = re.compile(r"ENC\[AES256_GCM|site-verification|sops_|-----BEGIN CERTIFICATE")
_LOOPBACK = re.compile(r"@(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal|0\.0\.0\.0)\b")
_TYPE = re.compile(r"(?:z|yup|joi|t|schema|types?|vol|sa|models?|fields?|serializers|forms|graphene)\.[A-Za-z]+.*")


def genuine(path: str, text: str) -> Iterator[Found]:
    """The finds in `text`, the content of `path`, that nothing speaks against. Pure."""
    for found in find_secrets(text):
        start = text.rfind("\n", 0, found.start) + 1
        end = text.find("\n", found.start)
        line = text[start : end if end >= 0 else len(text)]
        if not is_doubtful(path, line, found.start - start, text[found.start : found.end], found):
            yield found


def is_doubtful(path: str, line: str, column: int, value: str, found: Found) -> bool:
    """Whether `value`, found in `line` at `column`, is no secret after all. Pure."""
    # A publishable key is what pages show to everybody.
    if _says_sample(value) or _is_monotonous(value) or value.startswith(("pk_live_", "pk_test_")):
        return True
    if found.rule not in BY_CONTEXT:
        return found.rule == "jwt" and value.count(".") < 2
    if PurePosixPath(path).name in LOCK_FILES and found.rule != "url_credentials":
        return True
    if found.rule == "url_credentials":
        # A service of this machine, with the password everybody gives it.
        same = line[:column].endswith(f"//{value}:")
        return not found.certain and (same or _LOOPBACK.search(line, column) is not None)
    return _in_context(path, line, column, value.strip("\"'`,; "), found)


def _in_context(path: str, line: str, column: int, bare: str, found: Found) -> bool:
    before = line[max(0, column - 60) : column]
    return (
        (_SAMPLE.search(PurePosixPath(path).name.lower()) is not None and not found.certain)
        or is_placeholder(bare)
        or is_reference(bare)
        or _PUBLIC_NAME.search(_field(before)) is not None
        or any(shape.fullmatch(bare) for shape in (_NAME, _DIGEST, _TYPE, _CALL, _FILLED))
        or _PUBLISHED.search(line, 0, column) is not None
        or _is_sentence(bare)
        or (is_secret_name(bare) and bare.isidentifier())
        or (PurePosixPath(path).suffix in _CODE_SUFFIXES and _CAMEL.fullmatch(bare) is not None)
        or (_WORDS.fullmatch(bare) is not None and not _is_password(before))
        or (_PATH.fullmatch(bare) is not None and ("/" in bare or "\\" in bare) and entropy(bare) < 4.2)
        or (found.rule == "random_token" and any(shape.fullmatch(bare) for shape in (_HEXADECIMAL, _UUID)))
        or (is_code(bare) and not found.certain)
    )


def _field(before: str) -> str:
    """The last name that stands before a value."""
    names = re.findall(r"[A-Za-z][\w. -]*", before)
    return names[-1].strip() if names else ""


def _is_password(before: str) -> bool:
    return re.search(r"(?i)pass(?:word|wd|phrase)?\b|pwd|mot_?de_?passe|mdp", _field(before)) is not None


def _says_sample(value: str) -> bool:
    # In a long random value three such letters may come by chance; a sample says it in a good part of itself.
    found = _SAYS_SAMPLE.search(value)
    return found is not None and (len(found[0]) >= 5 or len(value) < 24)


def _is_sentence(value: str) -> bool:
    return value.count(" ") >= 2 and (value[-1] in ".?!:…" or not value.isascii())


def _is_monotonous(value: str) -> bool:
    core = re.sub(r"[^A-Za-z0-9]", "", value)
    return len(core) >= 12 and len(set(core[-max(8, len(core) // 2) :])) <= 3
