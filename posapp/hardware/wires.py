"""The ways to a printer: a network socket, a device file (USB, or a serial line), the system's spooler.

A device file is opened raw with termios, which is all that a serial printer needs on Linux; there is no pyserial in it,
and no serial printer on Windows.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from posapp.application.ports import PrinterFailed, PrinterFault
from posapp.application.printing.setup import PrinterSetup, Way

PORT = 9100
_CONNECT_SECONDS = 3.0
_SEND_SECONDS = 10.0
_ANSWER_SECONDS = 0.8
_SPOOL_SECONDS = 20.0


class Line(Protocol):
    """An open way to a printer."""

    def send(self, data: bytes) -> None:
        """Send all of it.  Raises `OSError`."""
        ...

    def ask(self, question: bytes) -> int | None:
        """Send a question and wait a moment for its byte; None where nobody answers.  Raises `OSError`."""
        ...


@contextmanager
def opened(setup: PrinterSetup) -> Iterator[Line]:
    """Open the way to a printer.  Raises `PrinterFailed` for whatever goes wrong on it, also later."""
    try:
        with _open(setup) as line:
            yield line
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise PrinterFailed(
            f"the printer at {setup.address} does not answer: {reason}",
            f"连不上打印机 {setup.address}：{reason}",
            PrinterFault.OFFLINE,
        ) from error


@contextmanager
def _open(setup: PrinterSetup) -> Iterator[Line]:
    match setup.way:
        case Way.TCP:
            host, _, port = setup.address.partition(":")
            with socket.create_connection((host, int(port or PORT)), _CONNECT_SECONDS) as made:
                made.settimeout(_SEND_SECONDS)
                yield _Socket(made)
        case Way.DEVICE:
            descriptor = os.open(setup.address, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            try:
                make_raw(descriptor, setup.baud)
                yield _Device(descriptor)
            finally:
                os.close(descriptor)
        case Way.SPOOLER:
            yield _Spooler(setup.address)
        case Way.FOLDER:
            raise FileNotFoundError("this till has no printer")


@dataclass(frozen=True, slots=True)
class _Socket:
    made: socket.socket

    def send(self, data: bytes) -> None:
        self.made.sendall(data)

    def ask(self, question: bytes) -> int | None:
        self.made.sendall(question)
        if not select.select([self.made], [], [], _ANSWER_SECONDS)[0]:
            return None
        answer = self.made.recv(1)
        if not answer:
            raise ConnectionResetError("the printer hung up")
        return answer[0]


@dataclass(frozen=True, slots=True)
class _Device:
    descriptor: int

    def send(self, data: bytes) -> None:
        limit = time.monotonic() + _SEND_SECONDS
        rest = memoryview(data)
        while rest:
            left = limit - time.monotonic()
            if left <= 0 or not select.select([], [self.descriptor], [], left)[1]:
                raise TimeoutError("the printer takes nothing")
            rest = rest[os.write(self.descriptor, rest) :]

    def ask(self, question: bytes) -> int | None:
        self.send(question)
        if not select.select([self.descriptor], [], [], _ANSWER_SECONDS)[0]:
            return None
        answer = os.read(self.descriptor, 1)
        return answer[0] if answer else None


@dataclass(frozen=True, slots=True)
class _Spooler:
    """`lp` takes the bytes as they are; what becomes of them, the system's own queue knows."""

    queue: str

    def send(self, data: bytes) -> None:
        command = ["lp", "-d", self.queue, "-o", "raw", "-s", "-"]
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SPOOL_SECONDS, check=False)  # noqa: S603 - no shell; the queue's name is the shop's own
        if done.returncode:
            raise OSError(done.stderr.decode("utf-8", "replace").strip() or f"lp: {done.returncode}")

    def ask(self, question: bytes) -> int | None:
        del question
        return None


def make_raw(descriptor: int, baud: int = 0) -> None:
    """Let a terminal carry bytes as they are, at a speed, 8N1; what is no terminal does so already."""
    if sys.platform == "win32" or not os.isatty(descriptor):
        return
    import termios  # noqa: PLC0415 - there is none on Windows
    import tty  # noqa: PLC0415 - the same

    try:
        tty.setraw(descriptor)
        if baud:
            attributes = termios.tcgetattr(descriptor)
            framing = attributes[2] & ~(termios.PARENB | termios.CSTOPB | termios.CSIZE)
            attributes[2] = framing | termios.CS8 | termios.CLOCAL
            attributes[4] = attributes[5] = getattr(termios, f"B{baud}")
            termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
    except (termios.error, AttributeError) as error:
        raise OSError(f"it takes no {baud} baud") from error
