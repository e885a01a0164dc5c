"""A till in a process of its own that pushes all it has: ``python -m bench.sync.pushing FOLDER NAME URL < WHO``.

On standard input stands who it is.  Before a segment is sent, a line says its first event and how many it has; the last
line is ``done``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TypeVar

import msgspec

from sync.client.enrol import Enrolment
from sync.client.errors import OfflineError
from sync.client.link import Session
from sync.protocol import segment
from sync.protocol.messages import PushRequest
from tests.integration.sync_world import Till

DONE = "done"
OFFLINE = 3
"""The exit status where the server does not answer."""

T = TypeVar("T")


class Who(msgspec.Struct):
    """What a till keeps of its enrolment."""

    enrolment: Enrolment
    private_key: bytes


class Announced(Session):
    """A session that says which segments it is about to send."""

    def call(self, path: str, message: object, kind: type[T]) -> T:
        """Send a message as this till."""
        if isinstance(message, PushRequest):
            for wire in message.segments:
                header = segment.parse(wire).header
                print(header.first_sequence, header.count, flush=True)
        return super().call(path, message, kind)


def main(folder: Path, name: str, url: str) -> int:
    """Push until nothing is left or nobody answers; returns the exit status."""
    who = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Who)
    till = Till(folder, name, who.enrolment, who.private_key, url).open()
    till.session = Announced(till.link, till.identity)
    try:
        till.push_all()
    except OfflineError:
        return OFFLINE
    finally:
        till.close()
    print(DONE, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), *sys.argv[2:]))
