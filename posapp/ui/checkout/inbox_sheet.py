"""One exception on the screen, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass

from posapp.ui.messages import Message, Words


@dataclass(frozen=True, slots=True)
class CaseLine:
    """An event concerned: what it was, when and where, what it moved and what was there then, as text.

    `is_short` says that less than nothing was there.
    """

    title: Words
    detail: tuple[Words, ...]
    moved: str = ""
    balance: Message | None = None
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class CaseOption:
    """One way to close it and what it costs; the first is recommended."""

    label: Words
    cost: Words


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """What happened, the events concerned, and what may be done about it.

    `line` is the event in sight; `earlier` is said where there were more before the first.
    """

    title: Words
    detail: tuple[Words, ...]
    lines: tuple[CaseLine, ...]
    options: tuple[CaseOption, ...]
    line: int = 0
    earlier: Message | None = None
