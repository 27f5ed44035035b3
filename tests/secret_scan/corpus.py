"""A labelled corpus, built when the tests run: lines that hold a secret, and lines that only look like it."""

import base64
import random
import re
import uuid
from dataclasses import dataclass

from tests.guard.test_secret_formats import SHAPES, _drawn

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ALPHABETS = {
    "a": LETTERS + LETTERS.upper() + "0123456789",
    "h": "0123456789abcdef",
    "l": LETTERS + "0123456789",
    "U": LETTERS.upper() + "0123456789",
    "d": "123456789",
    "b": LETTERS + LETTERS.upper() + "0123456789+/",
    "p": LETTERS + LETTERS.upper() + "0123456789!#%&*-_",
}


@dataclass(frozen=True)
class Case:
    """One text of the corpus, as it would stand in `path`."""

    kind: str
    path: str
    text: str


# Kind, path, shape: `{a36}` is 36 letters and digits, and so on; put together here so that scanners of this
# repository find nothing in it.
SECRETS = (
    ("aws key", "main.tf", 'access_key = "AK' + 'IA{U16}"'),
    ("aws secret", ".aws/credentials", "aws_secret_access_key = {b40}"),
    ("aws session", "ci.yml", "  AWS_SESSION_TOKEN: {b200}"),
    ("gcp api", "app.js", "const maps = 'AI" + "za{a35}';"),
    ("gcp oauth", "client.json", '{"client_secret": "GOC' + 'SPX-{a28}"}'),
    ("azure client", "values.yaml", "clientSecret: {a3}8Q~{a34}"),
    ("azure storage", "appsettings.json", '"Storage": "AccountName=a;AccountKey={b76}+ASt{b6}=="'),
    ("github", "deploy.sh", "git clone https://x:gh" + "p_{a36}@github.com/a/b"),
    ("github fine", ".env", "GH_TOKEN=github" + "_pat_{a22}_{a59}"),
    ("gitlab", ".gitlab-ci.yml", "  CI_TOKEN: gl" + "pat-{a20}"),
    ("slack", "bot.py", 'client = Slack("xo' + 'xb-{d12}-{d12}-{a24}")'),
    ("slack hook", "alert.yml", "url: https://hooks.slack" + ".com/services/T{U8}/B{U8}/{a24}"),
    ("stripe", "pay.rb", 'Stripe.api_key = "sk' + '_live_{a24}"'),
    ("npm", ".npmrc", "//npm.example.org/:_authToken=np" + "m_{a36}"),
    ("pypi", ".pypirc", "password = py" + "pi-AgEIcHlwaS5vcmc{a70}"),
    ("docker hub", "login.sh", "docker login -u me -p dckr" + "_pat_{a27}"),
    ("vault", "agent.hcl", 'token = "hv' + 's.{a90}"'),
    ("terraform cloud", ".terraformrc", 'token = "{a14}.atl' + 'asv1.{a60}"'),
    ("digitalocean", "do.sh", "doctl auth init -t do" + "p_v1_{h64}"),
    ("sendgrid", "mail.ts", 'setApiKey("S' + 'G.{a22}.{a43}")'),
    ("twilio", "sms.py", 'API_KEY = "S' + 'K{h32}"'),
    ("openai", "ai.py", 'openai.api_key = "sk-' + 'proj-{a60}"'),
    ("anthropic", ".env.production", "ANTHROPIC_API_KEY=sk-" + "ant-api03-{a93}AA"),
    ("hugging face", "train.py", 'login("h' + 'f_{a34}")'),
    ("age", "keys.txt", "AGE-SEC" + "RET-KEY-1{U58}"),
    ("new relic", "newrelic.yml", "license_key: {h36}NR" + "AL"),
    ("grafana", "provision.yml", "token: gl" + "sa_{a32}_{h8}"),
    ("datadog", "datadog.yaml", "api_key: {h32}"),
    ("pagerduty", "alertmanager.yml", "routing_key: {h32}"),
    ("shopify", "shop.php", '$token = "shp' + 'at_{h32}";'),
    ("telegram", "bot.go", 'bot := New("{d10}:AA{a33}")'),
    ("databricks", "db.cfg", "token = da" + "pi{h32}"),
    ("linear", "sync.py", 'key = "lin' + '_api_{a40}"'),
    ("mailgun", "mail.yml", "MAILGUN_API_KEY: ke" + "y-{h32}"),
    ("cloudflare", "cf.tf", 'api_token = "{a40}"'),
    ("heroku", "app.json", '"HEROKU_API_KEY": "{u}"'),
    ("jwt", "curl.sh", "curl -H 'Authorization: Bearer ey" + "J{a30}.eyJ{a60}.{a43}'"),
    ("bearer", "http.rest", "Authorization: Bearer {a40}"),
    ("basic", "http.rest", "Authorization: Basic {basic}"),
    ("postgres url", "compose.yaml", "  DATABASE_URL: postgres://app:{p18}@db.internal:5432/app"),
    ("mongo url", "settings.py", 'MONGO = "mongodb+srv://app:{a18}@cluster0.abc.mongodb.net/x"'),
    ("redis url", ".env", "REDIS_URL=rediss://:{a32}@cache.acme.io:6380/0"),
    ("amqp url", "worker.toml", 'broker = "amqps://worker:{a20}@mq.acme.io/prod"'),
    ("password env", ".env", "DB_PASSWORD={p20}"),
    ("password yaml", "values.yaml", "  password: {p16}"),
    ("password yaml list", "docker-compose.yml", "    environment:\n      POSTGRES_PASSWORD: {a18}!{d2}"),
    ("password php", "wp-config.php", "define('DB_PASSWORD', '{a18}*{d2}');"),
    ("mongo host", "connect.js", 'mongoose.connect("mongodb://app:{a18}%{d2}@db.example.com/shop")'),
    ("password java", "App.java", 'String password = "{p14}";'),
    ("password properties", "application.properties", "spring.datasource.password={p16}"),
    ("password xml", "settings.xml", "<password>{a16}</password>"),
    ("django key", "settings.py", "SECRET_KEY = 'django-insecure-{p50}'"),
    ("rails key", "secrets.yml", "  secret_key_base: {h128}"),
    ("jwt secret", "config.ts", 'jwtSecret: "{a48}",'),
    ("ansible", "host_vars/db.yml", "ansible_become_password: {p14}"),
    ("tfvars", "prod.tfvars", 'db_password = "{p20}"'),
    ("kubernetes", "secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: {password64}\n"),
    ("private key", "id_rsa", "-----BEGIN RSA PRIV" + "ATE KEY-----\n{b64}\n{b64}\n{b40}\n-----END RSA PRIV" + "ATE KEY-----\n"),
    ("openssh key", "deploy_key", "-----BEGIN OPENSSH PRIV" + "ATE KEY-----\n{b70}\n{b70}\n-----END OPENSSH PRIV" + "ATE KEY-----\n"),
    ("curl user", "backup.sh", "curl -u admin:{p14} https://api.acme.io/backup"),
    ("mysql flag", "dump.sh", "mysqldump -h db -u root -p{a14} app"),
    ("netrc", ".netrc", "machine api.acme.io login me password {a18}"),
    ("htpasswd", ".htpasswd", "admin:$2y$05${a53}"),
    ("wireguard", "wg0.conf", "PrivateKey = {b43}="),
    ("dockerfile", "Dockerfile", "ENV API_TOKEN={a32}"),
    ("git remote", "notes.md", "git push https://deploy:{a24}@git.acme.io/a/b.git"),
)  # fmt: skip

# What a careful reviewer passes, and naive scanners do not.
HARMLESS = (
    ("compose reference", "compose.yaml", "  POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}"),
    ("compose default", "compose.yaml", "  POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-postgres}"),
    ("actions", "ci.yml", "  token: ${{{{ secrets.GITHUB_TOKEN }}}}"),
    ("actions pin", "ci.yml", "  - uses: actions/checkout@{h40} # v4.2.2"),
    ("terraform variable", "main.tf", "  password = var.db_password"),
    ("terraform resource", "main.tf", "  password = random_password.db.result"),
    ("terraform path", "main.tf", '  secret_id = "projects/acme/secrets/db-{l8}"'),
    ("arn", "task.json", '"valueFrom": "arn:aws:secretsmanager:eu-west-3:{d12}:secret:app/db-{a6}"'),
    ("helm", "secret.yaml", "  password: {{{{ .Values.db.password | b64enc }}}}"),
    ("external secret", "eso.yaml", "  secretKey: DATABASE_URL\n  remoteRef:\n    key: apps/{l8}/database-url"),
    ("secret key ref", "deploy.yaml", "  valueFrom:\n    secretKeyRef:\n      name: app-{l6}\n      key: database-url"),
    ("environ", "app.py", 'password = os.environ["DB_PASSWORD"]'),
    ("getenv", "app.js", "const token = process.env.API_TOKEN;"),
    ("call", "app.py", "token = create_token(user, secret=settings.SECRET_KEY)"),
    ("type", "app.ts", "interface Login { password: string; token?: string; apiKey: ApiKey }"),
    ("schema", "app.ts", "  password: z.string().min(8),"),
    ("field", "models.py", "    password = models.CharField(max_length=128)"),
    ("label", "fr.json", '"password": "Mot de passe oublié ?"'),
    ("message", "en.json", '"invalid_token": "The token has expired, log in again."'),
    ("docs", "README.md", "Set `API_TOKEN=your-token-here` before you start."),
    ("docs angle", "README.md", "export GITHUB_TOKEN=<your token>"),
    ("docs aws", "README.md", "AWS_ACCESS_KEY_ID=AK" + "IAIOSFODNN7EXAMPLE"),
    ("docs aws secret", "README.md", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEX" + "AMPLEKEY"),
    ("docs x", "README.md", "GITHUB_TOKEN=gh" + "p_" + "x" * 36),
    ("example file", ".env.example", "SECRET_KEY=changeme"),
    ("example empty", ".env.example", "DATABASE_URL="),
    ("example url", ".env.example", "DATABASE_URL=postgres://user:password@localhost:5432/app"),
    ("local url", "compose.yaml", "  DATABASE_URL: postgres://postgres:postgres@db:5432/app"),
    ("npm lock", "package-lock.json", '  "integrity": "sha512-{b86}==",'),
    ("yarn lock", "yarn.lock", '  resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#{h40}"'),
    ("go sum", "go.sum", "github.com/a/b v1.2.3 h1:{b43}="),
    ("uv lock", "uv.lock", 'sdist = { hash = "sha256:{h64}", size = 1 }'),
    ("cargo", "Cargo.lock", 'checksum = "{h64}"'),
    ("poetry", "poetry.lock", 'content-hash = "{h64}"'),
    ("terraform lock", ".terraform.lock.hcl", '    "zh:{h64}",'),
    ("image digest", "Dockerfile", "FROM python:3.13-slim@sha256:{h64}"),
    ("pip hash", "requirements.txt", "    --hash=sha256:{h64} \\"),
    ("checksum", "install.sh", 'SHA256="{h64}"'),
    ("uuid", "fixtures.json", '"id": "{u}",'),
    ("uuid tenant", "azure.tf", 'tenant_id = "{u}"'),
    ("commit", "CHANGELOG.md", "- Fix the login ({h40})"),
    ("public key", "authorized_keys", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b43} me@host"),
    ("rsa public", "keys.tf", 'public_key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ{b180} me"'),
    ("public pem", "key.pub", "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE{b28}\n{b60}==\n-----END PUBLIC KEY-----"),
    ("certificate", "ca.crt", "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIE{b44}\n{b64}\n-----END CERTIFICATE-----"),
    ("publishable", "app.js", 'const stripe = Stripe("pk_live_{a24}");'),
    ("image data", "page.html", '<img src="data:image/png;base64,iVBORw0KGgo{b120}">'),
    ("etag", "cache.json", '"etag": "{h32}"'),
    ("trace", "log.txt", "traceparent: 00-{h32}-{h16}-01"),
    ("sri", "index.html", '<script src="a.js" integrity="sha384-{b64}" crossorigin="anonymous">'),
    ("name of secret", "app.yaml", "  secretName: app-tls-{l6}"),
    ("path of secret", "agent.hcl", '  token_file = "/run/secrets/{l8}"'),
    ("file variable", "compose.yaml", "  POSTGRES_PASSWORD_FILE: /run/secrets/db_password"),
    ("ttl", "settings.py", "ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)"),
    ("token url", "oauth.yaml", "token_url: https://login.acme.io/oauth/token"),
    ("primary key", "schema.sql", "CONSTRAINT users_pkey PRIMARY KEY (id)"),
    ("cache key", "cache.py", 'cache_key = f"user:{{user.id}}:profile"'),
    ("s3 key", "backend.tf", '  key = "prod/network-{l6}/terraform.tfstate"'),
    ("kms", "kms.tf", 'kms_key_id = "arn:aws:kms:eu-west-3:{d12}:key/{u}"'),
    ("sops", "secrets.enc.yaml", "password: ENC[AES256_GCM,data:{b20}=,iv:{b43}=,tag:{b22}==,type:str]"),
    ("age recipient", ".sops.yaml", "  age: age1{l58}"),
    ("css", "main.css", ".password-field--{l6} { color: #1a2b3c; }"),
    ("html", "login.html", '<input type="password" name="password" autocomplete="current-password">'),
    ("test id", "login.spec.ts", "await page.fill('[data-testid=password]', password);"),
    ("slug", "routes.ts", 'path: "/reset-password/:token"'),
    ("redacted", "log.txt", "Authorization: Bearer [REDACTED:jwt]"),
    ("stars", "log.txt", "password=********"),
    ("vault path", "app.yaml", 'vault.hashicorp.com/agent-inject-secret-db: "secret/data/{l8}/db"'),
    ("java lookup", "App.java", 'String token = request.getHeader("X-Auth-Token");'),
    ("go field", "main.go", '\tPassword string `json:"password" env:"DB_PASSWORD,required"`'),
    ("rust", "main.rs", "let secret = Secret::from_env(\"API_SECRET\")?;"),
    ("bash read", "set.sh", 'read -rs -p "Password: " DB_PASSWORD'),
    ("gh secret", "docs.md", "gh secret set DATABASE_URL --env prod"),
    ("aws cli", "docs.md", "aws secretsmanager get-secret-value --secret-id app/{l6}"),
    ("jsonschema", "schema.json", '"apiKey": { "type": "string", "description": "Key of the API" }'),
    ("openapi", "openapi.yaml", "    bearerAuth:\n      type: http\n      scheme: bearer"),
    ("lexicon", "words.txt", "passwordless authentication tokenizer keyboard"),
    ("error code", "errors.go", 'ErrTokenExpired = errors.New("token expired")'),
    ("feature", "flags.yml", "password_reset_enabled: true"),
    ("allowed", "test.py", 'TOKEN = "{a40}"  # gitleaks:allow'),
    ("class", "app.py", "class PasswordResetTokenGenerator(TokenGenerator):"),
    ("bundle", "dist.html", '<script src="/assets/index-{a8}.js"></script>'),
    ("template", "services.json", '"url": "postgresql://{{user}}:{{password}}@{{host}}/app"'),
    ("template password", "services.json", '"POSTGRES_PASSWORD": "{{password}}"'),
    ("printf header", "deploy.sh", "curl -H \"Authorization: Bearer %s\""),
    ("shell header", "deploy.sh", 'curl -H "Authorization: Bearer $(cat /run/token)"'),
    ("class of token", "identity.py", 'key = "AuthSettings"'),
    ("name list", "rules.json", '"aws_ses": ["secret", "ses_smtp_password_v4"]'),
    ("flags", "kubectl.py", 'SECRETS = ("--token", "--username=", "--client-certificate=")'),
    ("mount", "Dockerfile", "RUN --mount=type=secret,id=NPM_TOKEN npm ci"),
    ("audience", "ci.yml", "  AZURE_TOKEN_AUDIENCE: api://AzureADTokenExchange"),
    ("same words", "compose.yaml", "  DATABASE_URL: postgres://shop:shop@db:5432/shop"),
    ("google site", "page.html", '<meta name="google-site-verification" content="{a43}">'),
    ("identifier", "x509.h", "void X509_STORE_CTX_set_verify_cb(X509_STORE_CTX *ctx, OSSL_CRMF_MSG_get0_regInfo_utf8Pairs *p);"),
    ("object identifier", "der.h", "extern const char ossl_der_oid_id_rsassa_pkcs1_v1_5_with_sha3_384[DER_OID_SZ_id_sha3_384];"),
    ("camel identifier", "crypto.h", "xmlSecTransformId xmlSecGnuTLSTransformHmacSha384GetKlass(void);"),
    ("member of a class", "scanner.tcc", "  _M_token = _S_token_ord_char;"),
    ("certificate file", "build.py", 'CA = "DigiCert_Assured_ID_Root_G3.crt"'),
    ("commit address", "CHANGELOG.md", "See https://github.com/libuv/libuv/blob/{h40}/ChangeLog and https://github.com/a/b/commit/{h40}"),
    ("shared document", "notes.md", "[plan](https://docs.google.com/document/d/1{a42}/edit)"),
    ("message name", "copyright", "Message-ID: <CAHp8n2nmGN+G09aA118KN86NeX9yw_{a14}@mail.example.org>"),
    ("wrapped picture", "icons.tcl", "set icon {{\n{b76}\n{b76}\n{b76}\n}}"),
    ("wrapped string", "key.c", '  "{b70}"\n  "{b70}"\n'),
    ("cipher text", "enc.xml", "<CipherValue>{b64}==</CipherValue>"),
    ("signature", "sign.xml", "<SignatureValue>{b64}==</SignatureValue>"),
    ("compiled program", "llhttp.js", "module.exports = Buffer.from('{b500}/EAA{a95}/{b500}')"),
    ("empty key", "npmrc.md", 'key="-----BEGIN PRIV' + 'ATE KEY-----\\nXXXX\\nXXXX\\n-----END PRIV' + 'ATE KEY-----"'),
    ("mark of a key", "import.js", 'if (pem.indexOf("-----BEGIN PRIV' + 'ATE KEY-----") !== 0) throw e;'),
    ("token of the manual", "jwt.test.ts", '"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey' + 'JzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.{a43}"'),
    ("version range", "package.json", '  "@octokit/auth-token": "^6.0.0",'),
    ("constant", "coff.h", "  IMAGE_REL_I386_TOKEN = 0x000C,"),
    ("member expression", "protocol.js", "  sessionToken: captured?.sessionToken1,"),
    ("regular expression", "parse.js", "const UNEXPECTED_TOKEN = /^Unexpected token '?(.)'?/i"),
    ("manual url", "http.md", "new URL('https://abc:xyz@example.com')"),
    ("known host", "known_hosts", "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{h40}"),
    ("entry point", "pyproject.toml", 'pam = "jupyterhub.auth:PAMAuthenticator"'),
    ("entry point of a plug-in", "pyproject.toml", 'x = "feast.infra.sources.auth:FeastMLflowHeaderProvider"'),
    ("translation", "src/lang/hu.json", '"Remove Token": "Token Eltávolítása",'),
    ("translated password", "locales/fi.json", '"smsPassword": "API-salasana",'),
    ("hashes of another scanner", ".secrets.baseline", '"hashed_secret": "{h40}",'),
    ("gap in an address", "README.md", "`app --db=postgresql://app:<password>@localhost:5433/app`."),
    ("numbered type", "app.py", 'assert response.json()["token_type"] == "bearer{d4}"'),
    ("numbered variable", "main.tf", "  password = var.database_password_{d4}"),
    ("numbered interface", "models.ts", "export interface Login{d3} {{ password: string; token?: string }}"),
    ("identifiers", "ids.json", '{{"id": "{u}", "traceId": "{h32}", "commit": "{h40}"}}'),
)  # fmt: skip
FRAMES = {
    "config.yaml": "service:\n  credential: {secret}\n",
    "app.py": 'client = connect(token="{secret}")\n',
    "settings.json": '{{"region": "eu-west-3", "apiKey": "{secret}"}}\n',
    ".env": "LOG_LEVEL=info\nACCESS_TOKEN={secret}\n",
    "deploy.sh": "curl -H 'Authorization: Bearer {secret}' https://api.example.com/v1\n",
    "main.tf": 'resource "x" "y" {{\n  secret_key = "{secret}"\n}}\n',
}
"""Where the token of each issuer that the guard knows may stand."""


def corpus(seed: int = 8, secrets: int = 4, harmless: int = 5) -> tuple[list[Case], list[Case]]:
    """The secrets and the harmless lines, each shape drawn several times."""
    lot = random.Random(seed)
    frames = list(FRAMES.items())
    issued = [
        Case(f"issued {kind}", path, frame.format(secret=_drawn(shape, lot)))
        for number, (kind, shape) in enumerate(SHAPES.items())
        for path, frame in (frames[number % len(frames)], frames[(number + 1) % len(frames)])
    ]
    return (
        [Case(kind, path, drawn(shape, lot)) for kind, path, shape in SECRETS for _again in range(secrets)] + issued,
        [Case(kind, path, drawn(shape, lot)) for kind, path, shape in HARMLESS for _again in range(harmless)],
    )


def drawn(shape: str, lot: random.Random) -> str:
    """`shape` with random characters in its places."""

    def piece(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        if match[1] == "u":
            return str(uuid.UUID(int=lot.getrandbits(128), version=4))
        if match[1] in {"basic", "password64"}:
            word = "".join(lot.choice(ALPHABETS["a"]) for _place in range(18))
            return base64.b64encode(("admin:" + word if match[1] == "basic" else word).encode()).decode()
        return "".join(lot.choice(ALPHABETS[match[1]]) for _place in range(int(match[2])))

    return re.sub(r"\{\{|\}\}|\{(basic|password64|u|[ahlUdbp](?=\d))(\d*)\}", piece, shape)
