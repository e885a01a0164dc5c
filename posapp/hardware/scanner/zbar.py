"""ZBar as the last to be asked, in a process of its own: it has crashed programs, and its library may be missing.

The `scan` extra brings the Python side (pyzbar), the system the native one (libzbar0).  Without either, or when the
process dies or hangs too often, the till scans on without it; `trouble` says so.
"""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Final

from posapp.hardware.scanner.reading import Grey, Reading

ANSWER_SECONDS = 0.5
_START_SECONDS = 30.0
_LIVES: Final = 3
"""A process that was ended so often is not started again."""
_QR: Final = "QRCODE"


class ZbarProcess:
    """Asks ZBar about pictures; never raises, and never waits for an answer longer than `patience` seconds."""

    def __init__(self, patience: float = ANSWER_SECONDS) -> None:
        self._patience = patience
        self._process: SpawnProcess | None = None
        self._line: Connection | None = None
        self._lives = _LIVES
        self.trouble = ""

    def read(self, picture: Grey) -> list[Reading]:
        """The codes that ZBar sees; none where it cannot be asked."""
        line, process = self._line or self._begin(), self._process
        if line is None or process is None:
            return []
        # One that hangs takes no picture either: sending would wait for it for ever.
        deadline = threading.Timer(self._patience, process.kill)
        deadline.start()
        try:
            line.send((picture.shape[1], picture.shape[0], picture.tobytes()))
            answer: list[tuple[str, str]] = line.recv()
        except (OSError, EOFError):
            pass
        else:
            return [Reading(text, corrected=kind == _QR) for kind, text in answer]
        finally:
            deadline.cancel()
        self._lives -= 1
        self.close()
        if self._lives == 0:
            self.trouble = "ZBar broke down"
        return []

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._line is not None:
            self._line.close()
        self._process = self._line = None

    def _begin(self) -> Connection | None:
        if self.trouble:
            return None
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), name="zbar", daemon=True)
        self._process.start()
        theirs.close()
        missing = "ZBar did not start"
        with suppress(OSError, EOFError):
            if self._line.poll(_START_SECONDS):
                missing = str(self._line.recv())
        if missing:
            self.trouble = missing
            self.close()
        return self._line


def _serve(line: Connection) -> None:
    """Run in the process: say what is missing, or nothing, then answer pictures until nobody asks any more."""
    try:
        from pyzbar import pyzbar  # noqa: PLC0415 - the till's own process must never load it
    except ImportError as error:
        line.send(f"ZBar is not installed ({error})")
        return
    line.send("")
    symbols = [getattr(pyzbar.ZBarSymbol, name) for name in (_QR, "EAN13", "EAN8", "UPCA", "CODE128")]
    with suppress(EOFError, OSError):
        while True:
            width, height, pixels = line.recv()
            found = pyzbar.decode((pixels, width, height), symbols=symbols)
            line.send([(one.type, one.data.decode("utf-8", "replace")) for one in found])
