"""The sheet of a member's file, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.ui.checkout.notice import Notice
from posapp.ui.messages import Message, Words


@dataclass(frozen=True, slots=True)
class FileRow:
    """One line: what it is, its figure at the right, and below it what else is to be said, part by part.

    A `heading` stands above others; something can be done with what `picks`.
    """

    title: Words
    value: Words = ""
    detail: tuple[Words, ...] = ()
    heading: bool = False
    picks: bool = False


@dataclass(frozen=True, slots=True)
class FileButton:
    """An action beside the rows, by its place's digit."""

    label: Message
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class MemberFileSheet:
    """Who it is, the pages, and the rows and actions of the open page.

    `selected` is in sight, and marked where something can be done with it.
    """

    name: str
    phone: str
    tier_name: Words
    tier_style: str
    pages: tuple[Message, ...]
    page: int
    rows: tuple[FileRow, ...]
    buttons: tuple[FileButton, ...]
    selected: int = 0
    notice: Notice | None = None
