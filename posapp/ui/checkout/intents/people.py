"""What a cashier wants of the person at the counter: find them, open a card, show what is theirs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MemberKey:
    """n `/`: find a member by what was typed."""

    typed: str


@dataclass(frozen=True, slots=True)
class LookupEdited:
    """The text of the lookup sheet changed."""

    text: str


@dataclass(frozen=True, slots=True)
class NewCardEdited:
    """A field of the new card changed; for checking while typing."""

    phone: str
    name: str = ""
    birthday: str = ""


@dataclass(frozen=True, slots=True)
class NewCardSubmitted:
    """Open the card; empty name and birthday mean not given, `marketing` only if the customer agreed."""

    phone: str
    name: str = ""
    birthday: str = ""
    marketing: bool = False


@dataclass(frozen=True, slots=True)
class DetachMember:
    """The sale goes on without the member."""


@dataclass(frozen=True, slots=True)
class OpenGifts:
    """Exchange points for gifts."""


@dataclass(frozen=True, slots=True)
class OpenMemberFile:
    """Show the member's data."""


PeopleIntent = MemberKey | LookupEdited | NewCardEdited | NewCardSubmitted | DetachMember | OpenGifts | OpenMemberFile
