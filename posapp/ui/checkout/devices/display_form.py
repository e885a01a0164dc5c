"""The dialog of the customer's display: where it is, its language, and which codes it shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from posapp.application.chosen_devices import DisplaySetup, DisplayWay, display_setup, set_display
from posapp.application.devices import Gear
from posapp.application.printing.setup import PrinterSetup, printer_setup, set_printer
from posapp.ui.checkout.devices.forms import setup_sheet
from posapp.ui.checkout.form import FormChoice, FormField, FormSheet
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from posapp.application.till import Cashier, Till
    from posapp.ui.checkout.device_modes import SetupMode

_LANGUAGES: Final = {"zh_CN": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class DisplayForm:
    """The display, and the address of the page for new members, which slips print too."""

    setup: DisplaySetup
    printer: PrinterSetup
    gear: Gear | None = Gear.DISPLAY

    @classmethod
    def of(cls, till: Till) -> DisplayForm:
        """The dialog as things are now."""
        return cls(display_setup(till), printer_setup(till))

    @property
    def begun(self) -> dict[str, str]:
        """What stands in the fields at first."""
        return {"join": self.printer.join}

    def sheet(self, mode: SetupMode, language: str) -> FormSheet:
        """The dialog."""
        return setup_sheet(
            mode,
            "display",
            language,
            fields=(
                FormField(
                    "join", msg("device.join"), mode.text("join"), msg("device.join_hint"), words=True, wide=True
                ),
            ),
            ways=tuple(
                FormChoice(way.value, msg(f"device.display_{way.value}"), chosen=way == mode.choice, key=f"Alt {place}")
                for place, way in enumerate(DisplayWay, 1)
            ),
            methods=tuple(
                FormChoice(tag, msg("data.text", text=name), chosen=tag == mode.method, key=f"Alt {place}")
                for place, (tag, name) in enumerate(_LANGUAGES.items(), len(DisplayWay) + 1)
            ),
            tick=msg("device.display_card"),
            ticked=mode.ticked,
        )

    def act(self, mode: SetupMode, till: Till, _cashier: Cashier) -> Message:
        """Keep it.  Raises `InvalidField`."""
        set_display(till, DisplaySetup(DisplayWay(mode.choice), mode.method, mode.ticked))
        if mode.text("join") != self.printer.join:
            set_printer(till, replace(self.printer, join=mode.text("join")))
        return msg("device.kept_display")
