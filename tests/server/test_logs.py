"""The log: without secrets, those of the workspace included, and without anything that deceives a reader."""

import logging
from pathlib import Path

from server.logs import RedactingFormatter
from tools.guard.redact import Redactor, redactor_for


def _line(message: str) -> str:
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, message, None, None)
    return RedactingFormatter(Redactor()).format(record)


def test_a_value_of_the_workspaces_dotenv_file_stays_out(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("APP_SECRET=only words and blanks\n")
    redactor_for(tmp_path)  # as the first call that served this workspace did
    assert "only words and blanks" not in _line("failed with only words and blanks")


def test_control_characters_are_shown_not_obeyed() -> None:
    assert {"\x1b", "\x9b", "\u202e", "\r"}.isdisjoint(_line("a\x1b[2Kb\x9b31m\u202ec\rd"))
