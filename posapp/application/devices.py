"""The devices of one till as somebody who stands before it sees them: which there are, and how each of them is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from posapp.application.chosen_devices import chosen_scanners, pole_setup
from posapp.application.printing.setup import Way, printer_setup
from posapp.storage import settings

if TYPE_CHECKING:
    from posapp.application.till import Till


class Gear(StrEnum):
    """A kind of device, in the order of the list."""

    PRINTER = "printer"
    DRAWER = "drawer"
    CAMERA = "camera"
    SCANNER = "scanner"
    POLE = "pole"
    DISPLAY = "display"
    SERVER = "server"


class Health(StrEnum):
    """How a device is: none was chosen, chosen and not heard of yet, being tried, well, or not."""

    ABSENT = "absent"
    CHOSEN = "chosen"
    TRYING = "trying"
    WORKS = "works"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Device:
    """One device.  `place` is where it is, as it was typed in.

    `zh` and `en` say what happened, what still works and what to do; empty where there is nothing to say.
    """

    gear: Gear
    health: Health
    place: str = ""
    en: str = ""
    zh: str = ""

    @property
    def works(self) -> bool:
        """Whether it was heard to work."""
        return self.health is Health.WORKS


def devices(till: Till) -> tuple[Device, ...]:
    """Every kind of device, and which of them this till has; whether customers see anything is the window's to say."""
    printer, scanners, pole = printer_setup(till), chosen_scanners(till), pole_setup(till)
    with till.database.read() as connection:
        server = settings.get(connection, settings.SERVER_URL) if till.has_server else ""
    has_printer = printer.way is not Way.FOLDER
    places = {
        Gear.PRINTER: printer.address if has_printer else "",
        Gear.DRAWER: printer.address if has_printer and printer.drawer else "",
        Gear.CAMERA: scanners.camera,
        Gear.SCANNER: scanners.serial,
        Gear.POLE: pole.path,
        Gear.SERVER: server,
    }
    return tuple(
        Device(gear, Health.CHOSEN if places.get(gear) else Health.ABSENT, places.get(gear, "")) for gear in Gear
    )


def with_display(found: tuple[Device, ...], *, is_open: bool) -> tuple[Device, ...]:
    """The same devices, of which the customer's window is open or not."""
    shown = Device(Gear.DISPLAY, Health.WORKS if is_open else Health.ABSENT)
    return tuple(shown if one.gear is Gear.DISPLAY else one for one in found)
