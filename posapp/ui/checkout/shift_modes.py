"""What is asked about the drawer: float, cash in and out, the count, the close; or why it is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posapp.application.shifts import Shift
    from posapp.domain.errors import InvalidField
    from posapp.domain.events import ShiftCounted


class ShiftStep(StrEnum):
    """What is to be done, in the order of the sheet."""

    COUNT = "count"
    OPEN = "open"
    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    DROP = "drop"
    X = "x"


@dataclass(frozen=True, slots=True)
class ShiftMode:
    """The sheet of the shift.  `counted` is the count whose difference is shown: the next step is the close."""

    shift: Shift
    step: ShiftStep
    values: Mapping[str, str] = field(default_factory=dict)
    counted: ShiftCounted | None = None
    note: str = ""
    error: InvalidField | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class DrawerMode:
    """Opening the drawer without a sale: why."""

    reason: str = ""
    error: InvalidField | None = None
    revision: int = 0


DrawerQuestion = ShiftMode | DrawerMode
