"""What a delivery says of the migrations: which are new, in which order, what is lost, who decides."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp_types import CallToolResult

from resources.catalogue import speaking
from server.app import build_server
from server.settings import Settings
from tools.brief import Brief
from tools.guard.process import find_program
from tools.migrations.advise import advise
from tools.migrations.operation import Migration
from tools.migrations.pending import MOST, added, pending
from tools.migrations.sql import judge_sql

needs_git = pytest.mark.skipif(find_program("git") is None, reason="git is not installed")


def _brief(*needs: str) -> Brief:
    component = {"path": ".", "name": "shop", "language": "go", "kind": "service", "needs": list(needs)}
    return Brief.model_validate({"service": "shop", "context": {"components": [component]}})


def _migration(path: str, text: str, *, undone: bool | None = None) -> Migration:
    return Migration(path, "SQL", tuple(judge_sql(text)), undone)


def _git(root: Path, *words: str) -> None:
    argv = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
    subprocess.run(argv, cwd=root, check=True, capture_output=True)


def test_what_only_adds_is_no_risk_and_no_decision() -> None:
    told = advise(_brief(), [_migration("1.sql", "CREATE TABLE a (b int); ALTER TABLE c ADD d int;")], known=True)
    assert (told.risks, told.escalations) == ([], [])


def test_what_cannot_be_taken_back_is_escalated_with_its_place() -> None:
    with speaking("en"):
        told = advise(_brief(), [_migration("m/1.sql", "SELECT 1;\nALTER TABLE a DROP COLUMN b;")], known=True)
    (escalation,) = told.escalations
    assert (escalation.situation, escalation.to) == ("production_downtime", "chef-equipe")
    assert "m/1.sql:2 (a.b)" in escalation.reason
    assert escalation.files == ["m/1.sql"]
    assert {each.kind for each in told.risks} == {"downtime", "data_loss"}
    assert all(each.mitigation for each in told.risks)


def test_each_file_is_told_its_release() -> None:
    files = [
        _migration("1_add.sql", "ALTER TABLE a ADD b int;"),
        _migration("2_drop.sql", "ALTER TABLE a DROP COLUMN c;"),
        _migration("3_both.sql", "ALTER TABLE a ADD d int; ALTER TABLE a DROP COLUMN e;"),
        _migration("4_rename.sql", "ALTER TABLE a RENAME f TO g;"),
    ]
    with speaking("en"):
        order = advise(_brief(), files, known=True).risks[0].message
    assert "with this release, before the code: 1_add.sql" in order
    assert "to be split in two: 3_both.sql, 4_rename.sql" in order
    assert "once this one runs everywhere: 2_drop.sql" in order


def test_a_lock_is_a_risk_where_the_database_takes_one() -> None:
    index = [_migration("1.sql", "CREATE INDEX i ON a (b);")]
    assert [each.level for each in advise(_brief("postgres"), index, known=True).risks] == ["medium"]
    assert advise(_brief("mysql"), index, known=True).risks == []
    assert advise(_brief("postgres"), index, known=True).escalations == []


def test_what_a_person_must_read_is_a_risk_and_not_yet_a_decision() -> None:
    told = advise(_brief(), [_migration("1.sql", "DO $$ BEGIN END $$; UPDATE a SET b = 1;")], known=True)
    assert ({each.level for each in told.risks}, told.escalations) == ({"medium"}, [])


def test_many_places_are_counted_and_not_all_shown() -> None:
    many = [_migration(f"{number}.sql", "DROP TABLE a;") for number in range(40)]
    with speaking("en"):
        told = advise(_brief(), many, known=True)
    assert "and 34 more" in told.escalations[0].reason
    assert max(len(each.message) for each in told.risks) < 1_000


def test_a_migration_without_a_way_back_is_said() -> None:
    with speaking("en"):
        told = advise(_brief(), [_migration("1.sql", "ALTER TABLE a ADD b int;", undone=False)], known=True)
    assert [(each.level, "1.sql" in each.message) for each in told.risks] == [("low", True)]


@needs_git
async def test_what_the_branch_adds_is_pending_committed_or_not(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    (shop / "migrations").mkdir(parents=True)
    every = [f"migrations/{number}.sql" for number in range(6)]
    for path in every[:4]:
        (shop / path).write_text("SELECT 1;")
    _git(tmp_path, "init", "--quiet", "--initial-branch=main")
    _git(tmp_path, "add", "--all")
    _git(tmp_path, "commit", "--quiet", "--message", "all")
    assert pending(every[:4], await added(shop, "main")).known is False
    assert pending(every[:4], await added(shop, "main")).paths == tuple(every[1:4])
    _git(tmp_path, "switch", "--quiet", "--create", "change")
    (shop / every[4]).write_text("SELECT 1;")
    _git(tmp_path, "add", "--all")
    _git(tmp_path, "commit", "--quiet", "--message", "new")
    (shop / every[5]).write_text("SELECT 1;")
    found = pending(every, await added(shop, "main"))
    assert (found.paths, found.known) == (tuple(every[4:]), True)


@needs_git
async def test_a_repository_runs_nothing_of_its_own_when_it_is_asked(tmp_path: Path) -> None:
    _git(tmp_path, "init", "--quiet", "--initial-branch=main")
    _git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "first")
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    for name in ("core.fsmonitor", "diff.external", "core.pager"):
        _git(tmp_path, "config", name, str(script))
    await added(tmp_path, "main")
    assert not (tmp_path / "ran").exists()


async def test_without_git_nobody_says_what_is_new(tmp_path: Path) -> None:
    assert await added(tmp_path, "main") is None
    assert pending([f"a/{number}.sql" for number in range(9)], None).paths == ("a/6.sql", "a/7.sql", "a/8.sql")
    assert len(pending([f"{number}/a.sql" for number in range(MOST * 2)], None).paths) == MOST


@pytest.mark.parametrize("tool", ["generate_pipeline", "deliver", "generate_deployment"])
async def test_every_delivery_speaks_of_the_migrations(tool: str, tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "go.mod").write_text("module shop\n\ngo 1.26\n\nrequire github.com/pressly/goose/v3 v3.1.0\n")
    (tmp_path / "main.go").write_text(
        'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n'
    )
    (tmp_path / "migrations/0001_drop.sql").write_text("-- +goose Up\nALTER TABLE orders DROP COLUMN total;\n")
    async with Client(build_server(Settings(workspace=tmp_path, language="en"))) as client:
        result = await client.call_tool(tool, {"brief": {"context": {"platform": {"target": "kubernetes"}}}})
    told = _structured(result)
    reasons = [each["reason"] for each in told["escalations"]]
    assert any("migrations/0001_drop.sql:2 (orders.total)" in each for each in reasons), reasons


def _structured(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, result.content
    assert result.structured_content is not None
    data: dict[str, Any] = json.loads(json.dumps(result.structured_content))
    return data
