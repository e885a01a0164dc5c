"""A peer in a process of its own, which answers each line of JSON with a line of JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Any, Self

_STOP_SECONDS = 10.0


class PeerEndedError(RuntimeError):
    """A peer ended instead of answering."""


class Asked:
    """Started at once; ends with its standard input.  What it writes to standard error is shown."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_why: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def ask(self, **question: object) -> dict[str, Any]:
        """Ask one thing and wait for the answer.  Raises `PeerEndedError`."""
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        return self.hear()

    def hear(self) -> dict[str, Any]:
        """Wait for a line that it says.  Raises `PeerEndedError`."""
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            raise PeerEndedError(f"{self._process.args!r} ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer
