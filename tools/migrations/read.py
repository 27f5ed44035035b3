"""Finds the migrations of a repository by where their tools keep them, and reads each with what knows it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.migrations import python_files
from tools.migrations.calls import reader
from tools.migrations.operation import Migration, Operation
from tools.migrations.sections import forward
from tools.migrations.sql import judge_sql
from tools.stacks.tree import Tree, parent

Read = tuple[list[Operation], bool | None] | None
NUMBER = re.compile(r"\d+")
LONGEST = 200_000
"""Characters of a file that is read; a longer one is data."""


@dataclass(frozen=True)
class Tool:
    """Where a tool keeps its migrations, and how one is read. The path alone decides, so it says enough."""

    name: str
    path: re.Pattern[str]
    read: Callable[[str], Read]
    back: Callable[[str], str] | None = None
    """The file that takes a migration back, from its own path, where it is another file."""


def _sql(text: str) -> Read:
    return judge_sql(text), None


def _marked(text: str) -> Read:
    for name in ("goose", "dbmate", "liquibase"):
        mark = {"goose": "+goose", "dbmate": "migrate:up", "liquibase": "liquibase formatted sql"}[name]
        if mark in text[:20_000]:
            up, undone = forward(text, name)
            return judge_sql(up), undone
    return judge_sql(text), None


def _liquibase(text: str) -> Read:
    return _marked(text) if text.lstrip()[:2] == "--" else reader("liquibase")(text)


def _tool(name: str, path: str, read: Callable[[str], Read], back: Callable[[str], str] | None = None) -> Tool:
    return Tool(name, re.compile(rf"(^|/){path}$"), read, back)


# The first that matches counts: the particular ones before those that look like many.
TOOLS: tuple[Tool, ...] = (
    _tool("prisma", r"prisma/(?:\w+/)?migrations/[^/]+/migration\.sql", _sql),
    _tool("up/down SQL", r"migrations/[^/]+/up\.sql", _sql, lambda path: f"{parent(path)}/down.sql"),
    _tool("drizzle", r"drizzle/(?:migrations/)?[^/]+\.sql", _sql),
    _tool(
        "flyway",
        r"db/migration/(?:.+/)?[VR][^/]*__[^/]+\.sql",
        _sql,
        lambda path: f"{parent(path)}/U{path.rpartition('/')[2][1:]}",
    ),
    _tool("liquibase", r"(?:db/changelog|changelogs?|liquibase)/.+\.(?:xml|ya?ml|sql)", _liquibase),
    _tool("alembic", r"(?:\w+/)?(?:alembic|migrations)/versions/[^/]+\.py", python_files.alembic),
    _tool("django", r"migrations/\d{4}_[^/]+\.py", python_files.django),
    _tool("rails", r"db/(?:\w+_)?migrate/\d+_[^/]+\.rb", reader("ruby")),
    _tool("ecto", r"priv/\w*repo\w*/migrations/[^/]+\.exs", reader("elixir")),
    _tool("laravel", r"database/migrations/(?:.+/)?[^/]+\.php", reader("php")),
    _tool("doctrine", r"migrations/(?:.+/)?Version\d+\.php", reader("php")),
    _tool("entity framework", r"Migrations/(?:.+/)?\d{14}_[^/.]+\.cs", reader("csharp")),
    _tool(
        "up/down SQL",
        r"(?:migrations?|migrate)/[^/]+\.up\.sql",
        _sql,
        lambda path: path.removesuffix(".up.sql") + ".down.sql",
    ),
    _tool("SQL", r"(?:migrations?|migrate)/\d[^/]*(?<!\.down)\.sql", _marked),
    _tool("JavaScript", r"(?:migrations?|migrate)/[^/]*\d[^/]*(?<!\.d)\.[cm]?[jt]s", reader("javascript")),
)


def tool_of(path: str) -> Tool | None:
    """The tool that keeps a migration at `path`."""
    return next((each for each in TOOLS if each.path.search(path)), None)


def found(tree: Tree) -> list[str]:
    """Every migration of `tree`, in the order in which they are applied as far as names say it."""
    return sorted((path for path in tree.files if tool_of(path) is not None), key=_order)


def read(tree: Tree, paths: Sequence[str]) -> list[Migration]:
    """The migrations at `paths`. One that cannot be read is one operation that nobody has judged."""
    migrations = []
    for path in paths:
        tool = tool_of(path)
        text = tree.text(path)
        if tool is None:
            continue
        said = tool.read(text) if text is not None and len(text) <= LONGEST else None
        operations, undone = said if said is not None else ([Operation("code", 1)], None)
        if tool.back is not None:
            other = tree.text(tool.back(path))
            undone = bool(other and judge_sql(other)) if tool.name != "flyway" or other else None
        migrations.append(Migration(path, tool.name, tuple(operations), undone))
    return migrations


def _order(path: str) -> tuple[str, tuple[int, ...], str]:
    # V2 before V10: by numbers where there are some.
    name = path.rpartition("/")[2] if not path.endswith(("/migration.sql", "/up.sql")) else path.split("/")[-2]
    folder = path[: path.rfind(name)]
    return folder, tuple(int(each) for each in NUMBER.findall(name)[:6]), name
