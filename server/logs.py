"""Logs go to standard error: standard output belongs to the protocol."""

import logging
import sys


def configure_logs(level: str) -> None:
    """Send every log record to standard error at `level`, replacing handlers that others installed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
