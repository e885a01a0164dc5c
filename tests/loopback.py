"""Keeps the tests on this machine: a socket may speak to loopback or to a Unix path, and to nothing else.

An audit hook and not a patched `socket.socket`: asyncio, `_socket` and C code that raise the same audit events are held
to it too, and no test can take it off. A refusal is not an `OSError`, because the till treats those as being offline
and would carry on; and each is remembered, so that a test whose code swallowed it fails all the same. Processes that a
test starts are not watched.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any, Final

refusals: Final[list[str]] = []
"""What was refused since the last `take_refusals`, oldest first."""

_TALKING: Final = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_RESOLVING: Final = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})


class OutsideWorldRefusedError(RuntimeError):
    """A test tried to reach another machine."""


def is_loopback(host: object) -> bool:
    """Tell whether a host name or address means this machine; `None` and the empty string do."""
    if isinstance(host, (bytes, bytearray)):
        host = bytes(host).decode("ascii", "replace")
    if host is None or host in {"", "localhost", "localhost.localdomain"}:
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def take_refusals() -> list[str]:
    """Return what was refused since the last call, and forget it."""
    taken = refusals.copy()
    refusals.clear()
    return taken


def install() -> None:
    """Start watching this process, for good."""
    sys.addaudithook(_watch)


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in _TALKING:
        sock, address = args
        if address is None or sock.family not in {socket.AF_INET, socket.AF_INET6}:
            return
        host = address[0]
    elif event in _RESOLVING:
        host = args[0]
    else:
        return
    if is_loopback(host):
        return
    refusals.append(f"{event} {host!s}")
    raise OutsideWorldRefusedError(f"tests may only speak to this machine, not to {host!s} ({event})")
