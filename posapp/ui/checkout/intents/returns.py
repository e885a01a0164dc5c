"""What a cashier wants of a return."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReturnEdited:
    """The input of the open return reads so: a receipt number, a quantity, or who agrees."""

    text: str


@dataclass(frozen=True, slots=True)
class ReturnDayMoved:
    """List the sales of so many days later; negative is earlier."""

    by: int


@dataclass(frozen=True, slots=True)
class ReturnAll:
    """Everything that is left of the sale comes back; pressed again nothing does."""


@dataclass(frozen=True, slots=True)
class ReturnReasonTurned:
    """The goods come back for the next reason of the list; after the last comes the first."""


ReturnsIntent = ReturnEdited | ReturnDayMoved | ReturnAll | ReturnReasonTurned
