"""Logs go to standard error, without secrets: standard output belongs to the protocol."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from server.request_id import request_id, trace_id
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


class JsonFormatter(logging.Formatter):
    """One JSON object a line, without secrets, with the request's id where there is one."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be seen."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {
            "at": at,
            "level": record.levelname,
            "logger": record.name,
            "message": self._seen(record.getMessage()),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        if trace_id():
            line["trace_id"] = trace_id()
        if record.exc_info:
            line["exception"] = self._seen(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)

    def _seen(self, text: str) -> str:
        return plain(everything_known().also(self._redactor).text(text))


def configure_logs(level: str, redactor: Redactor | None = None, *, style: Literal["text", "json"] = "text") -> None:
    """Send every log record to standard error at `level`, replacing handlers that others installed."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = JsonFormatter if style == "json" else RedactingFormatter
    handler.setFormatter(formatter(redactor or Redactor.of()))
    logging.basicConfig(level=level, handlers=[handler], force=True)
