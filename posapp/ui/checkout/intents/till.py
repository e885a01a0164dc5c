"""What a cashier wants of the till itself: how it begins, looks and is locked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LockSession:
    """Lock the till; the cart stays."""


@dataclass(frozen=True, slots=True)
class ShowUnsynced:
    """List what waits for the server."""


@dataclass(frozen=True, slots=True)
class OpenInbox:
    """List the open exceptions."""


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Switch to a language tag, or to the other one when empty."""

    tag: str = ""


@dataclass(frozen=True, slots=True)
class SetTheme:
    """Switch to ``light`` or ``dark``, or to the other one when empty."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class StartDemoShop:
    """First start: fill the till with the demo shop."""


@dataclass(frozen=True, slots=True)
class StartEmptyShop:
    """First start: an empty shop under this name."""

    shop: str = ""


@dataclass(frozen=True, slots=True)
class JoinServer:
    """First start: enrol this till at a server with a one-time code."""

    address: str
    code: str


TillIntent = (
    LockSession | ShowUnsynced | OpenInbox | SetLanguage | SetTheme | StartDemoShop | StartEmptyShop | JoinServer
)
