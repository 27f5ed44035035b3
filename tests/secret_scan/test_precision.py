"""How much of what is a secret is found, and how much of what is found is one, on a labelled corpus built here."""

import random
import re
import uuid

from tests.guard.test_secret_formats import SHAPES, _drawn
from tools.secrets.scan_text import scan_text

FRAMES = {
    "config.yaml": "service:\n  credential: {secret}\n",
    "app.py": 'client = connect(token="{secret}")\n',
    "settings.json": '{{"region": "eu-west-3", "apiKey": "{secret}"}}\n',
    ".env": "LOG_LEVEL=info\nACCESS_TOKEN={secret}\n",
    "deploy.sh": "curl -H 'Authorization: Bearer {secret}' https://api.example.com/v1\n",
    "main.tf": 'resource "x" "y" {{\n  secret_key = "{secret}"\n}}\n',
}
PASSWORDS = [
    ("docker-compose.yml", "    environment:\n      POSTGRES_PASSWORD: {secret}\n"),
    ("application.properties", "spring.datasource.password={secret}\n"),
    ("database.yml", "  password: {secret}\n"),
    ("connect.js", 'mongoose.connect("mongodb://app:{secret}@db.example.com/shop")\n'),
    ("wp-config.php", "define('DB_PASSWORD', '{secret}');\n"),
]


def _password(lot: random.Random) -> str:
    alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(lot.choice(alphabet) for _each in range(18)) + lot.choice("!%*") + str(lot.randint(10, 99))


def _negatives(lot: random.Random) -> list[tuple[str, str]]:
    """What repositories are full of and is no secret."""
    hexes = ["".join(lot.choice("0123456789abcdef") for _each in range(size)) for size in (7, 32, 40, 64)]
    ident = str(uuid.UUID(int=lot.getrandbits(128)))
    number = lot.randint(1, 9999)
    return [
        ("package-lock.json", f'      "integrity": "sha512-{hexes[3]}{hexes[2]}==",\n'),
        ("go.sum", f"github.com/acme/lib v1.{number}.0 h1:{hexes[3][:43]}=\n"),
        ("Dockerfile", f"FROM python:3.13-slim@sha256:{hexes[3]}\n"),
        (".github/workflows/ci.yml", f"      - uses: actions/checkout@{hexes[2]} # v5.{number}\n"),
        (".github/workflows/ci.yml", f"          token: ${{{{ secrets.TOKEN_{number} }}}}\n"),
        ("values.yaml", f"image:\n  digest: sha256:{hexes[3]}\n"),
        ("README.md", f"Set `API_TOKEN` to your token, for example `<your-token-{number}>`.\n"),
        (".env.example", f"DATABASE_PASSWORD=change-me-{number}\nAPI_KEY=your-api-key-here\n"),
        ("app.py", f'password = os.environ["DB_PASSWORD_{number}"]\n'),
        ("app.py", f'token = get_token(user_id="{ident}")\n'),
        ("main.tf", f"  password = var.database_password_{number}\n"),
        ("main.tf", f"  secret_id = aws_secretsmanager_secret.main{number}.id\n"),
        (
            "k8s.yaml",
            f"          valueFrom:\n            secretKeyRef:\n              name: db-{number}\n              key: password\n",
        ),
        ("test_login.py", f'    assert response.json()["token_type"] == "bearer{number}"\n'),
        ("models.ts", f"export interface Login{number} {{ password: string; token?: string }}\n"),
        ("style.css", f".token-{number} {{ background: url(data:image/png;base64,iVBORw0KGgo=); }}\n"),
        ("ids.json", f'{{"id": "{ident}", "traceId": "{hexes[1]}", "commit": "{hexes[2]}"}}\n'),
        ("known_hosts", f"github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{hexes[2]}\n"),
        ("cert.pem", f"-----BEGIN CERTIFICATE-----\nMIIB{hexes[3]}\n-----END CERTIFICATE-----\n"),
        ("i18n.json", f'{{"password.label": "Mot de passe {number}", "secret.hint": "Ne le dites à personne"}}\n'),
    ]


def _found(path: str, text: str, secret: str) -> bool:
    leaks = scan_text(path, text.encode()) or []
    at = text[: text.index(secret)].count("\n") + 1
    return any(at <= leak.line <= at + secret.count("\n") for leak in leaks)


def test_nearly_every_secret_is_found_and_nearly_every_find_is_one() -> None:
    lot = random.Random(2026)
    positives: list[tuple[str, str, str]] = []
    frames = list(FRAMES.items())
    for number, shape in enumerate(SHAPES.values()):
        for offset in range(2):
            path, frame = frames[(number + offset) % len(frames)]
            secret = _drawn(shape, lot)
            positives.append((path, frame.format(secret=secret), secret))
    for _round in range(8):
        for path, frame in PASSWORDS:
            secret = _password(lot)
            positives.append((path, frame.format(secret=secret), secret))
    negatives = [each for _round in range(20) for each in _negatives(lot)]
    assert len(positives) >= 150
    assert len(SHAPES) >= 40
    assert len(negatives) >= 300
    missed = [(path, text) for path, text, secret in positives if not _found(path, text, secret)]
    wrong = [(path, leak) for path, text in negatives for leak in scan_text(path, text.encode()) or []]
    hits = len(positives) - len(missed)
    recall, precision = hits / len(positives), hits / (hits + len(wrong))
    assert recall >= 0.95, (recall, missed[:5])
    assert precision >= 0.95, (precision, wrong[:5])


def test_a_fingerprint_says_nothing_of_the_value_and_is_the_same_everywhere() -> None:
    secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    first, second = (scan_text(path, f"token: {secret}\n".encode()) for path in ("a.yml", "b.yml"))
    assert first
    assert second
    assert first[0].fingerprint == second[0].fingerprint
    assert re.fullmatch(r"fp[0-9a-f]{24}", first[0].fingerprint)
    assert secret not in first[0].model_dump_json()
