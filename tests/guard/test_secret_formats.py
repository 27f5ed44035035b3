"""Formats of issuers, one line each, drawn at random from their shape; and what only looks like one."""

import base64
import random
import re
import uuid
from collections.abc import Callable

import pytest

from tools.guard.redact import Redactor

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ALPHABETS = {
    "a": LETTERS + LETTERS.upper() + "0123456789",
    "h": "0123456789abcdef",
    "l": LETTERS + "0123456789",
    "U": LETTERS.upper() + "0123456789",
    "d": "123456789",
}
# `a36` is 36 letters and digits, `h32` hexadecimal, `l`/`U` of one case, `d` digits, `u` a UUID. Assembled when the
# tests run, so that scanners of this repository find no secret in it.
SHAPES = {
    "aws older": "A3T{U17}",
    "aws mws": "amzn.mws.{u}",
    "aws appsync": "da2-{l26}",
    "google hmac": "GOOG1E{U55}",
    "google hmac, short": "GOOG{U20}",
    "azure storage": "{a76}+ASt{a6}==",
    "azure cosmos": "{a76}ACDb{a6}==",
    "azure search": "{a42}AzSe{a6}",
    "azure openai": "{a52}JQQJ99{a28}",
    "github server": "ghs_{a36}",
    "github refresh": "ghr_{a76}",
    "gitlab routable": "glpat-{a27}.01.{a9}",
    "gitlab runner": "glrt-{a20}",
    "gitlab ci": "glcbt-1a_{a20}",
    "slack rotation": "xoxe.xoxp-1-{a160}",
    "slack app": "xapp-1-A{U10}-{d13}-{h64}",
    "stripe restricted": "rk_live_{a24}",
    "stripe webhook": "whsec_{a32}",
    "mailgun, newer": "{h32}-{h8}-{h8}",
    "brevo": "xkeysib-{h64}-{a16}",
    "brevo smtp": "xsmtpsib-{h64}-{a16}",
    "docker organisation": "dckr_oat_{a32}",
    "nuget": "oy2{l43}",
    "openai": "sk-{a20}T3BlbkFJ{a20}",
    "openai service account": "sk-svcacct-{a60}",
    "anthropic admin": "sk-ant-admin01-{a93}",
    "openrouter": "sk-or-v1-{h64}",
    "langfuse": "sk-lf-{u}",
    "elevenlabs": "sk_{h48}",
    "cerebras": "csk-{l48}",
    "nvidia": "nvapi-{a64}",
    "pinecone": "pcsk_{a6}_{a63}",
    "tavily": "tvly-dev-{a32}",
    "firecrawl": "fc-{h32}",
    "fireworks": "fw_1{a24}",
    "e2b": "e2b_{h40}",
    "grafana cloud": "glc_{a95}=",
    "new relic licence": "{h36}NRAL",
    "honeycomb": "hcxik_{l58}",
    "sentry": "sntryu_{h64}",
    "dynatrace": "dt0c01.{U24}.{U64}",
    "vault batch": "hvb.{a90}",
    "vault, older": "s.A1{a22}",
    "doppler": "dp.st.prd.{a43}",
    "shopify": "shpat_{h32}",
    "heroku": "HRKU-AA{a58}",
    "age, post-quantum": "AGE-SECRET-KEY-PQ-1{U58}",
    "linear oauth": "lin_oauth_{h64}",
    "cloudflare global": "cfk_{a40}{h8}",
    "cloudflare user": "cfut_{a40}{h8}",
    "cloudflare account": "cfat_{a40}{h8}",
    "circleci project": "CCIPRJ_{a22}_{h40}",
    "octopus": "API-{U30}",
    "harness": "pat.{a22}.{h24}.{a20}",
    "dbt": "dbtc_{a40}",
    "infisical": "st.{h24}.{h32}.{h32}",
    "1password": "A3-{U6}-{U11}-{U5}-{U5}-{U5}",
    "posthog": "phx_{a43}",
    "atlas": "mdb_sa_sk_{a40}",
    "typeform": "tfp_{a44}_{a14}",
    "paypal": "access_token$production${l16}${h32}",
    "plaid": "access-production-{u}",
    "razorpay": "rzp_live_{a14}",
    "flutterwave": "FLWSECK-{h32}-X",
    "shippo": "shippo_live_{h40}",
    "lob": "live_{h35}",
    "frame.io": "fio-u-{a64}",
    "instagram": "IGQ{a120}",
    "twitch": "oauth:{l30}",
    "readme": "rdme_{l70}",
    "long random": "{a64}",
    "longer random": "{a86}",
}
CONTEXTS = {
    "odbc": "Server=x;Uid=sa;Pwd={};",
    "odbc, capitals": "DRIVER=x;UID=sa;PWD={};",
    "go mysql": "app:{}@tcp(db:3306)/shop",
    "oracle": "jdbc:oracle:thin:scott/{}@//db:1521/x",
    "ldap": "bindpw {}",
    "yaml": "password: {}",
    "yaml, capitals": "POSTGRES_PASSWORD: {}",
    "mailjet": "MJ_APIKEY_PRIVATE={}",
}
HARMLESS: tuple[Callable[[random.Random], str], ...] = (
    lambda lot: f'      "integrity": "sha512-{_b64(lot, 64)}",',
    lambda lot: f'  resolved "https://registry.yarnpkg.com/x/-/x-1.0.0.tgz#{lot.randbytes(20).hex()}"',
    lambda lot: f"    --hash=sha256:{lot.randbytes(32).hex()} \\",
    lambda lot: f"github.com/a/b v1.2.3/go.mod h1:{_b64(lot, 32)}",
    lambda lot: f'      "zh:{lot.randbytes(32).hex()}",',
    lambda lot: f"commit {lot.randbytes(20).hex()}",
    lambda lot: f"{lot.randbytes(4).hex()[:7]} Fix the build",
    lambda lot: f"image: ghcr.io/a/b@sha256:{lot.randbytes(32).hex()}",
    lambda lot: f"id: {uuid.UUID(int=lot.getrandbits(128), version=4)}",
    lambda lot: f"SHA256:{_b64(lot, 32).rstrip('=')} root@host (ED25519)",
    lambda lot: f"traceparent: 00-{lot.randbytes(16).hex()}-{lot.randbytes(8).hex()}-01",
    lambda lot: f'<img src="data:image/png;base64,iVBORw0KGgo{_b64(lot, 600)}">',
    lambda lot: f"app.{lot.randbytes(4).hex()}.chunk.js main-{lot.randbytes(10).hex()}.css",
    lambda lot: f"{lot.randbytes(16).hex()}-{lot.randrange(10**6)}.tar.gz",
)
MINIFIED = (
    '!function(e,t){"object"==typeof exports?module.exports=t():e.V=t()}(this,function(){return e.key===n.key});',
    "var o=a.getTokenFromStorage||function(t){return t.key===e.key&&t.password===e.pwd}",
    "r.map((token,i)=>0==i?token:token.replace(/^\\s+/,''))",
)


def _b64(lot: random.Random, count: int) -> str:
    return base64.b64encode(lot.randbytes(count)).decode()


def _drawn(shape: str, lot: random.Random) -> str:
    def piece(match: re.Match[str]) -> str:
        if match[1] == "u":
            return str(uuid.UUID(int=lot.getrandbits(128), version=4))
        return "".join(lot.choice(ALPHABETS[match[1]]) for _place in range(int(match[2])))

    return re.sub(r"\{([ahlUdu])(\d*)\}", piece, shape)


@pytest.mark.parametrize("name", SHAPES)
def test_a_token_of_this_shape_never_leaves(name: str) -> None:
    lot = random.Random(name)
    for _token in range(10):
        token = _drawn(SHAPES[name], lot)
        for frame in ("{}", "see {} there", '{{"x":"{}"}}', "- {}\n"):
            cleaned = Redactor().text(frame.format(token))
            assert "[REDACTED:" in cleaned, token
            assert token[-12:] not in cleaned, token


@pytest.mark.parametrize("name", CONTEXTS)
@pytest.mark.parametrize("value", ["Tr0ub4dor3x", "MySecret123", "hunter2password7"])
def test_a_value_in_this_place_never_leaves(name: str, value: str) -> None:
    assert value not in Redactor().text(CONTEXTS[name].format(value))


def test_keys_of_commercial_ssh_go_with_their_body() -> None:
    body = "P2/56wAAA" + "Zk3Jq9Xw7Lm2Rt8Vb5Nc1Hd6Gf4Ps0Ya"
    kind = "SSH2 ENCRYPTED PRIVATE" + " KEY"
    text = f'---- BEGIN {kind} ----\nComment: "x"\n{body}\n---- END {kind} ----\nafter'
    assert Redactor().text(text) == "[REDACTED:private_key]\nafter"


@pytest.mark.parametrize("number", range(len(HARMLESS)))
def test_digests_and_identifiers_stay(number: int) -> None:
    lot = random.Random(number)
    for _line in range(100):
        line = HARMLESS[number](lot)
        assert Redactor().text(line) == line


@pytest.mark.parametrize("text", MINIFIED)
def test_minified_code_stays(text: str) -> None:
    assert Redactor().text(text) == text


@pytest.mark.parametrize(
    "text", ["f" * 32 + "-0", "9f86d081884c7d659a2feaa0c55ad015-12", "a" * 40 + "-" * 9 + "b" * 40]
)
def test_a_digest_with_more_behind_it_is_no_reason_to_fail(text: str) -> None:
    assert Redactor().text(f"x {text}.js") == f"x {text}.js"
