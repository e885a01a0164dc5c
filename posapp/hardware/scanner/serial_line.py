"""A scanner on a serial line: USB-COM mode, no keyboard in between, so no input method and no focus can harm a code.

The device's file is read raw.  Each code ends with CR, LF or both, as scanners are delivered.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from posapp.application.devices import Device, Gear, Health
from posapp.application.ports import CameraPicture

if sys.platform != "win32":
    import tty

RETRY_SECONDS = 3.0
_LOOK_SECONDS = 0.2
_LONGEST_CODE = 4096


class Framing:
    """Cuts a stream of bytes into codes."""

    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, data: bytes) -> list[str]:
        """The codes that end in these bytes.  What is longer than any code is noise and is dropped."""
        *whole, self._waiting = (self._waiting + data).replace(b"\r", b"\n").split(b"\n")
        if len(self._waiting) > _LONGEST_CODE:
            self._waiting = b""
        texts = [code.decode("utf-8", "replace").strip("\0 \t") for code in whole]
        return [text for text in texts if text]


class SerialScanner:
    """Tells each code, and how the line is, from its own thread.  `path` is the device's file."""

    def __init__(
        self,
        path: str,
        found: Callable[[str], None],
        report: Callable[[Device], None],
        *,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._path, self._found, self._report, self._retry = path, found, report, retry_seconds
        self._stopping = threading.Event()
        self._said: Device | None = None
        self._thread = threading.Thread(target=self._listen, name="serial scanner", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of the line; nothing more is told."""
        self._stopping.set()
        self._thread.join()

    def show_to(self, _onlooker: Callable[[CameraPicture], None] | None) -> None:
        """There is no picture."""

    def _listen(self) -> None:
        if sys.platform == "win32":
            self._say(_unsupported(self._path))
            return
        while not self._stopping.is_set():
            with suppress(OSError):
                self._hear()
            if not self._stopping.is_set():
                self._say(_gone(self._path))
                self._stopping.wait(self._retry)

    def _hear(self) -> None:
        """Until the line breaks.  Raises OSError."""
        line = os.open(self._path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            if os.isatty(line):
                tty.setraw(line)
            self._say(Device(Gear.SCANNER, Health.WORKS, self._path))
            framing = Framing()
            while not self._stopping.is_set():
                readable, _, _ = select.select([line], [], [], _LOOK_SECONDS)
                if not readable:
                    continue
                data = os.read(line, _LONGEST_CODE)
                if not data:
                    return
                for text in framing.feed(data):
                    self._found(text)
        finally:
            os.close(line)

    def _say(self, state: Device) -> None:
        if state != self._said:
            self._said = state
            self._report(state)


def _gone(path: str) -> Device:
    return Device(
        Gear.SCANNER,
        Health.FAULT,
        path,
        en=f"The scanner at {path} does not answer. The keyboard and other scanners still work; check its cable.",
        zh=f"{path} 上的扫码枪没有应答。键盘和其他扫码枪照常可用；请检查连线。",
    )


def _unsupported(path: str) -> Device:
    return Device(
        Gear.SCANNER,
        Health.FAULT,
        path,
        en="Scanners on a serial line are not supported on this system. Set the scanner to keyboard mode; it works so.",
        zh="此系统不支持串口扫码枪。请把扫码枪设为键盘模式，即可使用。",
    )
