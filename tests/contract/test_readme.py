"""The README cannot drift: every snippet is parsed, every command it names exists."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from server.cli import app

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SHELL = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]


def _own_words(line: str) -> list[str]:
    words = shlex.split(line)
    return words[words.index("astreinte") :] if "astreinte" in words else []


def test_every_client_configuration_is_valid_json_that_starts_our_server() -> None:
    configurations = [json.loads(text) for kind, text in BLOCKS if kind == "json"]
    assert len(configurations) == 3
    for configuration in configurations:
        servers = configuration.get("mcpServers") or configuration.get("servers")
        _parses([servers["devops"]["command"], *servers["devops"]["args"]])


def test_mcp_json_starts_our_server() -> None:
    server = json.loads((ROOT / "mcp.json").read_text())["mcpServers"]["devops"]
    _parses([server["command"], *server["args"]])


@pytest.mark.parametrize("line", [line for line in SHELL if _own_words(line)])
def test_every_astreinte_command_in_the_readme_parses(line: str) -> None:
    _parses(_own_words(line))


def test_every_development_command_in_the_readme_exists() -> None:
    import dev

    named = {shlex.split(line)[2] for line in SHELL if line.startswith("python3 dev.py")}
    assert {"demo", "test"} <= named <= set(dev.COMMANDS)


def _parses(words: list[str]) -> None:
    assert words[0] == "astreinte"
    context = click.Context(app)
    command = app.get_command(context, words[1])
    assert command is not None, words
    command.make_context(words[1], words[2:], parent=context, resilient_parsing=False)
