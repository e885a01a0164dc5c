"""What a merchant writes to members who agreed to it: news, how-tos, an invitation to a group (W-44)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from posapp.domain.text import Text


@unique
class MessageKind(StrEnum):
    """What a message is about.  All are commercial: who did not agree, or took it back, gets none (domain.md §3.4)."""

    COMMUNITY = "community"
    NEW_PRODUCT = "new_product"
    TUTORIAL = "tutorial"


@dataclass(frozen=True, slots=True)
class MemberMessage:
    """One message.  `link` leads to the group or the page; `tiers` narrow whom it is for, empty for every member."""

    id: str
    kind: MessageKind
    text: Text
    link: str = ""
    tiers: frozenset[str] = frozenset()
