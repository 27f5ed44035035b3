"""Every language with as little, and as odd, a component as a brief may hold: no failure, no finding."""

import itertools

import pytest

from resources.catalogue import speaking
from tools.brief import Brief, Context
from tools.containers.generate import containers
from tools.containers.languages.registry import LANGUAGES
from tools.project import Component
from tools.validate.validate import validate_files

MANAGERS = {
    "python": ("uv", "poetry", "pdm", "pipenv", "pip"),
    "node": ("npm", "pnpm", "yarn", "bun"),
    "java": ("maven", "gradle"),
    "kotlin": ("maven", "gradle"),
}
MIGRATIONS = {
    "python": "uv run alembic upgrade head",
    "node": "pnpm exec prisma migrate deploy",
    "go": "goose -dir ../../migrations up",
    "rust": "cargo run --package migration -- up",
    "dotnet": "dotnet ef database update",
}
CASES = [
    (language, manager, kind)
    for language in sorted(LANGUAGES)
    for manager, kind in itertools.product(MANAGERS.get(language, (None,)), ("service", "worker", "static"))
    if kind != "static" or language in {"node", "bun", "static"}
]


def _components(language: str, manager: str | None, kind: str) -> list[Component]:
    bare = Component.model_validate({"path": ".", "language": language, "package_manager": manager, "kind": kind})
    rich = bare.model_copy(
        update={
            "path": "apps/my shop",
            "name": "my-shop",
            "lock_file": "the.lock" if language != "node" else "pnpm-lock.yaml",
            "port": 8080,
            "health_path": '/it\'s "up"?a=$b',
            "start_command": "serve 'a b' --port \"$PORT\"",
            "migrate_command": MIGRATIONS.get(language),
            "build_command": None if language in {"dotnet", "go"} else "make 'all of it' && ./pack",
            "needs": ["postgres", "redis"],
            "language_version": ">=3 <5",
        }
    )
    return [bare, rich]


@pytest.mark.parametrize(("language", "manager", "kind"), CASES)
async def test_every_variant_makes_an_image_without_a_finding(language: str, manager: str | None, kind: str) -> None:
    for component in _components(language, manager, kind):
        brief = Brief(service="shop", context=Context(components=[component]))
        with speaking("en"):
            delivery = containers(brief)
        made = [file for file in delivery.files if file.path.endswith("Dockerfile")]
        assert made
        for each in await validate_files(made):
            assert not each.findings, f"{each.tool}: {each.findings}\n{made[0].content}"
