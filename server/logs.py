"""Logs go to standard error, without secrets: standard output belongs to the protocol."""

import logging
import sys

from tools.guard.redact import Redactor


class RedactingFormatter(logging.Formatter):
    """Takes secrets out of the finished line, traceback included: a crash may carry one."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be seen."""
        return self._redactor.text(super().format(record))


def configure_logs(level: str, redactor: Redactor | None = None) -> None:
    """Send every log record to standard error at `level`, replacing handlers that others installed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(redactor or Redactor.of()))
    logging.basicConfig(level=level, handlers=[handler], force=True)
