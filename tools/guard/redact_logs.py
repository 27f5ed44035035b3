"""Redacts log lines, tracebacks included: a bug's message may quote whatever it choked on."""

import logging

from tools.guard.redact import Redactor


class RedactingFormatter(logging.Formatter):
    """A formatter whose every line went through a redactor."""

    def __init__(self, layout: str, redactor: Redactor) -> None:
        super().__init__(layout)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """The whole entry, message and traceback, without its secrets."""
        return self._redactor.text(super().format(record))
