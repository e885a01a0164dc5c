"""The server's log: one JSON object a line, without secrets and without personal data.

What an error says is left out, because databases quote the values that they choke on; its kind and the places that it
came through are enough to find it.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

# Their messages hold addresses of people or of what was asked from a provider.
_TOO_TALKATIVE = ("httpx", "httpcore")


class JsonLines(logging.Formatter):
    """``{"time", "level", "logger", "worker", "message", …}``; `extra={"facts": {…}}` of a call adds to it."""

    def __init__(self, worker: int = 0) -> None:
        super().__init__()
        self._worker = worker

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "worker": self._worker,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["errors"] = _errors(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def start(worker: int = 0) -> None:
    """Log to the standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(worker))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _errors(error: BaseException) -> list[dict[str, Any]]:
    """An error and what caused it: kinds, SQLSTATEs and places, without any of their words."""
    found = []
    at: BaseException | None = error
    while at is not None:
        frames = traceback.extract_tb(at.__traceback__)
        one: dict[str, Any] = {
            "kind": f"{type(at).__module__}.{type(at).__qualname__}",
            "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        state = getattr(at, "sqlstate", None)
        if state:
            one["sqlstate"] = state
        found.append(one)
        at = at.__cause__ or at.__context__
    return found
