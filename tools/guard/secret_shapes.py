"""Tells what a string looks like: random, a digest everybody may see, a placeholder, or a reference."""

import math
import re
from collections import Counter
from itertools import pairwise

HEX_ONLY = re.compile(r"[0-9a-fA-F-]+")
REFERENCE = re.compile(
    r"\$\{?[A-Za-z_][\w.:?/-]*\}?|\${1,2}[({].*|\{\{.*|%\(?\w+[%)].*|<[^<>]*>|@\w[\w.]*\(.*|#\{.*|\[REDACTED.*|ENC\[.*"
    r"|!(?:Ref|Sub|GetAtt|If|Join|ImportValue|FindInMap|vault|reference|secret|env_var|Base64)\b.*"
    r"|(?:arn|vault|op|ssm|sops|file|secretsmanager|azurekeyvault|gcpsm|awssm|keyring):.*"
    r"|projects/.+/secrets/.+|(?:\.{0,2}/)(?:[a-z0-9._-]+/)+[a-z0-9._-]*",
    re.DOTALL,
)
CODE = re.compile(
    r"(?:var|local|data|module|secrets?|env|vars|process\.env|os\.environ|settings|config|cfg|conf|self|this|params|args|opts"
    r"|options|inputs|github|steps|needs|each|ctx|req|request|response|event|props|random_\w+|aws_\w+|google_\w+"
    r"|azurerm_\w+|kubernetes_\w+|vault_\w+)\.[A-Za-z_\[].*|[A-Za-z_][\w.]*[(\[].*",
    re.DOTALL,
)
# What everybody writes where a secret will be, and the defaults of local test services.
# fmt: off
PLACEHOLDERS = frozenset({
    "password", "passwd", "pass", "pwd", "secret", "token", "key", "test", "testing", "tests", "example", "sample",
    "dummy", "fake", "mock", "changeme", "changethis", "change-this", "changeit", "secretstr", "change-me",
    "change_me", "change", "replaceme", "replace-me", "placeholder", "default", "none", "null", "nil", "undefined",
    "true", "false", "yes", "no", "on", "off", "empty", "redacted", "hidden", "masked", "removed", "omitted",
    "required", "optional", "string", "str", "int", "integer", "bool", "boolean", "bytes", "any", "object", "text",
    "number", "float", "uuid", "postgres", "postgresql", "mysql", "mariadb", "mongo", "mongodb", "redis", "rabbitmq",
    "root", "admin", "administrator", "user", "username", "guest", "app", "minio", "minioadmin", "docker", "local",
    "localhost", "dev", "development", "prod", "production", "staging", "public", "private", "write", "read",
    "inherit", "admin123", "password123", "yourpassword", "your-password", "your_password", "yourtoken",
    "your-token", "your_token", "your-secret", "your_secret", "your-api-key", "your_api_key", "yourapikey",
    "my-secret", "my_secret", "mysecret", "my-password", "my_password", "mypassword", "xxx", "todo", "tbd", "n/a",
    "bearer", "basic", "digest", "oauth", "jwt", "aws", "gcp", "azure", "invalid", "expired", "missing", "unknown",
    "valid",
})
# fmt: on
DULL = re.compile(
    r"v?\d+(?:\.\d+)+[\w.+-]*|\d{4}-\d\d-\d\d[T\d:.Z+-]*|\d+(?:ms|s|m|h|d|k|kb|mb|gb|%|px)?|(?i:x+|\*+|\.+|-+|_+|•+)"
    r"|(?:x{3,}|\*{3,}|your|my|the|some|insert|enter|put)[-_ ].{0,60}|.{0,8}\*{3,}.{0,8}",
    re.IGNORECASE,
)
HARMLESS_BEFORE = re.compile(
    r"(?:sha-?\d*|md5|digest|checksums?|integrity|hash(?:es)?|h1|zh|etag|fingerprint|commit|rev(?:ision)?|tree|blob"
    r"|(?:request|trace|span|version|correlation|build|run|job|deployment|image|layer|container|resource|message|operation)"
    r"[-_ ]?id|ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-\S+@openssh\.com|base64|cursor|page|resolved|href|src"
    r"|public[-_ ]?key|certificate[\w-]*|x-amz-id-2|nonce)[\"']?[\s:=@/#,-]{1,6}[\"']?$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]{4,}")
_PIECE = re.compile(r"[A-Z][a-z]+\d*|[a-z]+\d*|[A-Z]+\d*|\d+")
PUBLIC_PREFIX = re.compile(
    r"sha(?:1|224|256|384|512)[-_:=]|AAAA[BCE][23]|MII[A-Za-z0-9+/]{3}CC|MIIBIjAN|MIGf|MFkw|ssh-"
)


def is_reference(value: str) -> bool:
    """Whether `value` only says where the secret is, or names code that fetches it."""
    return REFERENCE.fullmatch(value) is not None


def is_code(value: str) -> bool:
    """Whether an unquoted `value` is an expression that fetches the secret."""
    return CODE.fullmatch(value) is not None


def is_placeholder(value: str) -> bool:
    """Whether `value` is one of the words people write where a secret will be."""
    word = value.strip().lower()
    return len(word) < 3 or word in PLACEHOLDERS or DULL.fullmatch(word) is not None


def is_mixed(value: str) -> bool:
    """Whether `value` mixes kinds of characters as no ordinary word does."""
    kinds = (
        any(char.islower() for char in value)
        + any(char.isupper() for char in value[1:])
        + any(char.isdigit() for char in value)
        + any(not char.isalnum() and char not in "-_. /" for char in value)
    )
    return kinds >= 2


def entropy(value: str) -> float:
    """Shannon entropy in bits a character."""
    return -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values())


def looks_random(token: str) -> bool:
    """Whether a token that stands alone can only have been drawn by lot (not hexadecimal: digests are)."""
    core = token.strip("=-_/+")
    if not 28 <= len(core) <= 300 or HEX_ONLY.fullmatch(core):
        return False
    digits = sum(char.isdigit() for char in core)
    if (
        not digits
        or core.islower()
        or core.isupper()
        or core.count("/") > len(core) // 10
        or core.count("-") > len(core) // 8
    ):
        return False
    kinds = [0 if char.isdigit() else 1 if char.islower() else 2 if char.isupper() else 3 for char in core]
    changes = sum(left != right for left, right in pairwise(kinds))
    words = len(_WORD.findall(core))  # identifiers are made of words, chance rarely makes three of them
    if words > max(2, len(core) // 14) or changes < 0.38 * len(core) or entropy(core) < 4.1:
        return False
    return not _is_identifier(core)


def _is_identifier(core: str) -> bool:
    """Whether the pieces of a token are as long as those of a name such as `X509_STORE_CTX_set_verify_cb`.

    Of tokens that were drawn by lot this takes fewer than one in two hundred.
    """
    pieces = _PIECE.findall(core)
    mean = sum(map(len, pieces)) / len(pieces)
    named = core.count("_") >= 3 and not any(sign in core for sign in "-+/")
    return mean >= (2.7 if named else 3.7)


def is_public(text: str, start: int, token: str) -> bool:
    """Whether the token at `start` is a digest, a public key or an identifier, as its prefix or context says."""
    return PUBLIC_PREFIX.match(token) is not None or HARMLESS_BEFORE.search(text, max(0, start - 40), start) is not None
