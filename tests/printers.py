"""Printers that are real enough: a TCP server, a terminal and an `lp`; they take bytes and answer about their paper."""

from __future__ import annotations

import os
import socketserver
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

ASK_PAPER, ASK_CAUSE = b"\x10\x04\x04", b"\x10\x04\x02"
HAS_PAPER, NO_PAPER, COVER_OPEN = 0x12, 0x72, 0x16


@dataclass
class Head:
    """What is behind each of them: takes bytes, answers `DLE EOT`, keeps the rest as paper.

    `paper` is false where the roll is empty; with `paper_for` the roll ends after so many bytes.  `mute` answers
    nothing.
    """

    paper: bool = True
    open_cover: bool = False
    mute: bool = False
    paper_for: int | None = None
    printed: bytearray = field(default_factory=bytearray)
    questions: list[bytes] = field(default_factory=list)
    _rest: bytes = b""

    def take(self, data: bytes) -> bytes:
        """Take bytes; returns the answers."""
        answers = bytearray()
        data = self._rest + data
        while data:
            place = data.find(b"\x10\x04")
            if place < 0:
                self._print(data)
                break
            self._print(data[:place])
            question, data = data[place : place + 3], data[place + 3 :]
            if len(question) < len(ASK_PAPER):
                self._rest = question
                return bytes(answers)
            self.questions.append(question)
            answers += self._answer(question)
        self._rest = b""
        return b"" if self.mute else bytes(answers)

    def _answer(self, question: bytes) -> bytes:
        if question == ASK_CAUSE:
            return bytes([COVER_OPEN if self.open_cover else HAS_PAPER])
        return bytes([HAS_PAPER if self.paper else NO_PAPER])

    def _print(self, data: bytes) -> None:
        self.printed += data
        if self.paper_for is not None and len(self.printed) >= self.paper_for:
            self.paper = False

    @property
    def slips(self) -> list[bytes]:
        """What was printed, slip by slip, each from its initialising on."""
        return [b"\x1b@" + each for each in bytes(self.printed).split(b"\x1b@")[1:]]


class TcpPrinter:
    """A network printer on this machine."""

    def __init__(self, head: Head | None = None, port: int = 0) -> None:
        self.head = kept = head or Head()

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                while data := self.request.recv(65536):
                    self.request.sendall(kept.take(data))

        class Server(socketserver.TCPServer):
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", port), Handler)
        self.port: int = self._server.server_address[1]
        self.address = f"127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Take it off the network."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class TerminalPrinter:
    """A serial printer: the far end of a pseudo terminal."""

    def __init__(self, head: Head | None = None) -> None:
        self.head = head or Head()
        self._near, self.far = os.openpty()
        self.address = os.ttyname(self.far)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while True:
            try:
                data = os.read(self._near, 4096)
            except OSError:
                return
            if data == b"\x04":
                return
            os.write(self._near, self.head.take(data))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        os.write(self.far, b"\x04")
        self._thread.join()
        os.close(self.far)
        os.close(self._near)


def spooler(folder: Path) -> Path:
    """An `lp` that keeps what it is given in `spooled`, and its arguments in `asked`; put its folder on the PATH."""
    command = folder / "lp"
    command.write_text(
        f'#!/bin/sh\nif [ "$2" = broken ]; then echo "lp: no such queue" >&2; exit 1; fi\n'
        f'echo "$@" > "{folder}/asked"\ncat >> "{folder}/spooled"\n'
    )
    command.chmod(0o755)
    return command
