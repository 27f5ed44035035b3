"""Logs go to standard error, without secrets: standard output belongs to the protocol."""

import logging
import sys

from tools.guard.redact import Redactor, everything_known
from tools.shell.terminal_text import plain


class RedactingFormatter(logging.Formatter):
    """Takes secrets and control characters out of the finished line, traceback included: a crash may carry them."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be seen."""
        return plain(everything_known().also(self._redactor).text(super().format(record)))


def configure_logs(level: str, redactor: Redactor | None = None) -> None:
    """Send every log record to standard error at `level`, replacing handlers that others installed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(redactor or Redactor.of()))
    logging.basicConfig(level=level, handlers=[handler], force=True)
