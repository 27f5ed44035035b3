"""Environment variables: where each language reads them, defaults, and which are secrets."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.project import Variable
from tools.stacks.secret_names import is_secret
from tools.stacks.tree import Tree
from tools.stacks.variables import find_variables


def found(root: Path, files: dict[str, str]) -> dict[str, Variable]:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    tree = Tree.of(root)
    return {each.name: each for each in find_variables(tree, ".", list(tree.files), alone=True)}


@pytest.mark.parametrize(
    ("file", "code", "default"),
    [
        ("a.py", 'x = os.environ["LEVEL"]', None),
        ("a.py", 'x = os.environ.get(\n    "LEVEL",\n    "info",\n)', "info"),
        ("a.py", "x = int(os.getenv('LEVEL', 3))", "3"),
        ("a.py", 'x = config("LEVEL", default="info", cast=str)', "info"),
        ("a.py", 'x = env.bool("LEVEL", default=False)', "False"),
        ("a.py", 'x = os.environ.get("LEVEL", compute())', None),
        ("a.ts", "const x = process.env.LEVEL;", None),
        ("a.ts", "const x = process.env.LEVEL ?? 'info';", "info"),
        ("a.ts", "const x = Number(process.env.LEVEL) || 3;", "3"),
        ("a.ts", 'const x = process.env["LEVEL"] || "info"', "info"),
        ("a.ts", "const { LEVEL = 'info', ...rest } = process.env;", "info"),
        ("a.ts", "const x = configService.get<string>('LEVEL', 'info');", "info"),
        ("a.ts", "import { LEVEL } from '$env/static/private';", None),
        ("a.ts", "import { env } from '$env/dynamic/private';\nexport const x = env.LEVEL;", None),
        ("a.vue", "<script>const x = import.meta.env.LEVEL</script>", None),
        ("a.go", 'x := os.Getenv("LEVEL")', None),
        ("a.go", 'x := getEnv("LEVEL", "info")', "info"),
        ("a.go", 'type C struct {\n\tL string `env:"LEVEL" envDefault:"info"`\n}', "info"),
        ("A.java", 'String x = System.getenv("LEVEL");', None),
        ("A.java", '@Value("${LEVEL:info}") String x;', "info"),
        ("src/main/resources/application.properties", "log.level=${LEVEL:info}", "info"),
        ("src/main/resources/application.yml", "log:\n  level: ${LEVEL:info}", "info"),
        ("a.rb", 'x = ENV.fetch("LEVEL", "info")', "info"),
        ("a.rb", 'x = ENV.fetch("LEVEL") { "info" }', "info"),
        ("a.php", "$x = env('LEVEL', 'info');", "info"),
        ("a.rs", 'let x = std::env::var("LEVEL").unwrap_or("info".into());', "info"),
        ("A.cs", 'var x = Environment.GetEnvironmentVariable("LEVEL") ?? "info";', "info"),
        ("a.exs", 'x = System.get_env("LEVEL", "info")', "info"),
        ("schema.prisma", 'url = env("LEVEL")', None),
        (".env.example", "# how much\nLEVEL=info # or debug", "info"),
        (".env.example", "export LEVEL='info'", "info"),
        (".env.example", "LEVEL=", None),
    ],
)
def test_a_variable_is_found_with_its_literal_default(
    tmp_path: Path, file: str, code: str, default: str | None
) -> None:
    variables = found(tmp_path, {file: code + "\n"})
    assert list(variables) == ["LEVEL"]
    assert variables["LEVEL"].default == default
    assert variables["LEVEL"].source is not None
    assert variables["LEVEL"].source.startswith(f"{file}:")


def test_settings_classes_are_variables_with_prefix_alias_and_secret_types(tmp_path: Path) -> None:
    code = """
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings


class Base(BaseSettings):
    model_config = {"env_prefix": "APP_"}
    host: str = "localhost"


class Settings(Base):
    port: int = 8000
    blob: SecretStr
    region: str = Field("eu", validation_alias=AliasChoices("REGION", "AREA"))


class NotSettings:
    ignored: str = "x"
"""
    variables = found(tmp_path, {"settings.py": code})
    assert {name: (each.default, each.secret) for name, each in variables.items()} == {
        "APP_HOST": ("localhost", False),
        "PORT": ("8000", False),
        "BLOB": (None, True),
        "REGION": ("eu", False),
    }


def test_a_settings_class_may_have_its_base_in_another_file(tmp_path: Path) -> None:
    files = {
        "core/app.py": "from core.base import BaseAppSettings\n\n\nclass AppSettings(BaseAppSettings):\n    debug: bool = False\n",
        "core/base.py": "from pydantic import BaseSettings\n\n\nclass BaseAppSettings(BaseSettings):\n    app_env: str = 'prod'\n",
        "core/other.py": "class Settings:\n    ignored: int = 1\n",
    }
    variables = found(tmp_path, files)
    assert {name: each.source for name, each in variables.items()} == {
        "APP_ENV": "core/base.py:5",
        "DEBUG": "core/app.py:5",
    }


def test_code_that_sets_or_comments_a_variable_does_not_read_it(tmp_path: Path) -> None:
    code = "process.env.SET = 'x';\n// process.env.COMMENTED\nif (process.env.READ === 'x') {}\n"
    assert list(found(tmp_path, {"a.js": code})) == ["READ"]


def test_what_only_tests_or_the_system_know_is_left_out(tmp_path: Path) -> None:
    files = {
        "test_a.py": 'os.environ["IN_TEST"]',
        "src/a.spec.ts": "process.env.IN_SPEC",
        "playwright.config.ts": "process.env.BROWSER",
        "a.py": 'os.environ["HOME"], os.environ["CI"], os.environ["KEPT"]',
    }
    assert list(found(tmp_path, files)) == ["KEPT"]


def test_the_default_of_a_secret_is_never_told(tmp_path: Path) -> None:
    files = {
        "a.py": 'os.environ.get("API_TOKEN", "hunter2")\nos.environ.get("STORE", "postgres://u:hunter2@h/db")\n',
        ".env.example": "SESSION_SECRET=hunter2\n",
    }
    variables = found(tmp_path, files)
    assert all(variable.secret and variable.default is None for variable in variables.values())
    assert len(variables) == 3


def test_a_sample_completes_what_the_code_reads_without_a_default(tmp_path: Path) -> None:
    files = {"a.py": 'os.environ["PAGE_SIZE"]\n', ".env.example": "PAGE_SIZE=20\n"}
    variable = found(tmp_path, files)["PAGE_SIZE"]
    assert (variable.default, variable.source) == ("20", "a.py:1")


@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "DB_PASSWORD", "GITHUB_TOKEN", "STRIPE_API_KEY", "DATABASE_URL", "AWS_ACCESS_KEY_ID", "SENTRY_DSN",
     "JWT_SECRET", "SLACK_WEBHOOK_URL", "REDIS_URL", "MONGODB_URI", "PRIVATE_KEY", "smtpPassword",
     "DJANGO_AWS_ACCESS_KEY_ID",
     "ENCRYPTION_KEY", "DB_PASS", "RABBITMQ_URL", "OPENAI_API_KEY", "CLIENT_SECRET"],
)  # fmt: skip
def test_names_of_secrets_are_recognised(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    ["PORT", "LOG_LEVEL", "ACCESS_TOKEN_EXPIRE_MINUTES", "TOKEN_TTL", "PASSWORD_MIN_LENGTH", "JWT_ALGORITHM", "DB_HOST",
     "NEXT_PUBLIC_API_KEY", "VITE_API_URL", "STRIPE_PUBLISHABLE_KEY", "TOKEN_URL", "KEYCLOAK_URL", "API_URL", "MONKEY",
     "SECRETS_PATH", "JWT_EXPIRES_IN", "RECAPTCHA_SITE_KEY", "AUTH_ISSUER", "BASE_URL"],
)  # fmt: skip
def test_settings_are_not_secrets(name: str) -> None:
    assert not is_secret(name)


@given(user=st.from_regex(r"[a-z]{1,8}", fullmatch=True), password=st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True))
def test_a_default_that_carries_credentials_makes_any_name_a_secret(user: str, password: str) -> None:
    assert is_secret("ENDPOINT", f"https://{user}:{password}@example.org/")
