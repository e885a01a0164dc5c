"""What the till is in the middle of with its devices, and with who works here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

# The screen knows these modes from its first paint on; what is behind them is loaded when they are opened.
if TYPE_CHECKING:
    from posapp.application.devices import Device, Gear
    from posapp.application.ports import CameraPicture
    from posapp.application.staff.managing import Person
    from posapp.application.till import Cashier, Till
    from posapp.domain.errors import InvalidField
    from posapp.ui.checkout.form import FormSheet
    from posapp.ui.messages import Message


@dataclass(frozen=True, slots=True)
class DevicesMode:
    """The list of devices lies open.  `scanned` is the last code that came while it does; it sells nothing."""

    devices: tuple[Device, ...]
    selected: int = 0
    picture: CameraPicture | None = None
    scanned: str = ""

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.devices)


@dataclass(frozen=True, slots=True)
class PeopleMode:
    """The list of who works here lies open."""

    people: tuple[Person, ...]
    selected: int = 0

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.people)


class SetupForm(Protocol):
    """A dialog that changes a device or a person."""

    @property
    def gear(self) -> Gear | None:
        """Which device is opened anew when it is done."""
        ...

    def sheet(self, mode: SetupMode, language: str) -> FormSheet:
        """The dialog."""
        ...

    def act(self, mode: SetupMode, till: Till, cashier: Cashier) -> Message:
        """Do it, and say what was done; runs where the database may be waited for.  Raises `InvalidField`."""
        ...


@dataclass(frozen=True, slots=True)
class SetupMode:
    """A dialog over the list: what was typed and picked, and what was wrong with it.

    `choice` is the way that was picked, `method` what was picked besides.
    """

    back: DevicesMode | PeopleMode
    form: SetupForm
    values: Mapping[str, str] = field(default_factory=dict)
    choice: str = ""
    method: str = ""
    ticked: bool = False
    error: InvalidField | None = None
    revision: int = 0

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")


DeviceModes = DevicesMode | PeopleMode | SetupMode
