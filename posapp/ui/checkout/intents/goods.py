"""What a cashier wants of the goods in the basket, and of what lowers their price."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScanReceived:
    """A scanner delivered a code, wherever the focus was."""

    text: str


@dataclass(frozen=True, slots=True)
class TextEntered:
    """The omnibox now reads so; sent at every edit, for searching while typing."""

    text: str


@dataclass(frozen=True, slots=True)
class QuantityKey:
    """n `*`: the selected line gets this quantity."""

    typed: str


@dataclass(frozen=True, slots=True)
class LineSelected:
    """A line was touched."""

    line_id: str


@dataclass(frozen=True, slots=True)
class LineMoved:
    """Up, down or a page: move the selection by so many lines."""

    by: int


@dataclass(frozen=True, slots=True)
class LineStep:
    """One more or one less of a line; None is the selected line."""

    by: int
    line_id: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """Take the selected line out; undoable."""


@dataclass(frozen=True, slots=True)
class QuickItemChosen:
    """Quick item 1-10, so many or so much of it where a number was typed before."""

    slot: int
    typed: str = ""


@dataclass(frozen=True, slots=True)
class NewItem:
    """Make a product from the unknown code, or sell something at a price that was `typed` before, or will be."""

    code: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class ToggleBenefit:
    """Use or do not use a benefit on this sale."""

    benefit_id: str


@dataclass(frozen=True, slots=True)
class BuyPass:
    """Put a pass of the programme into the basket for the member of the sale."""

    pass_id: str


GoodsIntent = (
    ScanReceived
    | TextEntered
    | QuantityKey
    | LineSelected
    | LineMoved
    | LineStep
    | RemoveLine
    | QuickItemChosen
    | NewItem
    | ToggleBenefit
    | BuyPass
)
