"""What the keys of the sheet of devices and people do."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from posapp.application import devices as known
from posapp.application.chosen_devices import chosen_scanners, pole_setup
from posapp.application.devices import Device, Gear, Health
from posapp.application.printing.setup import printer_setup
from posapp.application.staff.managing import Person, everybody
from posapp.domain.errors import InvalidField
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.device_intents import DeviceAct, DevicePage, OpenDevices
from posapp.ui.checkout.device_modes import DeviceModes, DevicesMode, PeopleMode, SetupForm, SetupMode
from posapp.ui.checkout.devices.display_form import DisplayForm
from posapp.ui.checkout.devices.forms import PoleForm, PrinterForm, ScannerForm
from posapp.ui.checkout.devices.people_forms import AddPerson, ChangeRole, Leave, NewPin
from posapp.ui.checkout.notice import Notice, Tone
from posapp.ui.checkout.words import warning
from posapp.ui.messages import Message, msg

if TYPE_CHECKING:
    from posapp.ui.checkout.desk import Desk

TEST, SET_UP = 0, 1
ADD, PIN, ROLE, LEAVE = range(4)


class DeviceWork:
    """Everything that happens while the sheet is open."""

    def __init__(self, owner: Desk) -> None:
        self._owner = owner
        self._revisions = count(1)

    def open(self, selected: int = 0, toast: Notice | None = None) -> None:
        """Show the devices as they are now."""
        owner = self._owner

        def found(devices: tuple[Device, ...]) -> None:
            shown = known.with_display(devices, is_open=owner.shell.has_display())
            self._list(DevicesMode(shown, selected), toast)

        owner.work(lambda: known.devices(owner.till), found)

    def handle(self, mode: DeviceModes, intent: do.Intent) -> bool:
        """Whether the intent was about the sheet; while it is open nothing else is done."""
        if isinstance(mode, SetupMode):
            self._on_form(mode, intent)
            return True
        match intent:
            case do.EscPressed():
                self._owner.shell.watch_camera(on=False)
                self._owner.change(mode=None, toast=None)
            case do.RowMoved(by=by):
                self._select(mode, max(0, min(mode.count - 1, mode.selected + by)))
            case do.PickRow(index=index) if 0 <= index < mode.count:
                self._select(mode, index)
            case DevicePage():
                self._turn(mode)
            case DeviceAct(place=place):
                self._act(mode, place)
            case do.EnterPressed() if isinstance(mode, DevicesMode):
                self._act(mode, TEST)
            case do.ScanReceived(text=text) if isinstance(mode, DevicesMode):
                self._owner.change(mode=replace(mode, scanned=text))
            case OpenDevices():
                self._turn(mode)
            case _:
                pass
        return True

    # -- the list ---------------------------------------------------------------

    def _list(self, mode: DevicesMode, toast: Notice | None = None) -> None:
        """Show the list, and through the camera while that is selected."""
        watched = mode.devices[mode.selected].gear is Gear.CAMERA
        self._owner.shell.watch_camera(on=watched)
        self._owner.change(mode=mode if watched else replace(mode, picture=None), toast=toast)

    def _select(self, mode: DevicesMode | PeopleMode, place: int) -> None:
        if isinstance(mode, DevicesMode):
            self._list(replace(mode, selected=place))
        else:
            self._owner.change(mode=replace(mode, selected=place), toast=None)

    def _turn(self, mode: DevicesMode | PeopleMode) -> None:
        """There are two pages."""
        if isinstance(mode, PeopleMode):
            self.open()
        else:
            self._people()

    def _people(self, selected: int = 0, toast: Notice | None = None) -> None:
        owner = self._owner
        owner.shell.watch_camera(on=False)

        def found(people: tuple[Person, ...]) -> None:
            last = max(0, len(people) - 1)
            owner.change(mode=PeopleMode(people, min(selected, last)), toast=toast)

        owner.work(lambda: everybody(owner.till), found)

    def _act(self, mode: DevicesMode | PeopleMode, place: int) -> None:
        if isinstance(mode, PeopleMode):
            self._act_on_person(mode, place)
        elif place == TEST:
            self._try(mode)
        elif place == SET_UP:
            self._set_up(mode)

    def _try(self, mode: DevicesMode) -> None:
        """Let the selected device do what can be seen; one that is not there is set up instead."""
        owner, device = self._owner, mode.devices[mode.selected]
        if device.health is Health.ABSENT:
            self._set_up(mode)
        elif device.gear in (Gear.CAMERA, Gear.SCANNER):
            owner.toast(Notice(Tone.INFO, "scan", msg(f"device.try_{device.gear.value}")))
        else:
            self._heard(Device(device.gear, Health.TRYING, device.place))
            owner.shell.try_device(device.gear)

    def _heard(self, device: Device) -> None:
        self._owner.change(heard={**self._owner.session.heard, device.gear: device}, toast=None)

    # -- dialogs ---------------------------------------------------------------

    def _set_up(self, mode: DevicesMode) -> None:
        owner, till, gear = self._owner, self._owner.till, mode.devices[mode.selected].gear
        match gear:
            case Gear.PRINTER | Gear.DRAWER:
                owner.work(lambda: PrinterForm(printer_setup(till)), lambda form: self._form_printer(mode, form))
            case Gear.CAMERA | Gear.SCANNER:
                owner.work(
                    lambda: ScannerForm(chosen_scanners(till), till.scale),
                    lambda form: self._form(mode, form, form.begun),
                )
            case Gear.POLE:
                owner.work(lambda: PoleForm(pole_setup(till)), lambda form: self._form(mode, form, form.begun))
            case Gear.DISPLAY:
                owner.work(lambda: DisplayForm.of(till), lambda form: self._form_display(mode, form))
            case Gear.SERVER:
                owner.toast(warning("device.elsewhere_server"))

    def _form_printer(self, mode: DevicesMode, form: PrinterForm) -> None:
        setup = form.setup
        opened = SetupMode(
            mode,
            form,
            form.begun,
            setup.way.value,
            setup.paper.value,
            ticked=setup.drawer,
            revision=next(self._revisions),
        )
        self._owner.change(mode=opened, toast=None)

    def _form_display(self, mode: DevicesMode, form: DisplayForm) -> None:
        setup = form.setup
        opened = SetupMode(
            mode, form, form.begun, setup.way.value, setup.language, ticked=setup.card, revision=next(self._revisions)
        )
        self._owner.change(mode=opened, toast=None)

    def _form(self, mode: DevicesMode | PeopleMode, form: SetupForm, begun: dict[str, str] | None = None) -> None:
        self._owner.change(mode=SetupMode(mode, form, begun or {}, revision=next(self._revisions)), toast=None)

    def _act_on_person(self, mode: PeopleMode, place: int) -> None:
        if place == ADD:
            self._form(mode, AddPerson())
            return
        if not mode.people:
            return
        person = mode.people[mode.selected].staff
        forms: dict[int, SetupForm] = {PIN: NewPin(person), ROLE: ChangeRole(person), LEAVE: Leave(person)}
        if place in forms:
            self._form(mode, forms[place])

    def _on_form(self, mode: SetupMode, intent: do.Intent) -> None:
        owner = self._owner
        match intent:
            case do.EscPressed():
                owner.change(mode=mode.back, toast=None)
            case do.FormEdited(values=values, ticked=ticked):
                owner.change(mode=replace(mode, values=dict(values), ticked=ticked, error=None))
            case do.FormPicked(code=code, place=place):
                sheet = mode.form.sheet(mode, owner.language)
                ways = [one.code for one in sheet.ways]
                methods = [one.code for one in sheet.methods]
                picked = code or ([*ways, *methods][place] if 0 <= place < len(ways) + len(methods) else "")
                if picked in ways:
                    owner.change(mode=replace(mode, choice=picked, error=None))
                elif picked in methods:
                    owner.change(mode=replace(mode, method=picked, error=None))
            case do.FormSubmitted(values=values, ticked=ticked):
                self._submit(replace(mode, values=dict(values), ticked=ticked, error=None))
            case _:
                pass

    def _submit(self, mode: SetupMode) -> None:
        """Do it; what is refused is said in the dialog, and what was typed stays."""
        owner, form = self._owner, mode.form

        def act() -> Message | InvalidField:
            try:
                return form.act(mode, owner.till, owner.cashier)
            except InvalidField as error:
                return error

        def done(result: Message | InvalidField) -> None:
            if isinstance(result, InvalidField):
                owner.change(mode=replace(mode, error=result))
                return
            notice = Notice(Tone.SUCCESS, "circle-check", result)
            if isinstance(mode.back, PeopleMode):
                self._people(mode.back.selected, notice)
                return
            if form.gear is not None:
                self._forget(form.gear)
                owner.shell.renew_device(form.gear)
            self.open(mode.back.selected, notice)

        owner.work(act, done)

    def _forget(self, gear: Gear) -> None:
        """What was heard of a device is of the one that was set up before."""
        same = {Gear.PRINTER: (Gear.PRINTER, Gear.DRAWER), Gear.CAMERA: (Gear.CAMERA, Gear.SCANNER)}
        gone = same.get(gear, (gear,))
        heard = {one: device for one, device in self._owner.session.heard.items() if one not in gone}
        self._owner.change(heard=heard)
