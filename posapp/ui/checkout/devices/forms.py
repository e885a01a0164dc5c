"""The dialogs that set up a device: the printer, the scanners that are not keyboards, the pole display."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from posapp.application.chosen_devices import ChosenScanners, PoleSetup, choose_scanners, set_pole
from posapp.application.devices import Gear
from posapp.application.printing.setup import Paper, PrinterSetup, Way, set_printer
from posapp.application.scale_labels import set_rules
from posapp.domain.errors import InvalidField
from posapp.domain.scale_label import ScaleRules, read_rules, written
from posapp.ui.checkout.form import FormChoice, FormFact, FormField, FormSheet
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.words import said, sentence
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from posapp.application.till import Cashier, Till
    from posapp.ui.checkout.device_modes import SetupMode

_WAYS: Final = (Way.FOLDER, Way.TCP, Way.DEVICE, Way.SPOOLER)


@dataclass(frozen=True, slots=True)
class PrinterForm:
    """Where the printer is, how wide its paper is, and whether the drawer hangs on it."""

    setup: PrinterSetup
    gear: Gear | None = Gear.PRINTER

    @property
    def begun(self) -> dict[str, str]:
        """What stands in the fields at first."""
        baud = str(self.setup.baud) if self.setup.baud else ""
        return {"address": self.setup.address, "baud": baud, "join": self.setup.join}

    def sheet(self, mode: SetupMode, language: str) -> FormSheet:
        """The dialog."""
        way, paper = _way(mode), Paper(mode.method)
        return setup_sheet(
            mode,
            "printer",
            language,
            fields=(
                FormField(
                    "address",
                    msg("device.address"),
                    mode.text("address"),
                    msg(f"device.address_{way.value}"),
                    shown=way is not Way.FOLDER,
                ),
                FormField(
                    "baud", msg("device.baud"), mode.text("baud"), msg("device.baud_hint"), shown=way is Way.DEVICE
                ),
                FormField("join", msg("device.join"), mode.text("join"), msg("device.join_hint"), words=True),
            ),
            ways=tuple(
                FormChoice(one.value, msg(f"device.way_{one.value}"), chosen=one is way, key=f"Alt {place}")
                for place, one in enumerate(_WAYS, 1)
            ),
            methods=tuple(
                FormChoice(
                    one.value,
                    msg("device.paper", width=one.value[:2], columns=one.columns),
                    chosen=one is paper,
                    key=f"Alt {place}",
                )
                for place, one in enumerate(Paper, len(_WAYS) + 1)
            ),
            tick=msg("device.drawer_here"),
            ticked=self.setup.drawer,
            facts=(
                FormFact(msg("device.columns"), str(paper.columns)),
                FormFact(msg("device.dots"), str(paper.dots)),
                FormFact(msg("device.applies"), msg("device.at_once")),
            ),
        )

    def act(self, mode: SetupMode, till: Till, _cashier: Cashier) -> Message:
        """Keep it.  Raises `InvalidField`."""
        way = _way(mode)
        setup = replace(
            self.setup,
            way=way,
            address=mode.text("address") if way is not Way.FOLDER else "",
            baud=_baud(mode.text("baud"), 0) if way is Way.DEVICE else 0,
            paper=Paper(mode.method),
            drawer=mode.ticked,
            join=mode.text("join"),
        )
        set_printer(till, setup)
        return msg("device.kept_printer")


@dataclass(frozen=True, slots=True)
class ScannerForm:
    """A camera and a scanner on a serial line; and which codes the shop's scales print."""

    chosen: ChosenScanners
    scale: ScaleRules
    gear: Gear | None = Gear.CAMERA

    @property
    def begun(self) -> dict[str, str]:
        """What stands in the fields at first."""
        amounts, weights = written(self.scale.amounts), written(self.scale.weights)
        return {
            "camera": self.chosen.camera,
            "serial": self.chosen.serial,
            "scale_amounts": amounts,
            "scale_weights": weights,
        }

    def sheet(self, mode: SetupMode, language: str) -> FormSheet:
        """The dialog."""
        fields = tuple(
            FormField(name, msg(f"device.{name}_where"), mode.text(name), msg(f"device.{name}_hint"), wide=True)
            for name in ("camera", "serial")
        )
        labels = tuple(
            FormField(name, msg(f"device.{name}"), mode.text(name), msg(f"device.{name}_hint"))
            for name in ("scale_amounts", "scale_weights")
        )
        return setup_sheet(mode, "scanners", language, fields=(*fields, *labels))

    def act(self, mode: SetupMode, till: Till, _cashier: Cashier) -> Message:
        """Keep it.  Raises `InvalidField`."""
        rules = read_rules(mode.text("scale_amounts"), mode.text("scale_weights"))
        set_rules(till, rules)
        choose_scanners(till, ChosenScanners(mode.text("camera"), mode.text("serial")))
        return msg("device.kept_scanners")


@dataclass(frozen=True, slots=True)
class PoleForm:
    """The pole display's serial line."""

    setup: PoleSetup
    gear: Gear | None = Gear.POLE

    @property
    def begun(self) -> dict[str, str]:
        """What stands in the fields at first."""
        return {"path": self.setup.path, "baud": str(self.setup.baud)}

    def sheet(self, mode: SetupMode, language: str) -> FormSheet:
        """The dialog."""
        fields = (
            FormField("path", msg("device.pole_where"), mode.text("path"), msg("device.pole_hint"), wide=True),
            FormField("baud", msg("device.baud"), mode.text("baud"), msg("device.baud_hint")),
        )
        return setup_sheet(mode, "pole", language, fields=fields)

    def act(self, mode: SetupMode, till: Till, _cashier: Cashier) -> Message:
        """Keep it.  Raises `InvalidField`."""
        set_pole(till, PoleSetup(mode.text("path"), _baud(mode.text("baud"), PoleSetup().baud)))
        return msg("device.kept_pole")


def setup_sheet(
    mode: SetupMode,
    code: str,
    language: str,
    *,
    fields: tuple[FormField, ...],
    ways: tuple[FormChoice, ...] = (),
    methods: tuple[FormChoice, ...] = (),
    tick: Message | None = None,
    ticked: bool | None = None,
    facts: tuple[FormFact, ...] = (),
) -> FormSheet:
    """A dialog over the list: what was refused stands where the hint stood."""
    error = mode.error
    return FormSheet(
        form=f"setup_{code}",
        title=msg(f"device.title_{code}"),
        submit=msg(f"device.submit_{code}"),
        fields=fields,
        revision=mode.revision,
        ways=ways,
        methods=methods,
        facts=facts or (FormFact(msg("device.applies"), msg("device.at_once")),),
        facts_title=msg("device.what_changes"),
        tick=tick,
        ticked=ticked,
        notice=said(sentence(error, language)) if error is not None else msg(f"device.about_{code}"),
        tone=Tone.WARN if error is not None else Tone.INFO,
        icon="check",
    )


def _way(mode: SetupMode) -> Way:
    return Way(mode.choice)


def _baud(text: str, otherwise: int) -> int:
    """A speed as it is typed; empty is the usual one.  Raises `InvalidField`."""
    if not text:
        return otherwise
    if not (text.isascii() and text.isdecimal()):
        raise InvalidField("baud", "the speed is a number such as 9600", "速率应为数字，如 9600")
    return int(text)
