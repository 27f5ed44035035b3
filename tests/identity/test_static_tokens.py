"""Tokens of small teams: shown once, kept as hashes, good until they expire or are revoked."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import app
from server.http import http_app
from server.identity.static_tokens import StaticTokens, TokenError
from server.settings import Settings, SettingsError
from tests.identity.http_server import serving
from tools.guard.state import State, default_directory
from tools.shell.classify import decide
from tools.shell.facts import Facts


@pytest.fixture
def tokens() -> StaticTokens:
    return StaticTokens(State.at(default_directory()))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "a.txt").write_text("hello\n")
    return Settings(workspace=tmp_path, language="en")


def test_the_command_shows_a_token_once_and_keeps_only_its_hash() -> None:
    made = CliRunner().invoke(app, ["--language", "en", "token", "add", "alice", "--role", "viewer"])
    text = made.stdout.strip()
    assert text.startswith("astreinte_")
    kept = b"".join(path.read_bytes() for path in default_directory().rglob("*") if path.is_file())
    assert text.encode() not in kept
    assert (default_directory() / "tokens.json").stat().st_mode & 0o777 == 0o600


def test_a_name_holds_one_token(tokens: StaticTokens) -> None:
    tokens.add("alice", "viewer", 1)
    with pytest.raises(TokenError, match="alice"):
        tokens.add("alice", "admin", 1)


async def test_a_revoked_token_stops_at_once(settings: Settings, tokens: StaticTokens) -> None:
    text = tokens.add("alice", "operator", 1)
    tokens.add("bob", "operator", 1)  # while there is any token, the server asks everybody for one
    async with serving(settings) as anybody:
        alice = anybody.holding(text)
        assert (await alice.post("tools/list")).status_code == 200
        tokens.revoke("alice")
        assert (await alice.post("tools/list")).status_code == 401


async def test_an_expired_token_is_refused(settings: Settings, tokens: StaticTokens) -> None:
    text = tokens.add("alice", "operator", -1)
    async with serving(settings) as anybody:
        assert (await anybody.holding(text).post("tools/list")).status_code == 401


async def test_a_server_that_began_with_tokens_asks_for_one_after_the_last_was_revoked(
    settings: Settings, tokens: StaticTokens
) -> None:
    tokens.add("alice", "operator", 1)
    async with serving(settings) as anybody:
        tokens.revoke("alice")
        assert (await anybody.post("tools/list")).status_code == 401


def test_beyond_loopback_a_token_or_a_team_is_needed(settings: Settings, tokens: StaticTokens) -> None:
    with pytest.raises(SettingsError, match=r"0\.0\.0\.0"):
        http_app(settings, "0.0.0.0", 8765)
    tokens.add("alice", "operator", 1)
    http_app(settings, "0.0.0.0", 8765)


def test_a_team_file_with_an_unknown_role_is_refused(settings: Settings, tmp_path: Path) -> None:
    team = tmp_path / "team.toml"
    team.write_text('[roles]\nops = "emperor"\n')
    with pytest.raises(SettingsError, match="roles"):
        http_app(settings.model_copy(update={"team": team}), "127.0.0.1", 8765)


def test_a_team_file_that_is_not_there_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        http_app(settings.model_copy(update={"team": tmp_path / "none.toml"}), "127.0.0.1", 8765)


@pytest.mark.parametrize(
    "command",
    ["astreinte token add me", "python -m server token add me", "uvx astreinte token add me --role admin"],
)
def test_the_model_cannot_make_itself_a_token(command: str) -> None:
    assert decide(command, Facts("/home/dev/shop")).decision == "deny"
