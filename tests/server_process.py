"""A real server in a process of its own, which can be stopped, killed and started again on the same port and folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True)
class ServerProcess:
    """`python -m sync serve` on a folder."""

    folder: Path
    database_url: str = ""
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str) -> str:
        """One command of the server's command line; what it printed."""
        ran = subprocess.run(
            [sys.executable, "-m", "sync", *arguments, "--data", str(self.folder)],
            check=False, capture_output=True, text=True, env=self._environment(),
        )  # fmt: skip
        if ran.returncode:
            raise AssertionError(ran.stdout + ran.stderr)
        return ran.stdout.strip()

    def start(self) -> None:
        """Start it and wait until it listens."""
        where = ["--port", str(self.port), "--data", str(self.folder)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sync", "serve", *where, *self.options],
                stdout=subprocess.PIPE, stderr=log, text=True, env=self._environment(),
            )  # fmt: skip
        output = self.process.stdout
        if output is None:
            raise AssertionError("the server has no output")
        for line in output:
            if "serving on" in line:
                return
        self.ended()
        raise AssertionError(f"the server did not start: {self.log.read_text('utf-8')}")

    @property
    def log(self) -> Path:
        """What it said on its standard error, in all its lives."""
        return self.folder.with_suffix(".log")

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self.process is not None:
            self.process.terminate()
            self.ended()

    def ended(self, seconds: float = 30.0) -> int:
        """Wait until it has ended; its status."""
        if self.process is None:
            raise AssertionError("it was not started")
        status = self.process.wait(seconds)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        return status

    @property
    def pid(self) -> int:
        """The process that was started; with several workers, the one that keeps them."""
        if self.process is None:
            raise AssertionError("it was not started")
        return self.process.pid

    def _environment(self) -> dict[str, str]:
        environment = {**os.environ}
        environment.pop("DATABASE_URL", None)
        if self.database_url:
            environment["DATABASE_URL"] = self.database_url
        return environment
