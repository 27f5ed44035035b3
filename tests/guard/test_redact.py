"""Redaction: every kind of secret goes, in every encoding and by every route; digests and references stay."""

import base64
import bz2
import gzip
import lzma
import random
import shutil
import subprocess
import time
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.guard.redact import Redactor
from tools.guard.redact_stream import RedactingStream
from tools.guard.secret_values import secret_values

# Assembled from pieces, so that scanners of this repository (ours included) find no secret in it.
G = "Zk3Jq9Xw7Lm2Rt8Vb5Nc1Hd6Gf4Ps0Ya"
HEX32 = "9f86d081884c7d659a2feaa0c55ad015"
PEM_BODY = "\n".join("MIIEpAIBAAKCAQEA7bq3Zk" + G[index:] + G[:index] + "x9Qw" for index in range(6))
PEM = f"-----BEGIN RSA PRIVATE{' '}KEY-----\n{PEM_BODY}\n-----END RSA PRIVATE{' '}KEY-----"
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N" + "_XgL0n3I9PlFUP0THsR8U"

TOKENS = {
    "aws": "AKIA" + "IOSFODNN7EXAMPLE",
    "aws_sts": "ASIA" + "Y34FZKBOKMUTVV7A",
    "github": "ghp_" + G + "Q1w2",
    "github_fine": "github_pat_" + "11ABCDEFG0" + G + "_" + G + G[:17],
    "gitlab": "glpat-" + G[:20],
    "slack": "xoxb-" + "123456789012-123456789012-" + G[:24],
    "slack_hook": "https://hooks.slack.com/services/" + "T00000000/B00000000/" + G[:24],
    "stripe": "sk_live_" + G[:24],
    "npm": "npm_" + G + "Ab12",
    "pypi": "pypi-" + "AgEIcHlwaS5vcmc" + G + G,
    "google": "AIza" + "Sy" + G + "x",
    "google_oauth": "ya29." + "a0Af" + G,
    "azure": "AbC8Q~" + G + "ab",
    "sendgrid": "SG." + G[:22] + "." + G + G[:11],
    "vault": "hvs." + G,
    "digitalocean": "dop_v1_" + HEX32 + HEX32,
    "openai": "sk-" + "proj-" + G + G,
    "anthropic": "sk-ant-" + "api03-" + G + G,
    "huggingface": "hf_" + G + "ab",
    "docker": "dckr_pat_" + G[:27],
    "terraform": G[:14] + ".atlasv1." + G + G,
    "twilio": "SK" + HEX32,
    "jwt": JWT,
    "discord": "MTk4NjIyNDgzNDcxOTI1MjQ4" + ".Cl2FMQ." + "ZnCjm1XVW7vRze4b7Cq4se7kKWs",
    "telegram": "110201543:AA" + "HdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1",
    "databricks": "dapi" + HEX32,
    "grafana": "glsa_" + G + "_0a1b2c3d",
    "age": "AGE-SECRET-KEY-1" + "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE",
    "airtable": "pat" + G[:14] + "." + HEX32 + HEX32,
    "mailgun": "key-" + HEX32,
    "bcrypt": "$2b$12$" + "EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW",
    "random": G + "uQ7e",
}
P = "Tr0ub4dor&3x"
PADDING = b"\n" + b"".join(b"line %d of a longer file\n" % number for number in range(40))
BASIC = base64.b64encode(f"bob:{P}".encode()).decode()
KEY_DATA = base64.b64encode(PEM.encode()).decode()
W = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"
CONTEXTS = {  # text with the secret that must not survive
    "env": (f"DB_PASSWORD={P}", P),
    "env_word": ("DB_PASSWORD=correcthorsebattery", "correcthorsebattery"),
    "export": (f"export API_KEY='{P}'", P),
    "yaml": (f"db:\n  password: {P}\n", P),
    "yaml_word": ("  password: correcthorse\n", "correcthorse"),
    "json": (f'{{"user":"x","password":"{P}"}}', P),
    "json_in_json": (f'{{"body":"{{\\"password\\":\\"{P}\\"}}"}}', P),
    "toml": (f'api_token = "{P}"', P),
    "camel": (f'clientSecret: "{P}"', P),
    "aws": (f"aws_secret_access_key = {W}", W),
    "sts": (f'"SecretAccessKey": "{W}"', W),
    "flag": (f"deploy --password {P} --verbose", P),
    "flag_eq": (f"deploy --api-key={P}", P),
    "curl": (f"curl -s -u admin:{P} https://x", P),
    "mysql": (f"mysql -uroot -p{P} db", P),
    "sshpass": (f"sshpass -p {P} ssh host", P),
    "redis": (f"redis-cli -a {P} ping", P),
    "url": (f"postgres://app:{P}@db:5432/app", P),
    "redis_url": (f"redis://:{P}@cache:6379/0", P),
    "url_token": (f"https://{G}@github.com/acme/x.git", G),
    "jdbc": (f"jdbc:postgresql://db/x?user=a&password={P[:9]}1&ssl=true", P[:9] + "1"),
    "odbc": (f"Server=db;User Id=sa;Password={P};Encrypt=true", P),
    "azure": (f"AccountName=x;AccountKey={W}{W}==;EndpointSuffix=core", W + W),
    "bearer": (f"Authorization: Bearer {G}", G),
    "basic": ("authorization: Basic " + BASIC, BASIC),
    "xapikey": (f"x-api-key: {G[:20]}", G[:20]),
    "cookie": (f"Set-Cookie: sid={G}; HttpOnly", G),
    "netrc": (f"machine x login bob password {P}", P),
    "pgpass": (f"db.internal:5432:app:app:{P}", P),
    "npmrc": (f"//registry.example/:_authToken={G[:16]}", G[:16]),
    "sql": (f"ALTER USER bob IDENTIFIED BY '{P}';", P),
    "redisconf": (f"requirepass {P}", P),
    "sas": (f"https://x.blob.core.windows.net/c?sv=2024&sig={quote(W, safe='')}", W[:20]),
    "presigned": (f"https://s3/x?X-Amz-Signature={HEX32}{HEX32}", HEX32 + HEX32),
    "k8s_env": (f"- name: DB_PASSWORD\n  value: {P}\n", P),
    "k8s_env_json": (f'{{"name":"DB_PASSWORD","value":"{P}"}}', P),
    "k8s_secret": ("kind: Secret\ndata:\n  notes: c29tZXRoaW5nIHByaXZhdGU=\n", "c29tZXRoaW5nIHByaXZhdGU="),
    "k8s_secret_json": ('{"kind":"Secret","data":{"notes":"c29tZXRoaW5n"}}', "c29tZXRoaW5n"),
    "kubeconfig": ("    client-key-data: " + KEY_DATA, KEY_DATA[60:200]),
    "kube_token": (f"    token: {G}", G),
    "docker": ('"auths":{"ghcr.io":{"auth":"' + BASIC + '"}}', BASIC),
    "rails": (f"secret_key_base: {HEX32}{HEX32}", HEX32),
    "django": (f"SECRET_KEY = '{G}'", G),
    "pem": (f"before\n{PEM}\nafter", PEM_BODY.split("\n")[3]),
    "pem_escaped": ('"private_key": "' + PEM.replace("\n", "\\n") + '"', PEM_BODY.split("\n")[3]),
    "pem_cut": (PEM[: len(PEM) // 2], PEM_BODY.split("\n")[1]),
    "log": (f"connecting with password={P} to db", P),
    "python_repr": (f"{{'password': '{P}', 'x': 1}}", P),
    "yaml_uuid": ("heroku_api_key: 01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdef"),
    "tfvars": (f'db_password = "{P}"', P),
    "hcl_default": (f'env DD_API_KEY="{HEX32}"', HEX32),
    "plan": (f'  + master_password = "{P}"', P),
    "diff": (f"+DB_PASSWORD={P}", P),
    "yaml_in_json": (f'{{"content":"db:\\n  password: {P}\\n  port: 1\\n"}}', P),
    "tf_output": ('{"db":{"sensitive":true,"type":"string","value":"plainwordvalue"}}', "plainwordvalue"),
    "tf_output_after": ('{"db":{"value":"plainwordvalue","sensitive": true}}', "plainwordvalue"),
    "ssm": ('{"Parameter":{"Name":"/prod/x","Type":"SecureString","Value":"plainwordvalue"}}', "plainwordvalue"),
    "secrets_manager": (f'{{"Name":"prod/db","SecretString":"{P}"}}', P),
    "key_vault": ('{"id":"https://kv.vault.azure.net/secrets/db/1","value":"plainwordvalue"}', "plainwordvalue"),
    "docker_inspect": (f'"Env": ["PATH=/bin", "DB_PASSWORD={P}"]', P),
    "yaml_block": (f"x:\n  password: |\n    {P}\n  port: 1\n", P),
    "yaml_folded": (f"api_token: >-\n  {P}\n", P),
    "dockerfile": (f"ENV DB_PASSWORD {P}", P),
    "powershell": (f"-Password (ConvertTo-SecureString '{P}' -AsPlainText)", P),
    "hcl_variable": (f'variable "db_password" {{\n  type = string\n  default = "{P}"\n}}', P),
    "plan_change": (f'  ~ password = "old" -> "{P}"', P),
    "sshpass_quoted": (f"sshpass -p'{P}' ssh x", P),
    "laravel": ("APP_KEY=base64:" + W, W),
    "secretstr": (f"SecretStr('{P}')", P),
    "number": ('{"password": 98765432}', "98765432"),
    "french": (f"Le mot de passe est {P}.", P),
    "french_key": (f"mdp : {P}", P),
    "sentence": (f"the password is {P}", P),
    "call": (f'datasource.setPassword("{P}")', P),
    "xml": (f"<password>{P}</password>", P),
    "xml_attribute": (f'<add key="DbPassword" value="{P}"/>', P),
    "php": (f"define('DB_PASSWORD', '{P}');", P),
    "from_literal": (f"kubectl create secret generic x --from-literal=db={P}", P),
    "vault_put": (f"vault kv put secret/app db={P}", P),
    "stdin": (f"echo {P} | docker login -u bob --password-stdin", P),
    "openssl": (f"openssl rsa -in k.pem -passin pass:{P}", P),
    "jwk": ('{"kty":"RSA","n":"abc","d":"' + G * 3 + '"}', G),
    "swarm": ("docker swarm join --token SWMTKN" + "-1-" + "3pu6hszjas19xyp7ghgosyx9k8atbfcr8p2is99znpy26u2lkl-7p73s1dx5in4tatdymyhg9hu2 x:2377",
              "7p73s1dx5in4tatdymyhg9hu2"),
    "sigv4": (f"Authorization: AWS4-HMAC-SHA256 Credential=x, Signature={HEX32}{HEX32}", HEX32 + HEX32),
    "splunk": ("Authorization: Splunk 0b8a4f6c-1c2d-4e3f-9a5b-6c7d8e9f0a1b", "0b8a4f6c-1c2d-4e3f-9a5b-6c7d8e9f0a1b"),
    "tf_var": (f"TF_VAR_db_password={P} terraform plan", P),
    "mycnf": (f"[client]\nuser = root\npassword = {P}\n", P),
    "wireguard": (f"PrivateKey = {W}a=", W),
    "env_punctuation": ("DB_PASSWORD=ab,c1;d|e(f)", "c1;d|e(f)"),
    "compose": (f"      - POSTGRES_PASSWORD={P}", P),
}  # fmt: skip
SURVIVORS = [
    "commit 3f786850e387550fdab836ed7e6dc881de23001b by bob",
    "uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "image: ghcr.io/acme/api@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "id 550e8400-e29b-41d4-a716-446655440000",
    '"integrity": "sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg=="',
    "golang.org/x/text v0.14.0 h1:ScX5w1eTa3QqT8oi6+ziP7dTV1S2+ALU0bI+0zXKWiQ=",
    '    "h1:9rJggNfnlhyzrBUDIFu7zTjJRbVXqVr1yHM1ZsMOJ5I=",',
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl bob@host",
    "permissions:\n  id-token: write\n  contents: read",
    "password: ${{ secrets.DB_PASSWORD }}",
    "PASSWORD=${DB_PASSWORD:?must be set}",
    "password = var.db_password",
    "password = random_password.db.result",
    "token = get_token()",
    "    def login(self, password: str, token: str | None = None) -> None:",
    "client = Client(password=password, token=token)",
    'api_key = os.environ["API_KEY"]',
    "secretKeyRef:\n  name: db\n  key: password",
    "secretName: tls-cert",
    "Error: invalid token: unexpected end of JSON input",
    "use --password-stdin or --token to log in",
    "max_tokens: 4096, completion_tokens=1234",
    "POSTGRES_PASSWORD: postgres",
    "postgres://postgres:postgres@localhost:5432/test",
    "The password must be at least 12 characters long.",
    "key: ${{ runner.os }}-pip-${{ hashFiles('**/requirements.txt') }}",
    "/usr/lib/python3/dist-packages/pkg_resources/AbstractProviderFactoryImplementation2.py",
    "com.example.AbstractSingletonProxyFactoryBeanDefinitionReader42",
    "2026-11-23T21:07:15.123456Z INFO started in 12.3s",
    "token_ttl=3600 secret_id=my-secret password_policy=strict",
    "arn:aws:secretsmanager:eu-west-3:123456789012:secret:prod/db-AbCdEf",
    "https://docs.example.com/guides/how-to-rotate-credentials-without-downtime",
    "--hash=sha256:2c26b46b68ffc68ff99b453c1d304134a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "secrets: inherit",
    "password: |\n  ${{ secrets.X }}\n",
    'variable "db_password" {\n  type      = string\n  sensitive = true\n}',
    "max_tokens = 4096",
    "PWD=/Users/Bob/Project1",
    "OLDPWD=/Users/Bob/Project2",
    '{"tags":{"value":"plain words","sensitive":false}}',
    "  + password = (sensitive value)",
    "GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D",
    "the token is invalid",
    "le jeton est expiré",
    "password is required",
    "vault kv put secret/app @data.json",
    "setPassword(password)",
    "getToken('access')",
    "require('jsonwebtoken')",
    "fetch(key)",
    '{"content":"permissions:\\n  id-token: write\\n  password: ${X}\\n"}',
    "    payment_token: SecretStr",
    "self.key_password = key_password",
    'opts["resumption_token"] = metadata.resumption_token',
    "GITHUB_TOKEN: ${{ github.token }}",
    "password_file: /run/secrets/db_password",
    "passed 12 tests, 3 failures; keys: a, b; author: bob",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "ref: refs/heads/feature/OAuth2-TokenExchange-Support-For-Legacy-Clients-v3",
]


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("frame", ["{}", "see {} there", "x={}&y=1", '["{}"]', "a:{},b", "\u00e9 «{}»"])
def test_known_formats_go_wherever_they_stand(name: str, frame: str) -> None:
    secret = TOKENS[name]
    assert secret[-16:] not in Redactor().text(frame.format(secret))


@pytest.mark.parametrize("name", CONTEXTS)
def test_secrets_go_by_their_context(name: str) -> None:
    text, secret = CONTEXTS[name]
    assert secret in text or name == "sas"
    cleaned = Redactor().text(text)
    assert secret not in cleaned
    assert "[REDACTED:" in cleaned


@pytest.mark.parametrize("name", [*TOKENS, *CONTEXTS])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.b64encode(("> " + text).encode()).decode(),
        lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
        lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
        lambda text: text.encode().hex(),
        lambda text: quote(text, safe=""),
        lambda text: base64.encodebytes((text + "\n" + "#" * 90).encode()).decode(),
        lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
        lambda text: base64.b32encode(text.encode()).decode(),
        lambda text: base64.b64encode(gzip.compress(text.encode())).decode(),
        lambda text: base64.encodebytes(zlib.compress(text.encode() + PADDING)).decode(),
        lambda text: base64.b64encode(base64.b64encode(gzip.compress(text.encode()))).decode(),
        lambda text: base64.b64encode(bz2.compress(text.encode())).decode(),
        lambda text: base64.b64encode(lzma.compress(text.encode())).decode(),
        lambda text: gzip.compress(text.encode()).hex(),
        lambda text: text.encode().hex(" "),
        lambda text: text.encode().hex(":"),
        lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
        lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
        lambda text: "".join(f"&#{byte};" for byte in text.encode()),
    ],
    ids=[
        "base64",
        "shifted",
        "urlsafe",
        "twice",
        "hex",
        "percent",
        "wrapped",
        "utf16",
        "base32",
        "gzip",
        "zlib, wrapped",
        "helm",
        "bzip2",
        "xz",
        "gzip in hex",
        "columns",
        "colons",
        "escapes",
        "octal",
        "entities",
    ],
)
def test_an_encoding_hides_no_secret(name: str, encode: object) -> None:
    assert callable(encode)
    text = CONTEXTS[name][0] if name in CONTEXTS else TOKENS[name]
    if name == "random":
        pytest.skip("randomness under an encoding is indistinguishable from any binary")
    encoded = encode(text)
    cleaned = Redactor().text(f"output: {encoded}\n")
    assert "[REDACTED:" in cleaned
    assert encoded not in cleaned


@pytest.mark.parametrize(
    "argv",
    [["xxd"], ["xxd", "-p"], ["hexdump", "-C"], ["hexdump"], ["od", "-An", "-tx1"], ["od", "-x"], ["base32"]],
    ids=" ".join,
)
def test_a_dump_shows_no_secret(argv: list[str]) -> None:
    if shutil.which(argv[0]) is None:
        pytest.skip(f"{argv[0]} is not installed")
    text = f"host: db\nport: 5432\ntoken: {TOKENS['github']}\n{PEM}\nwords and words and words\n"
    shown = subprocess.run(argv, input=text.encode(), capture_output=True, check=True).stdout.decode()
    cleaned = Redactor().text(f"before\n{shown}after\n")
    assert "[REDACTED:" in cleaned
    rows = shown.splitlines()
    assert not [row for row in rows[2:6] if row in cleaned]
    harmless = subprocess.run(
        argv, input=b"only words and numbers\n" * 9, capture_output=True, check=True
    ).stdout.decode()
    assert Redactor().text(harmless) == harmless


def test_a_known_value_goes_under_compression_and_in_columns() -> None:
    value = "correct-horse-battery"
    redactor = Redactor.knowing(frozenset({value}))
    raw = f"x = {value}\n".encode()
    for text in (base64.b64encode(gzip.compress(raw)).decode(), raw.hex(" "), base64.b32encode(raw * 3).decode()):
        assert "[REDACTED:" in redactor.text(text)
        assert text[8:30] not in redactor.text(text)


def test_what_unpacks_to_gigabytes_is_read_to_its_bound_only() -> None:
    bomb = base64.b64encode(gzip.compress(b"0" * 200_000_000)).decode()
    started = time.monotonic()
    Redactor().text(f"data: {bomb}")
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("text", SURVIVORS)
def test_digests_references_and_prose_survive(text: str) -> None:
    assert Redactor().text(text) == text
    assert Redactor().text(f"first\n{text}\nlast") == f"first\n{text}\nlast"


@given(
    st.text(alphabet=st.characters(codec="utf-8"), min_size=8, max_size=60), st.text(max_size=20), st.text(max_size=20)
)
@settings(max_examples=150, deadline=None)
def test_a_known_value_goes_in_every_form(value: str, before: str, after: str) -> None:
    redactor = Redactor.knowing(frozenset({value}))
    raw = (before + value + after).encode()
    for text in (
        before + value + after,
        base64.b64encode(raw).decode(),
        raw.hex(),
        quote(value),
        quote(value, safe=""),
    ):
        cleaned = redactor.text(text)
        assert value not in cleaned.replace("[REDACTED:known_value]", "\0")
        assert base64.b64encode(value.encode()).decode().rstrip("=")[:-1] not in cleaned or len(value.encode()) < 6
        assert value.encode().hex() not in cleaned


def test_a_known_value_goes_as_go_programs_print_it() -> None:
    redactor = Redactor.knowing(frozenset({"a<b&c>d-long"}))
    assert redactor.text('{"x":"a\\u003cb\\u0026c\\u003ed-long"}') == '{"x":"[REDACTED:known_value]"}'


def test_secret_values_come_from_the_environment_and_dotenv_files_but_not_examples(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "api/.env.production").write_text("export DB_PASSWORD='quoted word value' # prod\nDEBUG=true-value\n")
    (tmp_path / ".env.example").write_text("API_TOKEN=example-token-value\n")
    (tmp_path / ".env").write_text("DATABASE_URL=postgres://u:urlpassword@db/x\nEMPTY_SECRET=\nPWD_X=1\n")
    found = secret_values(
        {"NPM_TOKEN": "from-the-environment", "HOME_DIR": "/home/x", "OLDPWD": "/gone/Dir9"}, tmp_path
    )
    assert found == {"quoted word value", "urlpassword", "from-the-environment"}


def test_redacting_twice_changes_nothing_more() -> None:
    for text, _secret in CONTEXTS.values():
        once = Redactor().text(text)
        assert Redactor().text(once) == once


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_a_secret_cut_by_a_chunk_border_is_still_found(size: int) -> None:
    lines = [text for text, _ in CONTEXTS.values()] + list(TOKENS.values()) + SURVIVORS
    random.Random(size).shuffle(lines)
    whole = "\nplain\n".join(lines) + "\n"
    stream = RedactingStream(Redactor())
    out = "".join(stream.feed(whole[at : at + size]) for at in range(0, len(whole), size)) + stream.close()
    for name, (_text, secret) in CONTEXTS.items():
        assert secret not in out, name
    for name, secret in TOKENS.items():
        assert secret[-16:] not in out, name
    for text in SURVIVORS:
        assert text in out


def test_a_stream_without_line_ends_is_bounded_and_clean() -> None:
    stream = RedactingStream(Redactor())
    text = ("x y z " * 30 + TOKENS["github"] + " ") * 3_000
    out = "".join(stream.feed(text[at : at + 4_096]) for at in range(0, len(text), 4_096))
    assert len(out) > len(text) // 2
    assert TOKENS["github"] not in out + stream.close()


def test_fields_of_json_are_judged_by_their_names() -> None:
    value = {
        "password": "correcthorse",
        "env": [{"name": "API_TOKEN", "value": P}],
        "nested": {"kind": "Secret", "data": {"x": "aGVsbG8="}},
        "secret": True,
        "count": 3,
        "path": "src/app.py",
        "variables": [{"name": "DB_PASSWORD", "secret": True, "default": None}],
    }
    cleaned = Redactor().value(value)
    text = str(cleaned)
    assert "correcthorse" not in text
    assert P not in text
    assert "aGVsbG8=" not in text
    assert cleaned["secret"] is True
    assert cleaned["path"] == "src/app.py"
    assert cleaned["variables"] == value["variables"]


@pytest.mark.parametrize(
    "evil",
    [
        "a" * 200_000,
        "password=" * 20_000,
        "://" * 50_000,
        "%41" * 50_000,
        "-----BEGIN PRIVATE KEY-----" * 2_000,
        "eyJ" * 60_000,
        '"value":"x", ' * 20_000 + '"sensitive"',
        "kind: Secret\ndata:\n" + "  a: b\n" * 30_000,
        "mysql " * 20_000 + "-p",
        "--password " * 20_000,
        '"name": "token' * 10_000,
        "A1b" * 60_000 + "\n",
        '"' * 100_000,
        'key: \\\\"' * 20_000,
        "de ad be ef " * 20_000,
        "dead beef " * 20_000 + "zz",
        "00000000: " + "ab" * 100_000,
        "\\x41" * 40_000,
        "&#65;" * 40_000,
        "A" * 200_000,
        "\\0" * 50_000,
    ],
)
@pytest.mark.timeout(20)
def test_no_text_makes_redaction_crawl(evil: str) -> None:
    Redactor().text(evil)


def test_a_field_named_like_a_known_value_is_hidden_although_the_name_was_plain_before() -> None:
    assert Redactor().value({"marmalade-street": 1}) == {"marmalade-street": 1}
    knowing = Redactor.knowing(frozenset({"marmalade-street"}))
    assert list(knowing.value({"marmalade-street": 1})) == ["[REDACTED:known_value]"]


def test_a_known_value_under_encodings_is_hidden_in_the_name_of_a_field() -> None:
    knowing = Redactor.knowing(frozenset({"marmalade-street"}))
    twice = base64.b64encode(base64.b64encode(b"marmalade-street")).decode()
    assert list(knowing.value({twice: 1})) == ["[REDACTED:encoded_known_value]"]
    assert list(knowing.value({twice.rstrip("="): 1})) == ["[REDACTED:encoded_known_value]"]
