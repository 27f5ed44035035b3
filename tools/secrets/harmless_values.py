"""What a value looks like that is no secret: samples, names, code, paths, digests, data."""

import base64
import binascii
import re
from pathlib import PurePosixPath

from tools.guard.secret_context import is_secret_name
from tools.guard.secret_shapes import entropy, is_code, is_placeholder, is_reference

LOCK_FILES = frozenset(
    {
        "package-lock.json", "npm-shrinkwrap.json", ".package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock",
        "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "Cargo.lock", "go.sum", "go.work.sum", "composer.lock",
        "Gemfile.lock", "mix.lock", "packages.lock.json", "gradle.lockfile", "verification-metadata.xml",
        ".terraform.lock.hcl", "deno.lock", "Podfile.lock", "pubspec.lock", "flake.lock", "Chart.lock",
    }
)  # fmt: skip
"""Full of checksums: only what has a certain form counts there."""
DATA = (".svg", ".map", ".ipynb", ".csv", ".tsv", ".po", ".pot", ".snap", ".min.js", ".min.css", ".geojson")
SOURCE = frozenset(
    {
        ".py", ".pyi", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", ".go", ".java", ".kt", ".rb",
        ".php", ".cs", ".rs", ".ex", ".exs", ".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".tcc", ".def", ".inc",
        ".td", ".x", ".m", ".mm", ".swift", ".scala", ".lua", ".pl", ".r", ".dart", ".vue", ".svelte",
    }
)  # fmt: skip
_SAMPLE_FILE = re.compile(r"\.(?:example|sample|template|dist|tpl|tmpl|j2)(?:\.|$)|^(?:example|sample)[.-]")
_SAYS_SAMPLE = re.compile(
    r"example|sample|dummy|placeholder|change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|with|this)|your[-_ ]|yours?$"
    r"|redacted|not[-_ ]?(?:a[-_ ]?)?(?:real|secret)|insert|fixme|xxxx|\*{3}|\.{3}$|…|to[-_ ]?be[-_ ]|lorem"
    r"|<[^>]+>|foobar|1234567|abcdefgh|deadbeef|0000000|goes[-_ ]?here|[-_]here$",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"(?i)(?:only[-_ ]?(?:4|for)[-_ ]?|change|replace|your|my|example|sample|dummy|fake|test|todo|insert|enter|put"
    r"|xxx|\*\*\*|\.\.\.|<)"
)
"""What people write where a secret is to be put."""
_STRONG = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z!#%&*^~?$@]).{10,}")
"""What a rule for passwords asks of people: whoever meets it chose `mySecretPass1!`, and did not leave a gap."""
_SAMPLE_TOKEN = re.compile(r"John Doe|\"sub\": ?\"1234567890\"|\"some\": ?\"payload\"")
"""The bodies of the tokens that every manual of JWT shows."""
_WORDS = re.compile(r"[^\W\d_]+(?:[-_ ./:'’][^\W\d_]+){1,}")
_PATH = re.compile(r"(?:[./~]|[A-Za-z]:\\|\w+/)[\w./~\\*{}$-]*")
_NAME = re.compile(
    r"_?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z]+\d*(?:_[a-z0-9]+)+|[a-z]+:[a-z]+|_[A-Za-z]\w*_[A-Za-z]\w*|#[a-z]+(?:-[a-z]+)*"
)
"""Variables, columns, permissions, members, anchors."""
_LONGEST_NAME = 40
_CAMEL = re.compile(r"[A-Za-z][a-z]+(?:[A-Z][a-z]+)+")
_DIGEST = re.compile(r"(?:sha\d*|md5|blake\w*)[-:][A-Za-z0-9+/=:-]+", re.IGNORECASE)
_NUMBER = re.compile(r"0x[0-9a-fA-F]{1,8}|[\^~<>=v ]*\d+(?:\.[\dx*]+){1,3}(?:-[a-z]+[.\d]*)?")
"""A constant in hexadecimal, or a range of versions."""
# Where code or a template will put the value, options of a command, addresses that hold no password.
_FILLED = re.compile(
    r"(?:\w+ )?(?:[{$].*|%\w?|@[a-z][\w.]*|@[\w.-]+:\d+/.*|.*[$#][({].*|.*\{\w*\}.*)|[\"').,].*|--?[a-z][a-z-]*=?"
    r"|id=.*|/\^.*"
    r"|[a-z][a-z+]*://[^@]*|:_?[A-Za-z]\w*|(?:\w+\.)+\w+:[A-Za-z_]\w*|\d?\*\w+|\w+(?:::\w+)+.*|(?:z|yup|joi|t|schema|types?|vol|sa|models?|fields?|serializers|forms"
    r"|graphene)\.[A-Za-z]+.*"
)
_CODE = re.compile(r"[\s{}()<>\\]|\$[({]|^\$|\$[A-Z0-9_]*$|[-_./:]\$[A-Za-z_]\w*$|^--|^%s|://(?!.*\d)")
"""What stands in expressions, templates and options, never in a secret that somebody typed."""
_EXPRESSION = re.compile(r"[!&*]{0,2}[A-Za-z_$][\w$]*(?:(?:\?\.|\.|::|->)[\w$]+)*[;,?]?")
_MORE_THAN_A_WORD = re.compile(r"\d.*[A-Za-z]|[A-Za-z].*\d|[A-Za-z][!#%&*^~?]|[!#%&*^~?][A-Za-z]")
_MIXED = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z]).{12,}")
FEWEST_OF_A_KEY = 40
"""Characters of base64 that the shortest private key has between its marks."""


_TRANSLATION = re.compile(
    r"(?i)(?:^|/)(?:lang|langs|locales?|i18n|l10n|translations?|messages)/|(?:^|/)[a-z]{2}(?:[-_][a-z]{2,4})?\.(?:json|ya?ml|ts|js)$"
)


def is_translation(path: str) -> bool:
    """Whether `path` holds what people read, in some language, under the names of fields."""
    return _TRANSLATION.search(path) is not None


def is_sample_file(path: str) -> bool:
    """Whether `path` is made to be copied and filled in."""
    return _SAMPLE_FILE.search(PurePosixPath(path).name.lower()) is not None


def says_sample(value: str) -> bool:
    """Whether the value itself says that it is an example, or is one character again and again."""
    # In a long random value three such letters may come by chance; a sample says it in a good part of itself.
    found = _SAYS_SAMPLE.search(value)
    if found is not None and (len(found[0]) >= 5 or len(value) < 24):
        return True
    core = re.sub(r"[^A-Za-z0-9]", "", value)
    return len(core) >= 12 and len(set(core[-max(8, len(core) // 2) :])) <= 3


def is_gap(value: str) -> bool:
    """Whether the value is what people write where a secret is to be put."""
    found = _GAP.match(value)
    return found is not None and (not found[0].isalpha() or _STRONG.fullmatch(value) is None)


def is_sample_token(value: str) -> bool:
    """Whether a JWT lacks its signature, or is the one that manuals show."""
    parts = value.split(".")
    if len(parts) < 3:
        return True
    try:
        body = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)).decode(errors="replace")
    except binascii.Error:
        return False
    return _SAMPLE_TOKEN.search(body) is not None


def is_empty_key(value: str) -> bool:
    """Whether nothing that could be a key stands between the marks of a private key."""
    body = re.sub(r"-{4,5}[^-]*-{4,5}|\\\[?\w*\]?|[^A-Za-z0-9+/]", "", value)
    return len(body) < FEWEST_OF_A_KEY or len(set(body)) < 8


def is_no_password(value: str) -> bool:
    """Whether a value that only its name calls a secret is a reference, a name, a path, a sentence or code."""
    return (
        is_placeholder(value)
        or is_reference(value)
        or any(shape.fullmatch(value) for shape in (_DIGEST, _NUMBER, _FILLED))
        or (len(value) < _LONGEST_NAME and _NAME.fullmatch(value) is not None)
        or _CODE.search(value) is not None
        or (value.count(" ") >= 2 and (value[-1] in ".?!:…" or not value.isascii()))
        or (is_secret_name(value) and value.isidentifier())
        or (_PATH.fullmatch(value) is not None and ("/" in value or "\\" in value) and entropy(value) < 4.2)
    )


def is_words(value: str) -> bool:
    """Whether the value is several words of letters alone."""
    return _WORDS.fullmatch(value) is not None


def is_expression(value: str) -> bool:
    """Whether an unquoted value of source code is a variable, a member or a call."""
    return _EXPRESSION.fullmatch(value) is not None or is_code(value)


def is_word_of_code(value: str) -> bool:
    """Whether a quoted value of source code is one more word, or a name in CamelCase."""
    return _MORE_THAN_A_WORD.search(value) is None or _CAMEL.fullmatch(value) is not None


def is_mixed(value: str) -> bool:
    """Whether the value has small and large letters and digits, and is long."""
    return _MIXED.match(value) is not None
