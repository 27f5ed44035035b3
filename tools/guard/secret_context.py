"""Finds secrets by what stands before them: assignments, headers, flags, URLs with credentials."""

import base64
import binascii
import re
from collections.abc import Iterator

from tools.guard.found_secret import Found
from tools.guard.secret_commands import COMMANDS, PGPASS, PGPASS_HINTS
from tools.guard.secret_shapes import is_code, is_mixed, is_placeholder, is_reference

# Lower-case pieces, one of which every name of a secret contains: the cheap first look at a text.
STEMS = (
    "pass", "pwd", "secret", "token", "key", "auth", "cred", "jwt", "cookie", "sig=", "signature", "sessionid", "hook",
    "identified by", "bearer", "basic ", " -u", " -p", " -a", "mdp", "jeton", "secrète", "vault ", "from-literal",
    "secure", " -w", "bindpw", "rootpw", "@tcp(", "oracle:",
)  # fmt: skip
# English and French.
_PASSWORD = (
    r"pass(?:word|wd|phrase|code)|pwd|mots?[ _-]de[ _-]passe|motdepasse|(?<![a-z])mdp"  # noqa: S105
    r"|(?<![a-z])(?-i:pass|PASS|Pass)|requirepass|masterauth"
)
_OTHER = (
    r"secret|token|credential|jwt|jeton|cl(?:e|é)[ _-](?:api|secr(?:e|è)te|priv(?:e|é)e)|(?<![a-z])auth"
    r"|(?:api|access|secret|private|encryption|signing|signature|master|account|storage|shared|license|session|service"
    r"|admin|deploy|consumer|subscription|function|host|hmac|aes|crypto|root|application|ingest|ingestion|integration"
    r"|app|instrumentation|routing|webhook|client|auth|jwt|primary|secondary|publish|agent|machine)[_. -]?key"
    r"|secret[_-]?(?:str|string|binary|value|text|data)|key[_-]?data|key[_-]?base|sessionid|connect\.sid|sas[_-]?url"
)
WORKING_DIRECTORIES = frozenset({"PWD", "OLDPWD"})
_PLACE = re.compile(r"/|~|[A-Za-z]:\\|\$|\.")  # what they hold; a connection string calls its password PWD too
_SUFFIX = (
    r"(?:s|[_.-]?(?:\d{1,3}|v\d|prod|production|staging|dev|live|old|new|primary|secondary|current|previous|value"
    r"|plain|plaintext|b64|base64|encoded|private))?"
)
ASSIGNMENT = re.compile(
    rf"(?i)(?P<stem>(?P<password>{_PASSWORD})|{_OTHER}){_SUFFIX}(?P<close>\\{{0,7}}[\"'`]?\]?)"
    r"(?:(?P<sep>[ \t]{0,20}(?:=>|:=|={1,3}|:)[ \t]{0,8}|[ \t]*,[ \t]*(?=[\"'])|\([ \t]*(?=[\"'])|>"
    r"|[ \t]+(?:is|was|est)[ \t:]{1,3})|(?P<space>[ \t]{1,8}))"
    r"(?:(?P<quote>\\{0,7}[\"'`])(?P<quoted>[^\n]{1,4000}?)(?P=quote)|(?P<bare>[^\s\"'`,;<>|\\(){}\[\]](?:[^\s\"'`,;<>|\\]|\\(?![nrt\"'])){0,4000})"
    r"|(?P<open>[\[{$(<]))"
)
_KEY_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$/[]\"'\\-")
LINE_START = re.compile(r"(?:^|\n|\\n)[ \t]*(?:[-+*>#|][ \t]*|export |set |env |ENV |ARG |\d+[:|] ?|\"|'|\\\"){0,4}$")
_DOTTED_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_UNBROKEN = re.compile(r"[^\s\"']{1,4000}")
HEADER = re.compile(
    r"(?i)(?P<name>(?:proxy-)?authorization|x-(?:api|auth|access|amz-security|vault|gitlab|consul|goog|csrf|registry)-?(?:key|token|auth)"
    r"|private-token|job-token|api-key|set-cookie|cookie)(?P<sep>[\"']?\s{0,4}[:=]\s{0,4}[\"']?)"
    r"(?P<value>(?:(?:bearer|basic|token|digest|apikey|negotiate|aws4-hmac-sha256)\s{1,4})?[^\s\"'\\][^\n\"'\\]{0,4000})"
)
_NAMED = rf"(?:(?P<password>{_PASSWORD})|{_OTHER}){_SUFFIX}[\"']?"
LATER_VALUES = (
    re.compile(rf"(?i){_NAMED}[ \t]*=[ \t]*[^\n]{{1,400}}?[ \t]->[ \t]*\"(?P<value>[^\"\n]{{3,2000}})\""),
    re.compile(
        rf"(?i)variable\s+\"[\w-]{{0,80}}?{_NAMED}\s*\{{[^{{}}]{{0,600}}?default\s*=\s*\"(?P<value>[^\"\n]{{3,2000}})\""
    ),
    re.compile(
        rf"(?im){_NAMED}[ \t]*:[ \t]*[|>][+-]?\d?[ \t]*\n"
        r"[ \t]+(?P<value>[^\n]{3,4000}(?:\n[ \t]+[^\n]{1,4000}){0,60})"
    ),
)
SCHEME = re.compile(r"(?i)\b(?:bearer|basic)[ +]{1,4}(?P<value>[A-Za-z0-9._~+/=-]{8,4000})")
URL_CREDENTIALS = re.compile(r"://(?P<user>[^\s/:@\"'<>?#]{0,200}):(?P<value>[^\s/\"'<>]{1,400}?)@(?=[\w.\[$%{-])")
URL_USER_TOKEN = re.compile(r"://(?P<value>[A-Za-z0-9_.~%+-]{20,400})@(?=[\w.-])")
QUERY = re.compile(
    r"(?i)[?&;](?:sig|signature|x-amz-(?:signature|security-token|credential)|x-goog-(?:signature|credential)|code|key|pass|auth|"
    r"client_assertion|assertion|sas|access)=(?P<value>[^\s&\"'<>#;]{8,4000})"
)
JWK = re.compile(r"\"(?:d|p|q|dp|dq|qi|k)\"\s*:\s*\"(?P<value>[A-Za-z0-9_-]{20,2000})\"")
NAME_VALUE = re.compile(
    rf"(?i)(?:name|key|parameterkey)[\"']?\s*[:=]\s*[\"']?[\w./-]{{0,80}}?(?:(?P<password>{_PASSWORD})|{_OTHER}){_SUFFIX}"
    r"[\"']?\s*,?\s*[\"']?(?:value|parametervalue|default)[\"']?\s*[:=]\s*"
    r"(?P<quote>[\"']?)(?P<value>[^\n\"']{3,2000}?)(?P=quote)\s*(?=[\n,}/>]|$)"
)


def by_context(text: str) -> Iterator[Found]:
    """Every secret in `text` that its surroundings give away."""
    if "://" in text and "@" in text:
        yield from _in_urls(text)
    if any(hint in text for hint in PGPASS_HINTS):
        for match in PGPASS.finditer(text):
            yield from _plain(match, "credential_argument")
    lowered = text.lower()
    if not any(stem in lowered for stem in STEMS):
        return
    yield from _in_assignments(text)
    yield from _in_headers(text)
    if '"kty"' in text:
        yield from (Found(*match.span("value"), "private_key", certain=True) for match in JWK.finditer(text))
    for pattern in (QUERY, *COMMANDS):
        for match in pattern.finditer(text):
            if pattern is not QUERY or is_strong(match["value"]):
                yield from _plain(match, "credential_argument")


def _in_assignments(text: str) -> Iterator[Found]:
    for match in ASSIGNMENT.finditer(text):
        yield from _assigned(text, match)
    for pattern in (NAME_VALUE, *LATER_VALUES):
        for match in pattern.finditer(text):
            if _kept(match["value"], password=bool(match["password"]), structural=True):
                yield Found(*match.span("value"), "assigned_secret", is_strong(match["value"]))


def _in_urls(text: str) -> Iterator[Found]:
    for match in URL_CREDENTIALS.finditer(text):
        yield from _plain(match, "url_credentials")
    for match in URL_USER_TOKEN.finditer(text):
        if is_strong(match["value"]):
            yield from _plain(match, "url_credentials")


def _in_headers(text: str) -> Iterator[Found]:
    for match in HEADER.finditer(text):
        value = match["value"].rstrip(" ,;)}")
        if not is_reference(value.rpartition(" ")[2]) and len(value) >= 6 and _credential(value):
            start = match.start("value")
            yield Found(start, start + len(value), "credential_header", certain=is_strong(value))
    for match in SCHEME.finditer(text):
        value = match["value"]
        basic = match[0][:5].lower() == "basic" and _is_basic(value)
        if basic or (is_mixed(value) and any(map(str.isdigit, value))):
            yield Found(*match.span("value"), "credential_header", certain=True)


def is_secret_name(name: str) -> bool:
    """Whether a variable or field called `name` holds a secret."""
    return re.search(rf"(?i)(?:{_PASSWORD}|{_OTHER}){_SUFFIX}$", name) is not None


def keeps_secret(name: str, value: str) -> bool:
    """Whether the field `name` holds a secret in `value` (not a reference, a placeholder or a switch)."""
    password = re.search(rf"(?i)(?:{_PASSWORD}){_SUFFIX}$", name) is not None
    if name.lower() in {"auth", "_auth"}:
        return _is_basic(value) or is_strong(value)
    return is_secret_name(name) and _kept(value, password=password, structural=True)


def is_strong(value: str) -> bool:
    """Whether `value` is no word: long enough and mixed enough that only a real secret looks so."""
    return len(value) >= 8 and is_mixed(value) and not is_placeholder(value) and not is_reference(value)


def _assigned(text: str, match: re.Match[str]) -> Iterator[Found]:
    quoted = match["quoted"] is not None
    value = match["quoted"] if quoted else match["bare"]
    if value is None:
        return
    start, _end = match.span("quoted" if quoted else "bare")
    key_at = _key_start(text, match.start())
    separator, password = match["sep"], bool(match["password"])
    if text[key_at : match.end("stem")].strip("\"'").upper() in WORKING_DIRECTORIES and _PLACE.match(value):
        return
    if separator == ":" and text[key_at - 1 : key_at] == ":":
        return  # one part of an identifier such as an ARN
    if separator == ":" and text[max(0, key_at - 2) : key_at] == "${" and value.startswith("?"):
        return  # `${PASSWORD:?}` of a shell or of compose: what is said when it is missing, and no value
    structural = quoted or separator == "=" or LINE_START.search(text, max(0, key_at - 80), key_at) is not None
    if separator is None:
        # `requirepass x`, `--token x`, `ENV TOKEN x`; in prose a space says nothing.
        flag = "--" in text[key_at : match.start()] or text[max(0, key_at - 4) : key_at] == "ENV "
        if not flag and match["stem"].lower() not in {"requirepass", "masterauth"}:
            return
        structural = password
    elif separator.strip(" \t:") in {",", "(", "is", "was", "est"} and not is_strong(value.rstrip(".!")):
        return
    if not quoted:
        value = _bare_value(text, start, value, key_at, match)
    if value and _kept(value, password=password, structural=structural):
        yield Found(start, start + len(value), "assigned_secret", certain=is_strong(value))


def _key_start(text: str, at: int) -> int:
    start = at
    while start > 0 and at - start < 80 and text[start - 1] in _KEY_CHARACTERS:
        start -= 1
    return start


def _bare_value(text: str, start: int, value: str, key_at: int, match: re.Match[str]) -> str | None:
    """Where an unquoted value really ends; None when it is code and no value."""
    value = value.rstrip(".):]}&?!")
    if match["sep"] == "=" and text[key_at - 1 : key_at] in {"?", "&"}:  # one parameter of a query
        return value.partition("&")[0]
    line_starts = LINE_START.search(text, max(0, key_at - 80), key_at) is not None
    variable = line_starts and text[key_at : match.start("sep")].isupper()
    if match["sep"] == "=" and variable:
        # KEY=value of a dotenv file: everything up to the next blank is the value, punctuation too.
        whole = _UNBROKEN.match(text, start)
        return whole[0] if whole else value
    after = text[start + len(value) : start + len(value) + 1]
    keyword_argument = after in {",", ")", "("} and value.isidentifier() and not any(map(str.isdigit, value))
    # `self.key_password = key_password`, `_tokens: OAuthToken`: a name, not a value.
    dotted = _DOTTED_NAME.fullmatch(value) is not None and not any(map(str.isdigit, value))
    name = dotted and not variable and is_secret_name(value)
    return None if keyword_argument or name or is_code(value) else value


def _kept(value: str, *, password: bool, structural: bool) -> bool:
    if value.isdigit():
        return password and len(value) >= 6
    if len(value) < 4 or is_placeholder(value) or is_reference(value) or value.startswith(("[REDACTED", "***")):
        return False
    if " " in value and not password and not is_strong(value.replace(" ", "")):
        return False  # a sentence
    if is_mixed(value):
        return len(value) >= 6 or structural
    # Only words: for a password that is enough when it is plainly one; a token or key would not be a word.
    return structural and " " not in value and len(value) >= (4 if password else 24)


def _plain(match: re.Match[str], rule: str) -> Iterator[Found]:
    value = match["value"]
    if not is_placeholder(value) and not is_reference(value) and not value.startswith(("$", "{", "[", "<", "%")):
        yield Found(*match.span("value"), rule, certain=is_strong(value))


def _credential(value: str) -> bool:
    head, _, rest = value.partition(" ")
    if rest and head.lower() in {"bearer", "basic", "token", "digest", "apikey", "negotiate", "aws4-hmac-sha256"}:
        return is_mixed(rest) or len(rest) >= 20
    return is_mixed(value) and any(map(str.isdigit, value))


def _is_basic(value: str) -> bool:
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return b":" in decoded[1:] and all(32 <= byte < 127 for byte in decoded)
