"""Which devices a till has besides its printer: none, until somebody names them.  Kept with the till's own settings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from posapp.domain.errors import InvalidField
from posapp.storage import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from posapp.application.till import Till

LED8_BAUD = 2400
"""The speed that pole displays are delivered with."""
_CAMERA = settings.Setting("camera", str, "")
_SERIAL = settings.Setting("serial_scanner", str, "")


@dataclass(frozen=True, slots=True)
class ChosenScanners:
    """`camera` is a camera's number or a path, `serial` a serial line's path; empty means none."""

    camera: str = ""
    serial: str = ""

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self.camera or self.serial)

    @classmethod
    def of(cls, connection: Connection) -> ChosenScanners:
        """What was chosen for this till."""
        return cls(settings.get(connection, _CAMERA), settings.get(connection, _SERIAL))

    def keep(self, connection: Connection) -> None:
        """Choose these, in the caller's transaction."""
        settings.put(connection, _CAMERA, self.camera)
        settings.put(connection, _SERIAL, self.serial)


@dataclass(frozen=True, slots=True)
class PoleSetup:
    """The pole display for the customer: a serial line's path, empty where there is none, and its speed."""

    path: str = ""
    baud: int = LED8_BAUD


class DisplayWay(StrEnum):
    """Where customers see what is rung up: on a second screen where there is one, in a window, or nowhere."""

    SECOND = "second"
    WINDOW = "window"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class DisplaySetup:
    """The customers' display, in their language; `card` shows whoever got a card in a sale the code of it."""

    way: DisplayWay = DisplayWay.SECOND
    language: str = "zh_CN"
    card: bool = True


_POLE = settings.Setting("pole_display", PoleSetup, PoleSetup())


_DISPLAY = settings.Setting("customer_display", DisplaySetup, DisplaySetup())


def chosen_scanners(till: Till) -> ChosenScanners:
    """The scanners of this till besides keyboards."""
    with till.database.read() as connection:
        return ChosenScanners.of(connection)


def choose_scanners(till: Till, chosen: ChosenScanners) -> None:
    """Choose other ones."""
    with till.database.write() as connection:
        chosen.keep(connection)


def pole_setup(till: Till) -> PoleSetup:
    """The pole display of this till."""
    with till.database.read() as connection:
        return settings.get(connection, _POLE)


def set_pole(till: Till, setup: PoleSetup) -> None:
    """Choose another one, or none.  Raises `InvalidField` for a speed that is none."""
    if setup.baud <= 0:
        raise InvalidField("baud", "the speed is a number such as 2400", "速率应为数字，如 2400")
    with till.database.write() as connection:
        settings.put(connection, _POLE, setup)


def display_setup(till: Till) -> DisplaySetup:
    """The customers' display of this till."""
    with till.database.read() as connection:
        return settings.get(connection, _DISPLAY)


def set_display(till: Till, setup: DisplaySetup) -> None:
    """Choose another one, or none."""
    with till.database.write() as connection:
        settings.put(connection, _DISPLAY, setup)
