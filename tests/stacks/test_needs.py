"""Backing services: what shows them, what does not, and where the evidence points."""

from pathlib import Path

import pytest

from tools.project import Component
from tools.stacks.detect import inspect


async def only(root: Path, files: dict[str, str]) -> Component:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (component,) = (await inspect(root)).components
    return component


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("postgresql+asyncpg://u@h/db", "postgres"),
        ("postgres://u@h/db", "postgres"),
        ("mysql+pymysql://u@h/db", "mysql"),
        ("redis://cache:6379/0", "redis"),
        ("rediss://cache:6379/0", "redis"),
        ("mongodb+srv://u@h/db", "mongodb"),
        ("amqp://guest@queue//", "rabbitmq"),
        ("nats://n:4222", "nats"),
    ],
)
async def test_a_connection_url_in_the_code_shows_the_service(tmp_path: Path, url: str, service: str) -> None:
    component = await only(
        tmp_path,
        {"requirements.txt": "flask\n", "app.py": f'from flask import Flask\n\napp = Flask(__name__)\nURL = "{url}"\n'},
    )
    assert component.needs == [service]
    assert component.evidence[f"needs.{service}"] == "app.py:4"


async def test_sqlite_is_a_file_and_not_a_service(tmp_path: Path) -> None:
    component = await only(
        tmp_path,
        {"requirements.txt": "flask\nsqlalchemy\n", "app.py": 'from flask import Flask\nURL = "sqlite:///app.db"\n'},
    )
    assert component.needs == []


async def test_a_comment_or_a_test_does_not_show_a_service(tmp_path: Path) -> None:
    component = await only(
        tmp_path,
        {
            "requirements.txt": "flask\n",
            "app.py": "from flask import Flask\napp = Flask(__name__)\n# once: redis://cache\n",
            "tests/test_app.py": 'URL = "postgres://localhost/test"\n',
        },
    )
    assert component.needs == []


async def test_drivers_of_development_only_are_not_needed(tmp_path: Path) -> None:
    component = await only(
        tmp_path,
        {
            "package.json": '{"name": "a", "private": true, "scripts": {"start": "node a.js"}, '
            '"dependencies": {"express": "4"}, "devDependencies": {"pg": "8"}}',
            "a.js": "require('express')().listen(3000)",
        },
    )
    assert component.needs == []


async def test_prisma_says_which_database_by_its_provider(tmp_path: Path) -> None:
    package = '{"name": "a", "private": true, "scripts": {"start": "node a.js"}, "dependencies": {"express": "4"}}'
    schema = 'datasource db {\n  provider = "mysql"\n  url = env("DATABASE_URL")\n}\n'
    component = await only(tmp_path, {"package.json": package, "a.js": "", "prisma/schema.prisma": schema})
    assert component.needs == ["mysql"]
    assert component.evidence["needs.mysql"] == "prisma/schema.prisma:2"


async def test_a_component_needs_what_its_own_compose_service_leans_on(tmp_path: Path) -> None:
    files = {
        "compose.yml": (
            "services:\n  a:\n    build: ./a\n    depends_on: [cache]\n  b:\n    build: ./b\n"
            "  cache:\n    image: docker.io/library/redis:7\n  db:\n    image: bitnami/postgresql:16\n"
        ),
        "a/requirements.txt": "flask\n",
        "a/app.py": "from flask import Flask\napp = Flask(__name__)\n",
        "b/requirements.txt": "flask\n",
        "b/app.py": "from flask import Flask\napp = Flask(__name__)\n",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    needs = {component.path: component.needs for component in (await inspect(tmp_path)).components}
    assert needs == {"a": ["redis"], "b": []}


async def test_the_only_component_needs_every_service_of_the_compose_file(tmp_path: Path) -> None:
    component = await only(
        tmp_path,
        {
            "requirements.txt": "flask\n",
            "app.py": "from flask import Flask\napp = Flask(__name__)\n",
            "docker-compose.yml": "services:\n  db:\n    image: mariadb:11\n  ui:\n    image: adminer\n",
        },
    )
    assert component.needs == ["mariadb"]
    assert component.evidence["needs.mariadb"] == "docker-compose.yml:3"


async def test_a_library_that_talks_about_databases_needs_none(tmp_path: Path) -> None:
    component = await only(
        tmp_path,
        {
            "pyproject.toml": '[project]\nname = "urls"\nversion = "1"\n[build-system]\nrequires = ["hatchling"]\n',
            "urls/__init__.py": 'EXAMPLE = "postgres://localhost/db"\n',
        },
    )
    assert component.kind == "library"
    assert component.needs == []
