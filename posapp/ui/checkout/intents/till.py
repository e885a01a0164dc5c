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
class SetScale:
    """Switch the size of everything to so many percent, or to the next size when 0."""

    percent: int = 0


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


@dataclass(frozen=True, slots=True)
class ServerTyped:
    """First start: the address of the server to join reads so."""

    address: str


@dataclass(frozen=True, slots=True)
class PresetChosen:
    """The keys follow the habits at this place (from 0) of the list."""

    place: int


@dataclass(frozen=True, slots=True)
class KeysFor:
    """Whose the keys are that are shown and changed: everybody's at this till, or the cashier's alone."""

    alone: bool


@dataclass(frozen=True, slots=True)
class KeyRowChosen:
    """The next key struck is for what this chord does in the standard map."""

    chord: str


@dataclass(frozen=True, slots=True)
class KeyGiven:
    """This chord was struck for the chosen row."""

    chord: str


@dataclass(frozen=True, slots=True)
class KeyTapped:
    """A key on the screen was tapped: do what its chord does in the standard map, where the till is now."""

    chord: str


TillIntent = (
    LockSession
    | ShowUnsynced
    | OpenInbox
    | SetLanguage
    | SetTheme
    | SetScale
    | StartDemoShop
    | StartEmptyShop
    | JoinServer
    | ServerTyped
    | PresetChosen
    | KeysFor
    | KeyRowChosen
    | KeyGiven
    | KeyTapped
)
